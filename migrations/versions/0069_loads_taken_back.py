"""What a load of officers or experts needs to be taken back: what was before, which proposals it brought, and who never entered."""

from __future__ import annotations

from alembic import op

revision = "0069_loads_taken_back"
down_revision = "0068_experts"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE import_row ADD COLUMN before JSONB",
    "ALTER TABLE inspector_proposal ADD COLUMN import_id UUID",
    "GRANT DELETE ON inspector TO onedoor_bureau",
    "CREATE POLICY inspector_bureau_delete_5 ON inspector FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND status = 'proposed')",
    "GRANT DELETE ON inspector_proposal_line TO onedoor_bureau",
    "CREATE POLICY inspector_proposal_line_bureau_delete_3 ON inspector_proposal_line FOR DELETE TO onedoor_bureau USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND EXISTS (SELECT FROM inspector i WHERE i.id = inspector_id AND i.status = 'proposed'))",
)


def upgrade() -> None:
    """Apply them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
