"""The calendar of working days as the operator enters it: a year by hand or from the notice's list (R-S3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

import chinese_calendar

from onedoor.kernel import audit, workdays
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Column, Limits, in_turn, read_table
from tenants import queries
from tenants.models import CalendarYear

COLUMNS = (
    Column("日期", ("开始日期", "放假日期"), required=True),
    Column("至", ("结束日期",)),
    Column("安排", ("类型", "放假或上班"), required=True),
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_OFF, _ON = ("放假", "休息", "休", "off"), ("上班", "调休上班", "补班", "班", "on")
# A notice gives some thirty days off and eight weekends to work.
MOST = 120


class Year(NamedTuple):
    """A year of the calendar: where it comes from, and how many days are worked in it; `official` ones come with the release."""

    year: int
    official: bool
    days_off: list[date]
    days_on: list[date]
    provenance: str
    working_days: int


def official_years() -> list[int]:
    """The years that this release knows."""
    return sorted({day.year for day in chinese_calendar.holidays})


def years() -> list[Year]:
    """All years that are known, the latest first; what an operator entered stands before what the release knows."""
    entered = {one.year: one for one in queries.calendar_years()}
    known = {year: _official(year) for year in official_years()} | {
        year: _entered(row) for year, row in entered.items()
    }
    return [known[year] for year in sorted(known, reverse=True)]


def work_calendar() -> workdays.WorkCalendar:
    """The official calendar with the years an operator added (R-S3)."""
    return workdays.WorkCalendar(
        workdays.CalendarYear(
            row.year,
            frozenset(date.fromisoformat(day) for day in row.days_off),
            frozenset(date.fromisoformat(day) for day in row.days_on),
            row.provenance,
        )
        for row in queries.calendar_years()
    )


def read_days(text: str) -> tuple[list[date], list[date]]:
    """The days off and the weekends to work of lines `2027-01-01 放假`, `2027-01-03 上班`; a span is `2027-02-05 至 2027-02-11 放假`.

    Raises ClerkError that names the first line nobody can read.
    """
    off: set[date] = set()
    on: set[date] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip(" ,;，；\t"):
            continue
        words = [word for word in re.split(r"[\s,，;；\t]+", _DAY.sub(" ", line)) if word]
        kind = (
            off if any(word in _OFF for word in words) else on if any(word in _ON for word in words) else None
        )
        days = _days(line)
        if kind is None or not days:
            raise _wrong(
                Sentence(
                    "第 %(number)s 行看不懂：“%(line)s”。请写成“2027-01-01 放假”或“2027-01-03 上班”。",
                    number=number,
                    line=line.strip()[:40],
                )
            )
        kind.update(days)
    return sorted(off), sorted(on)


def check(
    year: int, days_off: Iterable[date], days_on: Iterable[date], provenance: str
) -> workdays.CalendarYear:
    """The year as it would be in force; raises ClerkError for what no notice could say."""
    off, on = frozenset(days_off), frozenset(days_on)
    if not provenance.strip():
        raise ClerkError("请写明放假安排的文件和文号。", fields={"provenance": ["请写明文件和文号。"]})
    if not off:
        raise _wrong(Sentence("没有读到放假的日期。请粘贴通知的放假和上班日期，或选择文件。"))
    if len(off) + len(on) > MOST:
        raise _wrong(Sentence("日期超过 %(most)s 天，不像一年的放假安排，请核对。", most=MOST))
    weekdays = [day for day in sorted(on) if day.weekday() < 5]
    if weekdays:
        raise _wrong(Sentence("%(day)s 不是周末，不需要写“上班”。", day=weekdays[0]))
    try:
        return workdays.CalendarYear(year, off, on, provenance.strip())
    except ClerkError as error:
        raise _wrong(Sentence(error.message, **error.params)) from None


def enter(year: int, days_off: Iterable[date], days_on: Iterable[date], provenance: str) -> CalendarYear:
    """Set a year, in the operator's scope; entered again it is corrected, and the log keeps both."""
    known = check(year, days_off, days_on, provenance)
    row = db.session.get(CalendarYear, year, with_for_update=True)
    before = _kept(row) if row is not None else None
    if row is None:
        row = CalendarYear(year=year)
        db.session.add(row)
    row.days_off = [day.isoformat() for day in sorted(known.days_off)]
    row.days_on = [day.isoformat() for day in sorted(known.days_worked)]
    row.provenance, row.entered_by, row.entered_at = known.source, current_scope().actor_name, now()
    db.session.flush()
    audit.record("tenants.calendar.set", ("calendar_year", None), str(year), before=before, after=_kept(row))
    return row


def text_of(content: bytes) -> str:
    """The lines of a notice's table: 日期 and 安排, and 至 where a row is a span. Raises ClerkError beside `days`."""
    limits = Limits(size=1 << 20, workbook=1 << 20, rows=MOST * 3)
    try:
        with in_turn():
            rows = [row.cells for row in read_table(content, COLUMNS, limits).rows]
    except ClerkError as error:
        raise _wrong(Sentence(error.message, **error.params)) from None
    return "\n".join(" ".join(str(row.get(one.name) or "") for one in COLUMNS) for row in rows)


def _days(line: str) -> list[date]:
    try:
        found = [date(*map(int, match)) for match in _DAY.findall(line)]
    except ValueError:
        return []
    if len(found) != 2:
        return found[:1] if len(found) == 1 else []
    first, last = found
    return (
        [first + timedelta(days=n) for n in range((last - first).days + 1)]
        if 0 <= (last - first).days <= MOST
        else []
    )


def _wrong(text: str) -> ClerkError:
    return ClerkError(text, fields={"days": [text]})


def _official(year: int) -> Year:
    off = sorted(day for day in chinese_calendar.holidays if day.year == year)
    on = sorted(day for day in chinese_calendar.workdays if day.year == year)
    return Year(
        year,
        True,
        off,
        on,
        Sentence("国务院办公厅放假通知（随软件发布）"),
        _count(workdays.WorkCalendar(), year),
    )


def _entered(row: CalendarYear) -> Year:
    off = [date.fromisoformat(day) for day in row.days_off]
    on = [date.fromisoformat(day) for day in row.days_on]
    known = workdays.CalendarYear(row.year, frozenset(off), frozenset(on), row.provenance)
    return Year(row.year, False, off, on, row.provenance, _count(workdays.WorkCalendar([known]), row.year))


def _count(calendar: workdays.WorkCalendar, year: int) -> int:
    first = date(year, 1, 1)
    days = (date(year, 12, 31) - first).days + 1
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in range(days))


def _kept(row: CalendarYear) -> dict[str, Any]:
    return {"days_off": row.days_off, "days_on": row.days_on, "provenance": row.provenance}
