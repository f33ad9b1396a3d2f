"""An index for those who keep a copy of places, licences and tags, and ask what is new (R-L11)."""

from __future__ import annotations

from migrations import online

revision = "0064_belongings_at"
down_revision = "0063_merges"


def upgrade() -> None:
    """Make it beside the traffic."""
    online.index("ix_belonging_change_at", "belonging_change (at, id)")
