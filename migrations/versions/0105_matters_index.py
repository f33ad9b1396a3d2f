"""The index that lists a product, project or activity once (R-L5)."""

from __future__ import annotations

from migrations import online

revision = "0105_matters_index"
down_revision = "0104_matters_once"


def upgrade() -> None:
    """Make it beside the traffic."""
    online.index(
        "uq_target_matter_listed",
        "target_matter (tenant_id, entity_id, kind, name, number) WHERE ended_on IS NULL AND premises_id IS NULL",
        unique=True,
    )
