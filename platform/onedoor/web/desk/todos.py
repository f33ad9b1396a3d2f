"""What waits for the person who is signed in: one list across all kinds, the nearest deadline first.

A kind says who may act on it, reads its things in one select of the seven columns of `columns`, and where its one action is.
All kinds are read in one statement; of each a few, with how many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.edge.language import sentence_of_row
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.workdays import CalendarUnknown
from tenants.rules import Permission
from tenants.scope import Principal
from tenants.settings import calendars

# So many of a kind stand on the desk; the rest is told as a number that opens its list.
OF_A_KIND = 8
_NOTHING = sa.null()


@dataclass(frozen=True)
class TodoKind:
    """A kind of thing to do: its words, its one action, for whom, which things, where each is done and where all are listed."""

    label: Any
    action: Any
    permissions: tuple[Permission, ...]
    things: Callable[[Principal], sa.Select[Any] | None]
    url: Callable[[Any], str]
    list_url: Callable[[], str]
    due: Callable[[Any], date | None] | None = None
    label_of: Callable[[Any], Any] | None = None

    def asks(self, person: Principal) -> bool:
        """Whether this person may act on it."""
        return any(map(person.may, self.permissions))


@dataclass(frozen=True)
class Todo:
    """One thing to do: what it is, from whom, since when, until when, and where it is done."""

    kind: TodoKind
    label: Any
    title: str
    person: str
    since: date | datetime | None
    due: date | None
    until: Any
    url: str


@dataclass(frozen=True)
class Todos:
    """What waits, the nearest deadline first; `more` are kinds of which there is more than stands here, with how many in all."""

    rows: Sequence[Todo]
    more: Sequence[tuple[TodoKind, int]]
    count: int


def counted_days() -> Callable[[date], Any]:
    """A day with the working days left until it, by one reading of the calendar; the day alone where none tells them."""
    calendar, day = calendars.work_calendar(), today()

    def until(due: date) -> Any:
        try:
            return calendar.deadline(due, day)
        except CalendarUnknown:
            return due

    return until


def columns(
    query: sa.Select[Any],
    key: Any,
    title: Any,
    *,
    said_as: Any = _NOTHING,
    person: Any = _NOTHING,
    since: Any = _NOTHING,
    due: Any = _NOTHING,
    note: Any = _NOTHING,
) -> sa.Select[Any]:
    """A select of things with the seven columns of every kind."""
    return query.with_only_columns(
        key.label("id"),
        sa.cast(title, sa.Text).label("title"),
        sa.cast(said_as, JSONB).label("title_said"),
        sa.cast(person, sa.Text).label("person"),
        sa.cast(since, sa.DateTime(timezone=True)).label("since"),
        sa.cast(due, sa.Date).label("due"),
        sa.cast(note, sa.Text).label("note"),
    ).order_by(None)


def todos_of(person: Principal, kinds: Sequence[TodoKind], until: Callable[[date], Any]) -> Todos:
    """All that waits for a person, read in one statement."""
    asked = [(kind, kind.things(person)) for kind in kinds if kind.asks(person)]
    selects = [_few(place, things) for place, (_kind, things) in enumerate(asked) if things is not None]
    if not selects:
        return Todos([], [], 0)
    rows = db.session.execute(sa.union_all(*selects)).all()
    days: dict[str, date | None] = {}
    found = sorted((_todo(asked[row.kind][0], row, until, days) for row in rows), key=_nearest)
    counted = {row.kind: row.in_all for row in rows}
    more = [(asked[place][0], number) for place, number in counted.items() if number > OF_A_KIND]
    return Todos(found, more, sum(counted.values()))


def _few(place: int, things: sa.Select[Any]) -> sa.Select[Any]:
    """The first of a kind, with the kind's place and how many there are."""
    all_ = things.subquery()
    first = (
        sa.select(sa.literal(place).label("kind"), sa.func.count().over().label("in_all"), *all_.c)
        .order_by(all_.c.due.nulls_last(), all_.c.since, all_.c.id)
        .limit(OF_A_KIND)
        .subquery()
    )
    return sa.select(*first.c)


def _todo(kind: TodoKind, row: Any, until: Callable[[date], Any], days: dict[str, date | None]) -> Todo:
    # Several plans of a kind and year have one day.
    if kind.due and row.note not in days:
        days[row.note] = kind.due(row)
    due = days[row.note] if kind.due else row.due
    return Todo(
        kind,
        kind.label_of(row) if kind.label_of else kind.label,
        sentence_of_row(row._mapping, "title"),
        row.person or "",
        row.since,
        due,
        until(due) if due else None,
        kind.url(row),
    )


def _nearest(one: Todo) -> tuple[bool, date, float]:
    return (
        one.due is None,
        one.due or date.max,
        one.since.timestamp() if isinstance(one.since, datetime) else 0.0,
    )
