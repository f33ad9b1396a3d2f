"""The states of a campaign and of a party in it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class CampaignState(StrEnum):
    """Where a campaign is (glossary). Planned: lists are being frozen or the draw is being held."""

    DRAFT = "draft"
    INVITING = "inviting"
    PLANNED = "planned"
    DRAWN = "drawn"
    VISITING = "visiting"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Unit(StrEnum):
    """What a campaign draws: entities, their places of business, or their products, projects and activities (draw.md, "Pool";
    docs/adr/0011)."""

    ENTITY = "entity"
    PLACE = "place"
    MATTER = "matter"


class AnswerState(StrEnum):
    """What a party said last."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Disposition(StrEnum):
    """What becomes of the drawn matters of a party that withdraws after the freeze (R-J5)."""

    LATER = "later"
    HANDED_OVER = "handed_over"


class FilingDecision(StrEnum):
    """What becomes of the campaign when its plan's filing was returned (R-P4)."""

    KEEP = "keep"
    REDRAW = "redraw"
    STOP = "stop"


class PartyState(StrEnum):
    """A party's progress, as every participant sees it (the shared face)."""

    NOT_INVITED = "not_invited"
    WAITING = "waiting"
    SILENT = "silent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    WITHDRAWN_LATE = "withdrawn_late"
    LEFT_OUT = "left_out"


SETTLED = frozenset(
    {
        PartyState.ACCEPTED,
        PartyState.DECLINED,
        PartyState.WITHDRAWN,
        PartyState.WITHDRAWN_LATE,
        PartyState.LEFT_OUT,
    }
)
IN_DRAW = frozenset({PartyState.ACCEPTED, PartyState.WITHDRAWN_LATE})
BEGUN = frozenset({CampaignState.PLANNED, CampaignState.DRAWN, CampaignState.VISITING, CampaignState.CLOSED})


def party_state(
    answer: str | None, *, after_freeze: bool, left_out: bool, invited: bool, due: date, today: date
) -> PartyState:
    """A party's progress; silent means past the date without an answer (R-J5)."""
    if left_out:
        return PartyState.LEFT_OUT
    if answer == AnswerState.WITHDRAWN:
        return PartyState.WITHDRAWN_LATE if after_freeze else PartyState.WITHDRAWN
    if answer is not None:
        return PartyState(answer)
    if not invited:
        return PartyState.NOT_INVITED
    return PartyState.SILENT if today > due else PartyState.WAITING


class UnitAnswer(StrEnum):
    """What a unit says to its part of an answer or of a check of several units (R-J2)."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
