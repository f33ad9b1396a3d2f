"""Sentences: what a kept Chinese sentence was made of, so that each reader gets it in their own language.

The columns are empty in older rows, which are shown as they were written; nothing is rewritten.
"""

from __future__ import annotations

from alembic import op

revision = "0015_sentences"
down_revision = "0014_draw_again"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE trace_step ADD COLUMN text_said JSONB",
    "ALTER TABLE crossing_entry ADD COLUMN purpose_said JSONB",
    "ALTER TABLE job ADD COLUMN title_said JSONB, ADD COLUMN problem_said JSONB",
)


def upgrade() -> None:
    """Add the columns."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
