"""The rows of a draw's outcome point to their draw, which has a bureau, and to the bureau no more: each was asked for twice."""

from __future__ import annotations

from alembic import op

revision = "0059_rows_of_a_draw"
down_revision = "0058_changes_index"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE drawn_row DROP CONSTRAINT fk_drawn_row_tenant_id",
    "ALTER TABLE team_slot DROP CONSTRAINT fk_team_slot_tenant_id",
    "DROP INDEX ix_drawn_row_tenant_id",
    "DROP INDEX ix_team_slot_tenant_id",
)


def upgrade() -> None:
    """Drop them."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
