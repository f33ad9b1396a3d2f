"""Words to people of a bureau that something needs them (R-L8)."""

from __future__ import annotations

from alembic import op

revision = "0113_messages_to_people"
down_revision = "0112_scope"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE message (
    user_id UUID,
    permission TEXT,
    text TEXT NOT NULL,
    text_said JSONB,
    link TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT uq_message_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_message_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT ck_message_to CHECK ((user_id IS NULL) <> (permission IS NULL)),
    CONSTRAINT fk_message_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_message_sent ON message (tenant_id, sent_at, id)""",
    r"""CREATE INDEX ix_message_tenant_id ON message (tenant_id)""",
    r"""ALTER TABLE message ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE message FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message TO onedoor_definer""",
    r"""GRANT SELECT ON message TO onedoor_bureau""",
    r"""CREATE POLICY message_bureau_select_0 ON message FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON message TO onedoor_bureau""",
    r"""CREATE POLICY message_bureau_insert_1 ON message FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE TABLE message_reading (
    message_id UUID NOT NULL,
    user_id UUID NOT NULL,
    read_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_message_reading PRIMARY KEY (id),
    CONSTRAINT fk_message_reading_message_id_tenant_id FOREIGN KEY(message_id, tenant_id) REFERENCES message (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT fk_message_reading_user_id_tenant_id FOREIGN KEY(user_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_message_reading_message_id_user_id UNIQUE (message_id, user_id),
    CONSTRAINT fk_message_reading_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_message_reading_tenant_id ON message_reading (tenant_id)""",
    r"""ALTER TABLE message_reading ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE message_reading FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message_reading TO onedoor_definer""",
    r"""GRANT SELECT ON message_reading TO onedoor_bureau""",
    r"""CREATE POLICY message_reading_bureau_select_0 ON message_reading FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON message_reading TO onedoor_bureau""",
    r"""CREATE POLICY message_reading_bureau_insert_1 ON message_reading FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make the tables."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
