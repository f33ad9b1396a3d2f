"""A message says of which event it tells, on which occasion, and since when it is known by which ways it goes out.

What was told before went into the bell alone: it counts as planned, so that nothing of it is sent now.
"""

from __future__ import annotations

from migrations.online import run

revision = "0274_messages"
down_revision = "0283_entities"

STATEMENTS: tuple[str, ...] = (
    r"""ALTER TABLE message ADD COLUMN event TEXT DEFAULT 'other' NOT NULL""",
    r"""ALTER TABLE message ADD COLUMN occasion TEXT""",
    r"""ALTER TABLE message ADD COLUMN planned_at TIMESTAMP WITH TIME ZONE DEFAULT '2026-11-25T00:00:00Z'""",
    r"""ALTER TABLE message ALTER COLUMN planned_at DROP DEFAULT""",
)


def upgrade() -> None:
    """Make it, in one transaction."""
    run(STATEMENTS)
