"""Sentences: what a filing's summary and the note of a library's update were made of, for readers of another language.

The columns are empty in older rows, which are shown as they were written; nothing is rewritten.
"""

from __future__ import annotations

from alembic import op

revision = "0020_more_sentences"
down_revision = "0019_standing_in"

STATEMENTS: tuple[str, ...] = (
    "SET LOCAL lock_timeout = '5s'",
    "ALTER TABLE filing ADD COLUMN summary_said JSONB",
    "ALTER TABLE library_update ADD COLUMN note_said JSONB",
)


def upgrade() -> None:
    """Add the columns."""
    connection = op.get_bind()
    for statement in STATEMENTS:
        connection.exec_driver_sql(statement)
