"""Who may see and write checks that were made outside the platform (access.md, "ledger")."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, can, supervised

# What somebody entered with its cause stays; what came with a file is taken back with it (R-L11).
access.rules(
    "outside_check",
    can("outside_check", B, "select insert", MINE),
    can("outside_check", B, "update delete", f"{MINE} AND origin = 'former'"),
    supervised("outside_check"),
)
access.functions("ledger", my_former_draws=(B,))
