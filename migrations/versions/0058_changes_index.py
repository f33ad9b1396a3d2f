"""An index for those who keep a copy of the register and ask what is new."""

from __future__ import annotations

from migrations import online

revision = "0058_changes_index"
down_revision = "0057_uncovered"


def upgrade() -> None:
    """Make it beside the traffic."""
    online.index("ix_entity_change_at", "entity_change (at, id)")
