"""Files brought in: which column is which, what each row does before it is done, and what is remembered of both."""

from __future__ import annotations

from alembic import op

revision = "0038_imports"
down_revision = "0037_list_views"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE import ADD COLUMN layout JSONB",
    "ALTER TABLE import ADD COLUMN digest TEXT",
    # A constant default: nothing is rewritten.
    "ALTER TABLE import ADD COLUMN through TEXT DEFAULT 'page' NOT NULL",
    r"""CREATE TABLE import_row (
    import_id UUID NOT NULL,
    number INTEGER,
    verdict TEXT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    changes JSONB,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_row PRIMARY KEY (id),
    CONSTRAINT uq_import_row_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_import_row_import_id_tenant_id FOREIGN KEY(import_id, tenant_id) REFERENCES import (id, tenant_id) ON DELETE CASCADE,
    CONSTRAINT ck_import_row_verdict CHECK (verdict IN ('new', 'changed', 'unchanged', 'gone')),
    CONSTRAINT fk_import_row_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_row_tenant_id ON import_row (tenant_id)""",
    r"""CREATE INDEX ix_import_row_verdict ON import_row (import_id, verdict, number, id)""",
    r"""CREATE TABLE import_mapping (
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    header TEXT[] NOT NULL,
    places JSONB NOT NULL,
    actor_name TEXT NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_import_mapping PRIMARY KEY (id),
    CONSTRAINT uq_import_mapping_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT uq_import_mapping_tenant_id_kind_digest UNIQUE (tenant_id, kind, digest),
    CONSTRAINT ck_import_mapping_kind CHECK (kind IN ('entities', 'items', 'inspectors')),
    CONSTRAINT fk_import_mapping_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_import_mapping_tenant_id ON import_mapping (tenant_id)""",
    r"""ALTER TABLE import_row ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE import_row FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_row TO onedoor_definer""",
    r"""GRANT SELECT ON import_row TO onedoor_bureau""",
    r"""CREATE POLICY import_row_bureau_select_0 ON import_row FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON import_row TO onedoor_bureau""",
    r"""CREATE POLICY import_row_bureau_insert_1 ON import_row FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON import_row TO onedoor_bureau""",
    r"""CREATE POLICY import_row_bureau_update_2 ON import_row FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT DELETE ON import_row TO onedoor_bureau""",
    r"""CREATE POLICY import_row_bureau_delete_3 ON import_row FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""ALTER TABLE import_mapping ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE import_mapping FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON import_mapping TO onedoor_definer""",
    r"""GRANT SELECT ON import_mapping TO onedoor_bureau""",
    r"""CREATE POLICY import_mapping_bureau_select_0 ON import_mapping FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT INSERT ON import_mapping TO onedoor_bureau""",
    r"""CREATE POLICY import_mapping_bureau_insert_1 ON import_mapping FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT UPDATE ON import_mapping TO onedoor_bureau""",
    r"""CREATE POLICY import_mapping_bureau_update_2 ON import_mapping FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
    r"""GRANT DELETE ON import_mapping TO onedoor_bureau""",
    r"""CREATE POLICY import_mapping_bureau_delete_3 ON import_mapping FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid)""",
)


def upgrade() -> None:
    """Add what a look at a file needs."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
