"""Who may see and write the tables of the libraries of targets (access.md)."""

from __future__ import annotations

from onedoor.kernel import access
from onedoor.kernel.access import B, S, owned, supervised
from onedoor.targets.policies import listing_after_merge as listing_after_merge
from onedoor.targets.policies import returned_targets as returned_targets
from onedoor.targets.policies import risk as risk
from onedoor.targets.policies import tags as tags

access.rules("target_rule", owned("target_rule", deletable=True), supervised("target_rule"))
access.rules("target", owned("target"), supervised("target"))
access.functions(
    "targets",
    uncovered_entities=(B,),
    is_uncovered=(B,),
    supervised_uncovered_entities=(S,),
)
