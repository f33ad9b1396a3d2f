"""Why a target leaves a library because of a merge (R-T4); pure."""

from __future__ import annotations

# At the entity that was merged away, and at the one it was merged into once the merge is taken back.
MERGED, UNMERGED = "重复登记", "合并已撤回"
