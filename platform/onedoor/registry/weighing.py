"""Who may see and write risk levels, what makes them, and the credit class beside them (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, S, can, owned, supervised

_MARKET = "'91' = ANY (ARRAY(SELECT my_entity_kinds()))"

for _table in ("risk_scale", "risk_factor", "target_risk", "target_matter"):
    access.rules(_table, owned(_table), supervised(_table))
access.rules(
    "credit_class",
    can("credit_class", B, "select"),
    can("credit_class", B, "insert update", f"{MINE} AND {_MARKET}"),
    can("credit_class", S, "select"),
)
