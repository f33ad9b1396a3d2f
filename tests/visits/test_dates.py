"""When visits happen and when what follows is due (R-V5, R-S3)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.workdays import CalendarUnknown, WorkCalendar
from onedoor.visits.rules.dates import due, fill_by, spread, working_days

CALENDAR = WorkCalendar()


def test_the_report_is_due_in_five_working_days_over_a_holiday() -> None:
    # 2026: National Day 1-7 October, 10 October a working Saturday.
    found = due(CALENDAR, date(2026, 9, 29), 5, date(2026, 9, 30))
    assert found.deadline is not None and found.deadline.due == date(2026, 10, 12)


def test_overdue_counts_working_days_past() -> None:
    found = due(CALENDAR, date(2026, 3, 2), 5, date(2026, 3, 11))
    assert found.overdue and found.deadline is not None and found.deadline.days == 2


def test_a_year_without_a_calendar_is_said_not_guessed() -> None:
    year = next(year for year in range(2026, 2100) if not CALENDAR.knows(year))
    found = due(CALENDAR, date(year - 1, 12, 31), 5, date(year - 1, 12, 31))
    assert found.deadline is None and found.unknown_year == year and not found.overdue
    with pytest.raises(CalendarUnknown):
        working_days(CALENDAR, date(year, 1, 1), date(year, 2, 1))
    assert working_days(CALENDAR, date(year - 1, 12, 1), date(year, 2, 1))[-1].year == year - 1


def test_an_empty_slot_is_filled_within_working_days_and_the_campaign() -> None:
    """draw.md, "Inspectors": by a day set in the plan line."""
    # 2026: National Day 1-7 October, 10 October a working Saturday.
    assert fill_by(CALENDAR, date(2026, 9, 29), 5, date(2026, 12, 31)) == date(2026, 10, 12)
    assert fill_by(CALENDAR, date(2026, 9, 29), 5, date(2026, 10, 8)) == date(2026, 10, 8)
    year = next(year for year in range(2026, 2100) if not CALENDAR.knows(year))
    assert fill_by(CALENDAR, date(year - 1, 12, 31), 5, date(year, 1, 3)) == date(year, 1, 3)


def test_a_period_that_is_over_or_has_no_working_day_is_said() -> None:
    with pytest.raises(ClerkError, match="已于 2026-03-01 结束"):
        working_days(CALENDAR, date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(ClerkError, match="没有工作日"):
        working_days(CALENDAR, date(2026, 3, 7), date(2026, 3, 8))


def test_visits_are_even_over_the_days_and_an_inspector_is_at_one_a_day() -> None:
    days = working_days(CALENDAR, date(2026, 3, 2), date(2026, 3, 31))
    teams = [{f"i{n % 11}", f"i{(n + 3) % 11}", f"j{n % 7}"} for n in range(60)]
    chosen = spread(days, teams)
    assert chosen == spread(days, teams)
    busy = Counter((day, inspector) for day, team in zip(chosen, teams, strict=True) for inspector in team)
    assert max(busy.values()) == 1
    assert max(Counter(chosen).values()) <= -(-60 // len(days)) + 1
    assert min(chosen) <= days[1] and max(chosen) >= days[-3]


def test_few_visits_are_spread_over_the_whole_period() -> None:
    days = [date(2026, 3, 2) + timedelta(days=n) for n in range(10)]
    assert spread(days, [["a"], ["b"]]) == [days[0], days[5]]


def test_more_visits_than_an_inspector_has_days() -> None:
    days = [date(2026, 3, 2), date(2026, 3, 3)]
    assert Counter(spread(days, [["a"]] * 6)) == {days[0]: 3, days[1]: 3}
