"""What a load did to places of business and licences is found by an index (R-L11)."""

from __future__ import annotations

from migrations import online

revision = "0096_belongings_loaded"
down_revision = "0095_belongings_by_file"


def upgrade() -> None:
    """Make it beside the traffic."""
    online.index("ix_belonging_change_import_id", "belonging_change (import_id) WHERE import_id IS NOT NULL")
