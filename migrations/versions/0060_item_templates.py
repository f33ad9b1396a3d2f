"""Items that bureaus share for others to adopt, and of which shared item a copy was made (access.md, "item templates")."""

from __future__ import annotations

from alembic import op

revision = "0060_item_templates"
down_revision = "0059_rows_of_a_draw"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE item ADD COLUMN source_id uuid",
    r"""CREATE TABLE item_template (
    number TEXT NOT NULL,
    note TEXT NOT NULL,
    shared_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sharer_name TEXT NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_item_template PRIMARY KEY (id),
    CONSTRAINT uq_item_template_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_item_template_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_item_template_tenant_id ON item_template (tenant_id)",
    "CREATE UNIQUE INDEX uq_item_template_shared ON item_template (tenant_id, number) WHERE ended_at IS NULL",
    "ALTER TABLE item_template ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE item_template FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON item_template TO onedoor_definer",
    "GRANT SELECT ON item_template TO onedoor_bureau",
    "CREATE POLICY item_template_bureau_select_0 ON item_template FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON item_template TO onedoor_bureau",
    "CREATE POLICY item_template_bureau_insert_1 ON item_template FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON item_template TO onedoor_bureau",
    "CREATE POLICY item_template_bureau_update_2 ON item_template FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT SELECT ON item_template TO onedoor_bureau",
    "CREATE POLICY item_template_bureau_select_3 ON item_template FOR SELECT TO onedoor_bureau USING (true)",
    "GRANT SELECT ON item_template TO onedoor_supervisor",
    "CREATE POLICY item_template_supervisor_select_4 ON item_template FOR SELECT TO onedoor_supervisor USING (true)",
)


def upgrade() -> None:
    """Add the table and the column."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
