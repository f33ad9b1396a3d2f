"""What changed since a cursor, for systems that keep a copy: nothing is left out, some of it may come twice (R-L11).

A time would not do: what was written earlier may be committed later. PostgreSQL numbers its transactions and says which
is the oldest still at work; whatever was written by that one or a later one is told again next time. So the cursor is
such a number, taken before the first page was read, and a row is told if the transaction that wrote it is not older.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from tenants.models import Unit

# No transaction that writes the register is at work for as long.
LONGEST = timedelta(hours=6)
_CURSOR = re.compile(
    r"([ac])\.(\d{1,18})\.(\d{1,18})\.(\d{1,16})\.(\d{1,16})(?:\.(\d{1,16})\.([0-9a-f]{32}))?"
)
_FIRST = UUID(int=0)
_START = datetime(2000, 1, 1, tzinfo=UTC)


class Cursor(NamedTuple):
    """Where a reader is: in the whole (`a`) or the changes (`c`) `since` a transaction, which was the oldest at `moment`.

    The round after this one is told what was written since `following`, the oldest when this one `began`. Up to `at`
    and `last` of the round the reader has all.
    """

    part: str
    since: int
    following: int
    moment: datetime
    began: datetime
    at: datetime
    last: UUID

    def __str__(self) -> str:
        place = f".{_stamp(self.at)}.{self.last.hex}" if self.last != _FIRST else ""
        return f"{self.part}.{self.since}.{self.following}.{_stamp(self.moment)}.{_stamp(self.began)}{place}"


class Page(NamedTuple):
    """Rows, the cursor to go on from, and whether there is more at once."""

    rows: list[Any]
    following: str
    more: bool


Beside = Callable[[Cursor], Iterator[sa.ColumnElement[bool]]]


def since(at: Cursor, history: Any) -> Iterator[sa.ColumnElement[bool]]:
    """Changes of a history that this round still has to tell."""
    yield history.at > at.moment - LONGEST
    yield sa.tuple_(history.at, history.id) > sa.tuple_(sa.literal(at.at), sa.literal(at.last))
    yield written(history) >= at.since


def of_renamed_units(model: Any) -> Beside:
    """Whether the unit of a row has another name."""

    def renamed(at: Cursor) -> Iterator[sa.ColumnElement[bool]]:
        mine = Unit.tenant_id == current_scope().tenant_id
        yield model.unit_id.in_(sa.select(Unit.id).where(mine, written(Unit) >= at.since))

    return renamed


def of_written(*links: tuple[Any, Any]) -> Beside:
    """Whether of what stands beside a row, a column of it and the column there that names it, anything was written."""

    def beside(at: Cursor) -> Iterator[sa.ColumnElement[bool]]:
        for own, there in links:
            yield own.in_(sa.select(there).where(written(there.class_) >= at.since))

    return beside


def own_rows_since(
    model: Any,
    query: sa.Select[Any],
    cursor: str,
    limit: int,
    beside: Beside | None = None,
    *,
    several: bool = False,
) -> Page:
    """Rows of the current bureau."""
    mine = query.where(model.tenant_id == current_scope().tenant_id)
    return rows_since(model, mine, cursor, limit, beside, several=several)


def rows_since(
    model: Any,
    query: sa.Select[Any],
    cursor: str,
    limit: int,
    beside: Beside | None = None,
    *,
    several: bool = False,
) -> Page:
    """Rows that were written since the cursor, or of which something was that stands `beside` them; `several` columns each."""
    at = read_cursor(cursor)
    chosen = query.where(model.id > at.last)
    if at.part == "c":
        chosen = chosen.where(sa.or_(written(model) >= at.since, *(beside(at) if beside else ())))
    return page_of(
        at,
        chosen.order_by(model.id),
        limit,
        lambda one: (at.at, one[0].id if several else one.id),
        rows=several,
    )


def page_of(
    at: Cursor,
    query: sa.Select[Any],
    limit: int,
    key: Callable[[Any], tuple[datetime, UUID]],
    *,
    rows: bool = False,
) -> Page:
    """A page of a query that `key` orders; `rows` of several columns each."""
    asked = query.limit(limit + 1)
    found: Sequence[Any] = db.session.execute(asked).all() if rows else db.session.scalars(asked).all()
    if len(found) > limit:
        moment, last = key(found[limit - 1])
        return Page(list(found[:limit]), str(at._replace(at=moment, last=last)), True)
    return Page(list(found), str(_next_round(at)), False)


def read_cursor(text: str) -> Cursor:
    """Where a reader is; without a text at the beginning."""
    if not text:
        oldest, _ = _transactions()
        return Cursor("a", 0, oldest, _START, now(), _START, _FIRST)
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise ClerkError(
            "这不是本接口给出的游标，请从头开始。", fields={"after": ["这不是本接口给出的游标。"]}
        )
    part, since, following, moment, began, at, last = found.groups()
    oldest, newest = _transactions()
    if int(since) > newest or int(following) > newest:
        raise Conflict("这个游标来自另一个数据库（例如恢复备份之前），请从头开始。")
    read = Cursor(part, int(since), int(following), _moment(moment), _moment(began), _START, _FIRST)
    if last is None:
        # A round begins: what is written from now on is the next one's.
        return read._replace(following=oldest, began=now())
    return read._replace(at=_moment(at), last=UUID(last))


def _next_round(at: Cursor) -> Cursor:
    return Cursor("c", at.following, at.following, at.began, at.began, _START, _FIRST)


def _transactions() -> tuple[int, int]:
    """The oldest transaction at work, and the next there will be."""
    row = db.session.execute(
        sa.text(
            "SELECT CAST(CAST(pg_snapshot_xmin(s) AS text) AS bigint), CAST(CAST(pg_snapshot_xmax(s) AS text) AS bigint)"
            " FROM pg_current_snapshot() AS s"
        )
    ).one()
    return row[0], row[1]


def written(model: Any) -> sa.ColumnElement[int]:
    """The number of the transaction that wrote a row. Rows keep its last 32 bits; the nearest below the newest is meant."""
    newest = sa.cast(sa.cast(sa.func.pg_snapshot_xmax(sa.func.pg_current_snapshot()), sa.Text), sa.BigInteger)
    short = sa.cast(sa.cast(sa.column("xmin", _selectable=model.__table__), sa.Text), sa.BigInteger)
    return newest - (newest - short).op("&")(4294967295)


def _stamp(moment: datetime) -> int:
    return int((moment - _START) / timedelta(microseconds=1))


def _moment(stamp: str) -> datetime:
    return _START + timedelta(microseconds=int(stamp))
