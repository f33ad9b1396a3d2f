"""A draft of a rulebook can be thrown away by its bureau; what was in force stays (R-L10)."""

from __future__ import annotations

from alembic import op

revision = "0115_rulebook_discard"
down_revision = "0114_belonging_search"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "GRANT DELETE ON rulebook TO onedoor_bureau",
    "CREATE POLICY rulebook_bureau_delete_5 ON rulebook FOR DELETE TO onedoor_bureau"
    " USING (tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid AND state = 'draft')",
)


def upgrade() -> None:
    """One row-level rule more."""
    link = op.get_bind()
    for statement in STATEMENTS:
        link.exec_driver_sql(statement)
