"""A published version of an item list is read by every bureau, as its items are (access.md)."""

from __future__ import annotations

from alembic import op

revision = "0049_lists_beside"
down_revision = "0048_known_persons"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "CREATE POLICY item_list_bureau_select_4 ON item_list FOR SELECT TO onedoor_bureau USING (state = 'published')",
)


def upgrade() -> None:
    """Add the policy."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
