"""Where a place of business is listed is found by its key, and a library lists it once."""

from __future__ import annotations

from migrations import online

revision = "0094_places_found"
down_revision = "0093_places"


def upgrade() -> None:
    """Apply them."""
    online.index("ix_target_matter_premises", "target_matter (premises_id) WHERE premises_id IS NOT NULL")
    online.index(
        "uq_target_matter_place",
        "target_matter (tenant_id, premises_id) WHERE ended_on IS NULL AND premises_id IS NOT NULL",
        unique=True,
    )
