"""Who lists an entity while it is being merged (R-T4): the two take turns, and who comes second has the survivor.

A merge holds its turn alone, whoever lists together with others; so neither looks past what the other has not committed
yet, and neither waits for the rows of the other, of which a library may have a million. What was listed in the turn
after a merge follows it as everything before did: with a step, so that it can be taken back, and an entry in the log.
"""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B

access.triggers(
    "targets",
    "target_in_turn",
    "target_of_merged",
)
access.functions(
    "targets",
    follow_listing=(B,),
)
