"""Whether a visit's code is good at the door today (R-V2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from onedoor.visits.rules.states import READY, VisitState


class Verdict(StrEnum):
    """The answer to "is it real, and now?"."""

    VALID = "valid"
    ANOTHER_DAY = "another_day"
    NOT_YET = "not_yet"
    OVER = "over"
    DONE = "done"
    CANCELLED = "cancelled"
    NOT_APPROVED = "not_approved"


GOOD = frozenset({Verdict.VALID, Verdict.ANOTHER_DAY})


def verdict_of(
    state: str, *, starts_on: date, ends_on: date, day: date, today: date, submitted: Sequence[bool]
) -> Verdict:
    """The verdict on a code: approved, within the campaign's days, not called off, not done.

    `state` is the lead's, `day` the day it is set for, `submitted` whether each bureau handed its record in.
    On another day than the one set it is genuine, and says so: a bureau may come again to finish.
    """
    if state == VisitState.CANCELLED:
        return Verdict.CANCELLED
    if state not in READY:
        return Verdict.NOT_APPROVED
    if submitted and all(submitted):
        return Verdict.DONE
    if today < starts_on:
        return Verdict.NOT_YET
    if today > ends_on:
        return Verdict.OVER
    return Verdict.VALID if today == day else Verdict.ANOTHER_DAY
