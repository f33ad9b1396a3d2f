"""What was called off after a draw says for which lists, and its reason is said in the reader's language (R-D7)."""

from __future__ import annotations

from alembic import op

revision = "0076_called_off_lists"
down_revision = "0075_levels_of_lists"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE draw_call_off ADD COLUMN lists text[] DEFAULT '{}' NOT NULL",
    "ALTER TABLE draw_call_off ADD COLUMN reason_said jsonb",
)


def upgrade() -> None:
    """Add the columns; of what was called off before, nobody came at all."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
