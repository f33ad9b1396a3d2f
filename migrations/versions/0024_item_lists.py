"""A supervisor reads the item lists that are published; what is with the head or was returned is the bureau's own."""

from __future__ import annotations

from alembic import op

revision = "0024_item_lists"
down_revision = "0023_own_name"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "DROP POLICY item_list_supervisor_select_3 ON item_list",
    "CREATE POLICY item_list_supervisor_select_3 ON item_list FOR SELECT TO onedoor_supervisor USING (tenant_id = ANY (ARRAY(SELECT supervised_bureaus())) AND state = 'published')",
)


def upgrade() -> None:
    """Put the narrower policy in the former one's place."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
