"""Kinds of returns, their periods and last days (R-S1); pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ReturnKind(StrEnum):
    """The forms that are filed (forms.md)."""

    F3 = "F3"
    F4 = "F4"
    F7 = "F7"
    F8 = "F8"
    F9 = "F9"
    F10 = "F10"
    SELF_REVIEW = "self_review"


class Level(StrEnum):
    """A bureau's own return, or that of a whole place, which its supervisor makes of them."""

    OWN = "own"
    PLACE = "place"


KINDS: dict[Level, tuple[ReturnKind, ...]] = {
    Level.OWN: (ReturnKind.F4, ReturnKind.F7, ReturnKind.F8, ReturnKind.F9, ReturnKind.F10),
    Level.PLACE: (ReturnKind.F3, ReturnKind.F7, ReturnKind.F8, ReturnKind.F10, ReturnKind.SELF_REVIEW),
}
QUARTERS, HALVES, YEAR = ("Q1", "Q2", "Q3", "Q4"), ("H1", "H2"), "Y"
PARTS: dict[ReturnKind, tuple[str, ...]] = {
    ReturnKind.F3: (*QUARTERS, YEAR),
    ReturnKind.F4: (*QUARTERS, YEAR),
    ReturnKind.F7: HALVES,
    ReturnKind.F8: (YEAR,),
    ReturnKind.F9: HALVES,
    ReturnKind.F10: HALVES,
    ReturnKind.SELF_REVIEW: (YEAR,),
}
# Those of the whole market domain go to market regulation too; the others to justice alone (R-S1, R-P2).
OF_THE_MARKET = frozenset({ReturnKind.F7, ReturnKind.F8})
# A place's return is made of its bureaus' returns of this kind.
MADE_OF: dict[ReturnKind, ReturnKind] = {
    ReturnKind.F3: ReturnKind.F4,
    ReturnKind.F7: ReturnKind.F7,
    ReturnKind.F8: ReturnKind.F8,
    ReturnKind.F10: ReturnKind.F10,
    ReturnKind.SELF_REVIEW: ReturnKind.F4,
}
PROGRESS = frozenset({ReturnKind.F7, ReturnKind.F10})


@dataclass(frozen=True)
class DueDays:
    """The last days a place sets: of the first half-year, of the year, of the plans' halves, and how many days before its end a
    quarter's week is."""

    first_half: date
    year: date
    self_review: date
    first_plan: date
    second_plan: date
    quarter_weeks: int


def period(kind: ReturnKind, year: int, part: str) -> tuple[date, date]:
    """First and last day of what a return counts. Progress of a year (F7, F10) runs from its beginning."""
    if part in QUARTERS:
        first = 3 * QUARTERS.index(part) + 1
        return date(year, first, 1), _month_end(year, first + 2)
    if part == "H1":
        return date(year, 1, 1), date(year, 6, 30)
    if part == "H2":
        return date(year, 1 if kind in PROGRESS else 7, 1), date(year, 12, 31)
    return date(year, 1, 1), date(year, 12, 31)


def due_on(kind: ReturnKind, year: int, part: str, days: DueDays) -> date:
    """The last day for filing (R-S1)."""
    if part in QUARTERS:
        end = period(kind, year, part)[1]
        sunday = end + timedelta(days=6 - end.weekday())
        return sunday - timedelta(weeks=days.quarter_weeks - 1)
    if kind is ReturnKind.SELF_REVIEW or (kind is ReturnKind.F3 and part == YEAR):
        return days.self_review
    if kind is ReturnKind.F9:
        return days.first_plan if part == "H1" else days.second_plan
    return days.first_half if part == "H1" else days.year


def parts_of(kind: ReturnKind) -> tuple[str, ...]:
    """The parts of a year of which there is a return."""
    return PARTS[kind]


def _month_end(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)
