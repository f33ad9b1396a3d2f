"""A supervisor's pages count the words to them of their own bureau."""

from __future__ import annotations

from alembic import op

revision = "0125_messages_of_supervisors"
down_revision = "0124_withdrawn"

_OWN = "tenant_id = nullif(current_setting('onedoor.tenant', true), '')::uuid"
STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    *(
        statement
        for table in ("message", "message_reading")
        for statement in (
            f"GRANT SELECT ON {table} TO onedoor_supervisor",
            f"CREATE POLICY {table}_supervisor_select_2 ON {table} FOR SELECT TO onedoor_supervisor USING ({_OWN})",
        )
    ),
)


def upgrade() -> None:
    """Let them read their own."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
