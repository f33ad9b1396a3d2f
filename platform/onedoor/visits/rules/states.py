"""The state of a visit, derived from the lead's row and each party's part (glossary, "Visit", "Record").

The ladder is written once: its conditions work on numbers and on columns alike, so that a page and a
list cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onedoor.kernel.text.source_strings import N_


class FollowupState(StrEnum):
    """What a finding sets off (R-V7): going on, or ended."""

    OPEN = "open"
    DONE = "done"


class SubstitutionState(StrEnum):
    """A replacement in a visit's team, until the head decided."""

    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"


class RevisionState(StrEnum):
    """A change of an accepted record, until it is decided (R-O3)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    RETURNED = "returned"


class VisitState(StrEnum):
    """The lead writes the first seven; the rest follow from the parties' parts."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    SUBMITTED = "submitted"
    PENDING = "pending"
    APPROVED = "approved"
    NOTICED = "noticed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"
    BEGUN = "begun"
    RECORDED = "recorded"
    REPORTED = "reported"
    CLOSED = "closed"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


LEADS_OWN = frozenset(
    {
        VisitState.WAITING,
        VisitState.PROPOSED,
        VisitState.SUBMITTED,
        VisitState.PENDING,
        VisitState.APPROVED,
        VisitState.NOTICED,
        VisitState.CANCELLED,
    }
)
# What may be carried out; a pending one was begun before its approval, which is made up (R-V1).
READY = frozenset({VisitState.PENDING, VisitState.APPROVED, VisitState.NOTICED})


class RecordState(StrEnum):
    """A bureau's part of a visit."""

    EMPTY = "empty"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


VISIT_NAMES: dict[VisitState, str] = {
    VisitState.WAITING: N_("待补派人员"),
    VisitState.PROPOSED: N_("待提交审批"),
    VisitState.SUBMITTED: N_("审批中"),
    VisitState.PENDING: N_("待补办审批"),
    VisitState.APPROVED: N_("已批准"),
    VisitState.NOTICED: N_("已通知"),
    VisitState.CANCELLED: N_("已取消"),
    VisitState.POSTPONED: N_("已改期"),
    VisitState.BEGUN: N_("检查中"),
    VisitState.RECORDED: N_("记录已提交"),
    VisitState.REPORTED: N_("报告已完成"),
    VisitState.CLOSED: N_("已办结"),
    VisitState.REFUSED: N_("不配合检查"),
    VisitState.NOT_FOUND: N_("无法联系"),
}

RECORD_NAMES: dict[RecordState, str] = {
    RecordState.EMPTY: N_("未填写"),
    RecordState.DRAFT: N_("填写中"),
    RecordState.SUBMITTED: N_("待科室审核"),
    RecordState.RETURNED: N_("已退回"),
    RecordState.ACCEPTED: N_("已通过"),
}


@dataclass(frozen=True)
class Parts:
    """How many parts there are to do (`parties`, without those put off) and how far each is."""

    parties: int
    begun: int = 0
    submitted: int = 0
    accepted: int = 0
    reported: int = 0
    closed: int = 0
    postponed: int = 0
    unreachable: int = 0
    refused: int = 0


Condition = Callable[[Any], Any]
LADDER: tuple[tuple[VisitState, Condition], ...] = (
    (VisitState.NOT_FOUND, lambda parts: parts.unreachable > 0),
    # Who refuses one bureau may let another in: it is that bureau's part alone until the others are in.
    (VisitState.REFUSED, lambda parts: (parts.refused > 0) & (parts.submitted >= parts.parties)),
    (VisitState.CLOSED, lambda parts: (parts.parties > 0) & (parts.closed >= parts.parties)),
    (VisitState.REPORTED, lambda parts: (parts.parties > 0) & (parts.reported >= parts.parties)),
    (VisitState.RECORDED, lambda parts: (parts.parties > 0) & (parts.submitted >= parts.parties)),
    (VisitState.BEGUN, lambda parts: parts.begun > 0),
    (VisitState.POSTPONED, lambda parts: parts.postponed > 0),
)


def shared_state(leads: VisitState, parts: Parts) -> VisitState:
    """What a visit is: the first rung of the ladder that holds, once it may be carried out."""
    if leads not in READY:
        return leads
    return next((state for state, holds in LADDER if holds(parts)), leads)
