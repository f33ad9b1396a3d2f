"""Codes that were corrected (R-T4): which entity bore one before, and how what names it by its code follows in every bureau.

Draws, visits, results and the ledger keep the code under which they were made; who counts goes by `queries.merges`.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B, P, S

access.functions(
    "entities",
    former_codes=(B, S),
    follow_code=(B,),
    libraries_with=(B,),
    codes_of_firm=(P,),
)
