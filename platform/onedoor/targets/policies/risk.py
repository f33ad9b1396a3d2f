"""Who may see and write risk levels and what makes them (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import owned, supervised

for _table in ("risk_scale", "risk_factor", "target_risk", "target_matter"):
    access.rules(_table, owned(_table), supervised(_table))
