"""Why a target leaves a library when no person says it (R-L5, R-L6)."""

from __future__ import annotations

from onedoor.entities.rules.codes import GONE, STATUS_NAMES
from onedoor.entities.rules.merges import MERGED, UNMERGED

NO_LONGER = "不再符合选取规则"
BEYOND_ITEMS = "本单位的检查事项不再涉及这类主体"
UNDONE = "撤销导入"
# Who left for one of these comes in again as soon as a rule chooses them; whom a person took out does not.
BY_ITSELF = (*(STATUS_NAMES[status] for status in GONE), NO_LONGER, BEYOND_ITEMS, UNDONE, MERGED, UNMERGED)
