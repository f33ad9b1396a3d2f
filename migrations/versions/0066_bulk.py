"""One thing done to many records of the registry at once, and what of it was not done."""

from __future__ import annotations

from alembic import op

revision = "0066_bulk"
down_revision = "0065_called_off"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE bulk_run (
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    params JSONB NOT NULL,
    total INTEGER NOT NULL,
    left_out INTEGER,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_bulk_run PRIMARY KEY (id),
    CONSTRAINT uq_bulk_run_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_bulk_run_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_bulk_run_tenant_id ON bulk_run (tenant_id)",
    "ALTER TABLE bulk_run ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE bulk_run FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_run TO onedoor_definer",
    "GRANT SELECT ON bulk_run TO onedoor_bureau",
    "CREATE POLICY bulk_run_bureau_select_0 ON bulk_run FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON bulk_run TO onedoor_bureau",
    "CREATE POLICY bulk_run_bureau_insert_1 ON bulk_run FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON bulk_run TO onedoor_bureau",
    "CREATE POLICY bulk_run_bureau_update_2 ON bulk_run FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    r"""CREATE TABLE bulk_row (
    run_id UUID NOT NULL,
    subject_id UUID NOT NULL,
    name TEXT DEFAULT '' NOT NULL,
    reason TEXT,
    reason_said JSONB,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_bulk_row PRIMARY KEY (id),
    CONSTRAINT uq_bulk_row_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_bulk_row_run_id_tenant_id FOREIGN KEY(run_id, tenant_id) REFERENCES bulk_run (id, tenant_id),
    CONSTRAINT uq_bulk_row_run_id_subject_id UNIQUE (run_id, subject_id),
    CONSTRAINT fk_bulk_row_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    "CREATE INDEX ix_bulk_row_tenant_id ON bulk_row (tenant_id)",
    "ALTER TABLE bulk_row ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE bulk_row FORCE ROW LEVEL SECURITY",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON bulk_row TO onedoor_definer",
    "GRANT SELECT ON bulk_row TO onedoor_bureau",
    "CREATE POLICY bulk_row_bureau_select_0 ON bulk_row FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT INSERT ON bulk_row TO onedoor_bureau",
    "CREATE POLICY bulk_row_bureau_insert_1 ON bulk_row FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT UPDATE ON bulk_row TO onedoor_bureau",
    "CREATE POLICY bulk_row_bureau_update_2 ON bulk_row FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
    "GRANT DELETE ON bulk_row TO onedoor_bureau",
    "CREATE POLICY bulk_row_bureau_delete_3 ON bulk_row FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
