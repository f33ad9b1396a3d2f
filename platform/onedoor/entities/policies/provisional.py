"""Provisional numbers: everybody reads them as the register itself, their keeper gives and clears them (R-T4)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import MINE, B, P, S, can

access.rules(
    "provisional_number",
    can("provisional_number", B, "select"),
    can("provisional_number", B, "insert", MINE),
    can("provisional_number", B, "update", MINE, columns=("code", "cleared_at")),
    can("provisional_number", S, "select"),
)
access.functions(
    "entities",
    frozen_pools_with=(B,),
    provisional_numbers_of=(B, S, P),
)
