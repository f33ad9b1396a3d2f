"""What a filing is and where it stands (R-P4); pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class FilingKind(StrEnum):
    """What is handed in."""

    ITEMS = "items"
    INSPECTORS = "inspectors"
    RULEBOOK = "rulebook"
    PLAN = "plan"
    DECLARATION = "declaration"
    RETURN = "return"


class FilingState(StrEnum):
    """Where a filing stands; derived, never stored."""

    SENT = "sent"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPLACED = "replaced"


KIND_NAMES: dict[FilingKind, str] = {
    FilingKind.ITEMS: "随机抽查事项清单",
    FilingKind.INSPECTORS: "执法检查人员名录库",
    FilingKind.RULEBOOK: "抽查细则",
    FilingKind.PLAN: "年度检查计划",
    FilingKind.DECLARATION: "不适宜随机抽查事项说明",
    FilingKind.RETURN: "统计报表",
}


def state_of(accepted: bool | None, replaced: bool) -> FilingState:
    """From the receiver's answer (None: none yet) and whether a later version was filed.

    A filing that was answered keeps its answer, since that is what the receiver said of it.
    """
    if accepted is None:
        return FilingState.REPLACED if replaced else FilingState.SENT
    return FilingState.ACCEPTED if accepted else FilingState.RETURNED


def is_late(sent_on: date, due_on: date | None) -> bool:
    """Whether it was handed in after its last day; what no rule sets a day for is never late (R-P4)."""
    return due_on is not None and sent_on > due_on
