"""Codes of officers, with the words a page shows."""

from __future__ import annotations

from enum import StrEnum


class RequestState(StrEnum):
    """What an officer asks the clerk for: leave, recusal, a correction."""

    WAITING = "waiting"
    DONE = "done"
    DECLINED = "declined"


class ProposalState(StrEnum):
    """A change of who an officer is, until it is decided (R-L7)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class InspectorStatus(StrEnum):
    """Whether an officer is at work; one who is proposed is not in the library yet (R-L9)."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


INSPECTOR_NAMES: dict[str, str] = {
    InspectorStatus.PROPOSED: "待批准入库",
    InspectorStatus.ACTIVE: "在岗",
    InspectorStatus.SUSPENDED: "暂停执法",
    InspectorStatus.LEFT: "已离库",
}
