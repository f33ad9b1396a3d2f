"""Messages: tables, indexes, functions, policies, first rows.

Drafted by `python -m migrations.draft all`.
"""

from __future__ import annotations

from migrations.online import run

revision = "0202_messages"
down_revision = "0201_house"

STATEMENTS: tuple[str, ...] = (
    r"""CREATE TABLE letter_template (
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    name TEXT NOT NULL,
    active BOOLEAN DEFAULT true NOT NULL,
    added_at TIMESTAMP WITH TIME ZONE NOT NULL,
    added_by TEXT NOT NULL,
    content BYTEA,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_letter_template PRIMARY KEY (id),
    CONSTRAINT uq_letter_template_tenant_id_kind_version UNIQUE (tenant_id, kind, version),
    CONSTRAINT fk_letter_template_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_letter_template_tenant_id ON letter_template (tenant_id)""",
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
    r"""ALTER TABLE letter_template ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON letter_template TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON letter_template TO onedoor_bureau""",
    r"""CREATE POLICY letter_template_bureau_select_0 ON letter_template FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY letter_template_bureau_insert_1 ON letter_template FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE message ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON message TO onedoor_bureau""",
    r"""GRANT SELECT ON message TO onedoor_supervisor""",
    r"""CREATE POLICY message_bureau_select_0 ON message FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_bureau_insert_1 ON message FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_supervisor_select_2 ON message FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE message_reading ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON message_reading TO onedoor_definer""",
    r"""GRANT SELECT, INSERT ON message_reading TO onedoor_bureau""",
    r"""GRANT SELECT ON message_reading TO onedoor_supervisor""",
    r"""CREATE POLICY message_reading_bureau_select_0 ON message_reading FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_reading_bureau_insert_1 ON message_reading FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""CREATE POLICY message_reading_supervisor_select_2 ON message_reading FOR SELECT TO onedoor_supervisor USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
