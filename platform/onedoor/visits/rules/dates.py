"""When visits happen and when what follows is due (R-V5, R-O1, R-S3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.workdays import CalendarUnknown, Deadline, DeadlineState, WorkCalendar


@dataclass(frozen=True)
class Due:
    """A deadline, or the year whose calendar is not known yet (said, not guessed; R-S3)."""

    deadline: Deadline | None = None
    unknown_year: int | None = None

    @property
    def overdue(self) -> bool:
        """Whether the day has passed."""
        return self.deadline is not None and self.deadline.state is DeadlineState.OVERDUE


def due(calendar: WorkCalendar, ended_on: date, days: int, today: date) -> Due:
    """The deadline `days` working days after `ended_on`, seen from `today`."""
    try:
        return Due(calendar.deadline(calendar.add_working_days(ended_on, days), today))
    except CalendarUnknown as unknown:
        return Due(unknown_year=unknown.year)


def fill_by(calendar: WorkCalendar, since: date, days: int, last: date) -> date:
    """The last day to fill an empty slot (draw.md, "Inspectors"): `days` working days after `since`, `last` at the latest.

    A period whose calendar is not known as far as that has its own last day (R-S3).
    """
    try:
        return min(calendar.add_working_days(since, days), last)
    except CalendarUnknown:
        return last


def approve_by(calendar: WorkCalendar, since: date, days: int) -> date | None:
    """The last day to make up an approval, `days` working days after `since`; None where no calendar tells (R-S3)."""
    try:
        return calendar.add_working_days(since, days)
    except CalendarUnknown:
        return None


def working_days(calendar: WorkCalendar, first: date, last: date) -> list[date]:
    """The working days of a period as far as the calendar is known.

    Raises `ClerkError` if the period is over or has none, `CalendarUnknown` if none of it is known.
    """
    if first > last:
        raise ClerkError(
            "检查期限已于 %(last)s 结束，不能再安排检查日期。没有检查的请取消检查、写明理由；仍需检查的，另行登记计划外的抽查。",
            last=last,
        )
    days = [day for day in _each(first, last) if calendar.knows(day.year) and calendar.is_working_day(day)]
    if not days and not calendar.knows(first.year):
        raise CalendarUnknown(first.year)
    if not days:
        raise ClerkError(
            "%(first)s 至 %(last)s 之间没有工作日，不能安排检查日期。没有检查的请取消检查、写明理由；仍需检查的，另行登记计划外的抽查。",
            first=first,
            last=last,
        )
    return days


def spread(
    days: Sequence[date], teams: Sequence[Collection[str]], away: Collection[tuple[date, str]] = ()
) -> list[date]:
    """A day for each visit, even over `days`, so that an inspector is at one visit a day where it can be.

    `away` are days on which an inspector is on leave: taken only where no other day is left. Deterministic: the same
    visits in the same order get the same days.
    """
    at: dict[tuple[date, str], int] = dict.fromkeys(away, len(teams) + 1)
    total: dict[date, int] = dict.fromkeys(days, 0)
    most = -(-len(teams) // len(days))
    chosen: list[date] = []
    for number, team in enumerate(teams):
        target = number * len(days) // len(teams)
        day = min(days, key=_burden(days, at, total, team, target, most))
        total[day] += 1
        for inspector in team:
            at[day, inspector] = at.get((day, inspector), 0) + 1
        chosen.append(day)
    return chosen


def _burden(
    days: Sequence[date],
    at: dict[tuple[date, str], int],
    total: dict[date, int],
    team: Collection[str],
    target: int,
    most: int,
) -> Callable[[date], tuple[int, bool, int, date]]:
    places = {day: number for number, day in enumerate(days)}

    def burden(day: date) -> tuple[int, bool, int, date]:
        busy = max((at.get((day, inspector), 0) for inspector in team), default=0)
        return busy, total[day] >= most, abs(places[day] - target), day

    return burden


def _each(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))
