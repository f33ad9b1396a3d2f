"""Working days of the official calendar (R-S3)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.workdays import (
    CalendarUnknown,
    CalendarYear,
    DeadlineState,
    WorkCalendar,
)

CALENDAR = WorkCalendar()
NATIONAL_DAY = date(2026, 10, 1)


def test_holidays_and_worked_weekends() -> None:
    assert not CALENDAR.is_working_day(NATIONAL_DAY)
    assert CALENDAR.is_working_day(date(2026, 10, 10))  # a Saturday that is worked
    assert not CALENDAR.is_working_day(date(2026, 10, 11))


def test_five_working_days_jump_over_the_holiday_week() -> None:
    # 30 September; 8, 9, 10 (a worked Saturday), 12, 13 October
    assert CALENDAR.add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert CALENDAR.add_working_days(date(2026, 10, 13), -5) == date(2026, 9, 30)
    assert CALENDAR.add_working_days(NATIONAL_DAY, 0) == NATIONAL_DAY


def test_a_year_without_a_calendar_is_said_not_guessed() -> None:
    with pytest.raises(CalendarUnknown) as caught:
        CALENDAR.is_working_day(date(2101, 1, 4))
    assert caught.value.year == 2101
    assert "2101 年的法定节假日安排" in str(caught.value)
    with pytest.raises(CalendarUnknown):
        CALENDAR.add_working_days(date(2003, 12, 1), -1)


def test_an_operator_can_add_a_year_and_his_word_wins() -> None:
    added = CalendarYear(
        2101,
        frozenset({date(2101, 1, 3)}),
        frozenset({date(2101, 1, 8)}),
        "国办发明电〔2100〕1号",
    )
    calendar = WorkCalendar([added, CalendarYear(2026, frozenset(), frozenset(), "更正")])
    assert calendar.knows(2101) and not CALENDAR.knows(2101)
    assert not calendar.is_working_day(date(2101, 1, 3))
    assert calendar.is_working_day(date(2101, 1, 8))
    assert calendar.is_working_day(NATIONAL_DAY)


def test_an_added_year_must_be_of_that_year_and_not_contradict_itself() -> None:
    with pytest.raises(ClerkError, match="不在 2101 年"):
        CalendarYear(2101, frozenset({date(2102, 1, 3)}), frozenset(), "")
    day = frozenset({date(2101, 1, 3)})
    with pytest.raises(ClerkError, match="既是放假又是上班"):
        CalendarYear(2101, day, day, "")


@pytest.mark.parametrize(
    ("today", "state", "days"),
    [
        (date(2026, 9, 21), DeadlineState.OPEN, 8),
        (date(2026, 9, 29), DeadlineState.NEAR, 3),
        (date(2026, 10, 9), DeadlineState.TODAY, 0),
        (date(2026, 10, 11), DeadlineState.OVERDUE, 1),
        (date(2026, 10, 12), DeadlineState.OVERDUE, 2),
    ],
)
def test_deadlines_warn_before_and_count_after(today: date, state: DeadlineState, days: int) -> None:
    deadline = CALENDAR.deadline(date(2026, 10, 9), today)
    assert (deadline.state, deadline.days) == (state, days)


@given(st.dates(date(2025, 1, 1), date(2026, 6, 1)), st.integers(1, 60))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = CALENDAR.add_working_days(start, days)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.working_days_between(start, end) == days
    assert CALENDAR.working_days_between(end, start) == -days
