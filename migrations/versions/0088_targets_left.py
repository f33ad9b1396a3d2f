"""Who left a library lately, and whose unit a target is, are found by an index (R-L6, R-T5)."""

from __future__ import annotations

from migrations import online

revision = "0088_targets_left"
down_revision = "0087_certificates_kept"


def upgrade() -> None:
    """Make them beside the traffic."""
    online.index("ix_target_ended_on", "target (tenant_id, ended_on) WHERE ended_on IS NOT NULL")
    online.index("ix_target_unit_id", "target (unit_id) WHERE unit_id IS NOT NULL")
