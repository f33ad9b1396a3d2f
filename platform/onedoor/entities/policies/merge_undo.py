"""A merge taken back (R-T4): each step that nobody has built on since goes back, the others are left and say so."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B

access.functions(
    "entities",
    undo_merge=(B,),
)
