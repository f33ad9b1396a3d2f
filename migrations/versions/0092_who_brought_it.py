"""Who brought a file in, by account: only they get it back where numbers of people are in it (R-T7)."""

from __future__ import annotations

from alembic import op

revision = "0092_who_brought_it"
down_revision = "0091_details"


def upgrade() -> None:
    """Unknown of files brought in before."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE import ADD COLUMN actor_id uuid")
