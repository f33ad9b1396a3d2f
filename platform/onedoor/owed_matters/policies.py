"""Who may see and write what is owed (access.md, "owed matters"): its bureau; the lead of its visit and the supervisor read."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, S, can, owned, supervised

OF_VISIBLE = "EXISTS (SELECT 1 FROM owed_handover h WHERE h.id = handover_id)"

access.rules(
    "owed_matter",
    owned("owed_matter"),
    can("owed_matter", B, "select", f"lead_id = {ME}"),
    supervised("owed_matter"),
)
# What somebody was asked stays as it was asked; the answer is theirs.
access.rules(
    "owed_handover",
    can("owed_handover", B, "select", f"{MINE} OR receiver_id = {ME} OR lead_id = {ME}"),
    can("owed_handover", B, "insert", check=MINE),
    supervised("owed_handover"),
)
access.rules(
    "owed_answer",
    can("owed_answer", B, "select", OF_VISIBLE),
    can("owed_answer", B, "insert", check=MINE),
    can("owed_answer", S, "select", OF_VISIBLE),
)
