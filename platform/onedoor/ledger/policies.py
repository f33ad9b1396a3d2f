"""Who may see and write checks that were made outside the platform (access.md, "ledger")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, can, supervised

# What somebody entered with its cause stays, and is corrected with its reason; what came with a file is taken back with it (R-L11).
access.rules(
    "outside_check",
    can("outside_check", B, "select insert", MINE),
    can("outside_check", B, "update", MINE),
    can("outside_check", B, "delete", f"{MINE} AND origin = 'former'"),
    supervised("outside_check"),
)
access.rules(
    "outside_correction",
    can("outside_correction", B, "select insert", MINE),
    supervised("outside_correction"),
)
access.functions("ledger", my_former_draws=(B,))
