"""Who may see and write the tables of the libraries of targets (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import ME, MINE, B, S, can, owned, supervised
from onedoor.targets.policies import listing_after_merge as listing_after_merge
from onedoor.targets.policies import returned_targets as returned_targets
from onedoor.targets.policies import risk as risk
from onedoor.targets.policies import tags as tags

access.rules("target_rule", owned("target_rule", deletable=True), supervised("target_rule"))
access.rules("target", owned("target"), supervised("target"))
# An inbox (access.md, "How an inbox is written"): the answer is the receiver's alone, and once.
access.rules(
    "listing_suggestion",
    can("listing_suggestion", B, "select", f"{MINE} OR receiver_id = {ME}"),
    can("listing_suggestion", B, "insert", check=f"{MINE} AND state = 'sent'"),
    can(
        "listing_suggestion",
        B,
        "update",
        f"receiver_id = {ME} AND state = 'sent'",
        check=f"receiver_id = {ME}",
        columns=("state", "answer", "answered_at", "answered_by"),
    ),
    supervised("listing_suggestion"),
)
access.functions(
    "targets",
    uncovered_entities=(B,),
    is_uncovered=(B,),
    supervised_uncovered_entities=(S,),
)
