"""Messages: tables, indexes, functions, policies.

Drafted by `python -m migrations.draft 0002_messages 0001_house messages`.
"""

from __future__ import annotations

from alembic import op

revision = "0002_messages"
down_revision = "0001_house"

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
    r"""ALTER TABLE letter_template ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE letter_template FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON letter_template TO onedoor_definer""",
    r"""GRANT SELECT ON letter_template TO onedoor_bureau""",
    r"""CREATE POLICY letter_template_bureau_select_0 ON letter_template FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON letter_template TO onedoor_bureau""",
    r"""CREATE POLICY letter_template_bureau_insert_1 ON letter_template FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Create the room's part of the database."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
