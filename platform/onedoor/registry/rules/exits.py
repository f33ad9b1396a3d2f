"""Why a target leaves a library when no person says it (R-L5, R-L6)."""

from __future__ import annotations

from onedoor.registry.rules.codes import GONE, STATUS_NAMES

NO_LONGER = "不再符合选取规则"
BEYOND_ITEMS = "本单位的检查事项不再涉及这类主体"
UNDONE = "撤销导入"
# At the entity that was merged away, and at the one it was merged into once the merge is taken back.
MERGED, UNMERGED = "重复登记", "合并已撤回"
# Who left for one of these comes in again as soon as a rule chooses them; whom a person took out does not.
BY_ITSELF = (*(STATUS_NAMES[status] for status in GONE), NO_LONGER, BEYOND_ITEMS, UNDONE, MERGED, UNMERGED)
