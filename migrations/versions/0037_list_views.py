"""What people keep of their lists: views by name, and the columns they leave out."""

from __future__ import annotations

from alembic import op

revision = "0037_list_views"
down_revision = "0036_photos"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    r"""CREATE TABLE list_view (
    account_id UUID NOT NULL,
    account_name TEXT NOT NULL,
    list_name TEXT NOT NULL,
    name TEXT NOT NULL,
    state JSONB NOT NULL,
    shared BOOLEAN NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_list_view PRIMARY KEY (id),
    CONSTRAINT uq_list_view_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_list_view_account_id_tenant_id FOREIGN KEY(account_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_list_view_account_id_list_name_name UNIQUE (account_id, list_name, name),
    CONSTRAINT fk_list_view_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_list_view_list ON list_view (tenant_id, list_name)""",
    r"""CREATE INDEX ix_list_view_tenant_id ON list_view (tenant_id)""",
    r"""ALTER TABLE list_view ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE list_view FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_view TO onedoor_definer""",
    r"""GRANT SELECT ON list_view TO onedoor_bureau""",
    r"""CREATE POLICY list_view_bureau_select_0 ON list_view FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND (shared OR account_id = nullif(current_setting('onedoor.actor', true), '')::uuid))""",
    r"""GRANT INSERT ON list_view TO onedoor_bureau""",
    r"""CREATE POLICY list_view_bureau_insert_1 ON list_view FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""GRANT UPDATE ON list_view TO onedoor_bureau""",
    r"""CREATE POLICY list_view_bureau_update_2 ON list_view FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""GRANT DELETE ON list_view TO onedoor_bureau""",
    r"""CREATE POLICY list_view_bureau_delete_3 ON list_view FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""CREATE TABLE list_columns (
    account_id UUID NOT NULL,
    list_name TEXT NOT NULL,
    hidden TEXT[] NOT NULL,
    tenant_id UUID NOT NULL,
    id UUID DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT pk_list_columns PRIMARY KEY (id),
    CONSTRAINT uq_list_columns_id_tenant_id UNIQUE (id, tenant_id),
    CONSTRAINT fk_list_columns_account_id_tenant_id FOREIGN KEY(account_id, tenant_id) REFERENCES user_account (id, tenant_id),
    CONSTRAINT uq_list_columns_account_id_list_name UNIQUE (account_id, list_name),
    CONSTRAINT fk_list_columns_tenant_id FOREIGN KEY(tenant_id) REFERENCES bureau (id)
)""",
    r"""CREATE INDEX ix_list_columns_tenant_id ON list_columns (tenant_id)""",
    r"""ALTER TABLE list_columns ENABLE ROW LEVEL SECURITY""",
    r"""ALTER TABLE list_columns FORCE ROW LEVEL SECURITY""",
    r"""GRANT SELECT, INSERT, UPDATE, DELETE ON list_columns TO onedoor_definer""",
    r"""GRANT SELECT ON list_columns TO onedoor_bureau""",
    r"""CREATE POLICY list_columns_bureau_select_0 ON list_columns FOR SELECT TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""GRANT INSERT ON list_columns TO onedoor_bureau""",
    r"""CREATE POLICY list_columns_bureau_insert_1 ON list_columns FOR INSERT TO onedoor_bureau WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""GRANT UPDATE ON list_columns TO onedoor_bureau""",
    r"""CREATE POLICY list_columns_bureau_update_2 ON list_columns FOR UPDATE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid) WITH CHECK (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
    r"""GRANT DELETE ON list_columns TO onedoor_bureau""",
    r"""CREATE POLICY list_columns_bureau_delete_3 ON list_columns FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND account_id = nullif(current_setting('onedoor.actor', true), '')::uuid)""",
)


def upgrade() -> None:
    """The tables."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
