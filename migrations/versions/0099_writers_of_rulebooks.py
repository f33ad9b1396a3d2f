"""Who wrote a version of a rulebook: all of them, of whom none puts it in force (R-T5)."""

from __future__ import annotations

from alembic import op

revision = "0099_writers_of_rulebooks"
down_revision = "0098_beacon_held"


def upgrade() -> None:
    """Known of versions written before is the last one, who stands in a column of their own."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE rulebook ADD COLUMN editors uuid[] NOT NULL DEFAULT '{}'")
