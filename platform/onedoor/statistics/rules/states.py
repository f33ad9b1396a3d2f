"""Where a return stands; derived from the return, its filings and the versions after it (R-S1, R-S2); pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum


class ReturnState(StrEnum):
    """Draft, filed, accepted or sent back by a recipient, corrected by a later version."""

    DRAFT = "draft"
    FILED = "filed"
    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"
    CORRECTED = "corrected"


def state_of(filed: bool, answers: Collection[bool | None], corrected: bool) -> ReturnState:
    """`answers` are the recipients', None of who did not answer; one that sends it back outweighs those who accept."""
    if not filed:
        return ReturnState.DRAFT
    if corrected:
        return ReturnState.CORRECTED
    if False in answers:
        return ReturnState.SENT_BACK
    return ReturnState.ACCEPTED if answers and None not in answers else ReturnState.FILED


def is_late(filed_on: date | None, due_on: date, today: date) -> bool:
    """Filed after its last day, or not filed though it is over."""
    return (filed_on or today) > due_on
