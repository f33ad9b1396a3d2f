"""Working days of the official calendar (R-S3).

The State Council announces each year's holidays late in the year before, so a calendar always ends
somewhere. What lies beyond it is said, not guessed: every question about a year without a calendar
raises `CalendarUnknown`. An operator can add years, as data, before a new release knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import chinese_calendar

from onedoor.kernel.errors import ClerkError

_DAY = timedelta(days=1)
_KNOWN_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


class CalendarUnknown(ClerkError):
    """No official calendar of that year is known to this deployment."""

    code = "calendar-unknown"

    def __init__(self, year: int) -> None:
        super().__init__(
            "还没有 %(year)s 年的法定节假日安排，无法计算工作日，请平台运维人员先录入该年的放假安排。",
            year=year,
        )
        self.year = year


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year as the State Council announced it: weekdays off, and weekend days worked."""

    year: int
    days_off: frozenset[date]
    days_worked: frozenset[date]
    source: str

    def __post_init__(self) -> None:
        strays = [day for day in self.days_off | self.days_worked if day.year != self.year]
        if strays:
            raise ClerkError(
                "放假安排里的 %(day)s 不在 %(year)s 年。",
                day=min(strays),
                year=self.year,
            )
        both = self.days_off & self.days_worked
        if both:
            raise ClerkError("放假安排里的 %(day)s 既是放假又是上班。", day=min(both))


class DeadlineState(StrEnum):
    """Where a date stands against its deadline: warn before, count after."""

    OPEN = "open"
    NEAR = "near"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Deadline:
    """`days` is in working days: left while not overdue, past once overdue."""

    due: date
    state: DeadlineState
    days: int


class WorkCalendar:
    """The package's years and those an operator added; for one year the operator's word wins."""

    def __init__(self, added: Iterable[CalendarYear] = ()) -> None:
        self._added = {year.year: year for year in added}

    def knows(self, year: int) -> bool:
        """Whether questions about that year can be answered."""
        return year in self._added or year in _KNOWN_YEARS

    def is_working_day(self, day: date) -> bool:
        """Raises CalendarUnknown for a year without a calendar."""
        year = self._added.get(day.year)
        if year is not None:
            return day in year.days_worked or (day.weekday() < 5 and day not in year.days_off)
        if day.year not in _KNOWN_YEARS:
            raise CalendarUnknown(day.year)
        return bool(chinese_calendar.is_workday(day))

    def add_working_days(self, start: date, days: int) -> date:
        """The last day of a period of so many working days that begins after `start`.

        The day of the event itself does not count; a negative number counts back; 0 is `start`.
        """
        step = _DAY if days >= 0 else -_DAY
        day, left = start, abs(days)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        days = ((start + _DAY * offset) for offset in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def deadline(self, due: date, today: date, *, warn: int = 3) -> Deadline:
        """State of a deadline seen from `today` (dates in Asia/Shanghai); `warn` in working days."""
        if today > due:
            return Deadline(due, DeadlineState.OVERDUE, self.working_days_between(due, today))
        left = self.working_days_between(today, due)
        if today == due:
            return Deadline(due, DeadlineState.TODAY, 0)
        return Deadline(due, DeadlineState.NEAR if left <= warn else DeadlineState.OPEN, left)
