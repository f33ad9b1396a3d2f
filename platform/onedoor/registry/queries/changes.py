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
from onedoor.registry.models import (
    BelongingChange,
    Certificate,
    Entity,
    EntityChange,
    EntityContact,
    EntityTag,
    Expert,
    Inspector,
    Item,
    Licence,
    Premises,
    Target,
    TargetRisk,
)
from onedoor.registry.queries.certificates import certificates as kept_certificates
from tenants.models import Unit

# No transaction that writes the register is at work for as long.
_LONGEST = timedelta(hours=6)
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


def entities(cursor: str, limit: int) -> Page:
    """Rows (what, at, id of the entity, entity or None, what it was): first every entity, then what became of them."""
    at = _read(cursor)
    if at.part == "a":
        query = sa.select(Entity).where(Entity.id > at.last).order_by(Entity.id)
        page = _page(at, query, limit, lambda one: (at.at, one.id))
        shown = [("present", one.updated_at, one.id, one, None) for one in page.rows]
        return page._replace(rows=shown)
    changes: Any = (
        sa.select(EntityChange, Entity)
        .outerjoin(Entity, Entity.id == EntityChange.entity_id)
        .where(*_since(at, EntityChange))
        .order_by(EntityChange.at, EntityChange.id)
    )
    page = _page(at, changes, limit, lambda row: (row.EntityChange.at, row.EntityChange.id), rows=True)
    return page._replace(
        rows=[(one.what, one.at, one.entity_id, entity, one.before) for one, entity in page.rows]
    )


def premises(cursor: str, limit: int) -> Page:
    """Rows of `_belongings`, of places of business."""
    return _belongings(Premises, cursor, limit)


def licences(cursor: str, limit: int) -> Page:
    """Rows of `_belongings`, of licences."""
    return _belongings(Licence, cursor, limit)


def tags(cursor: str, limit: int) -> Page:
    """Rows of `_belongings`, of tags on entities: shared ones, and the current bureau's own."""
    return _belongings(EntityTag, cursor, limit)


def targets(cursor: str, limit: int) -> Page:
    """Rows (target, entity) of the own library, those that left it among them."""
    query: Any = sa.select(Target, Entity).join(Entity, Entity.id == Target.entity_id)
    return _own(Target, query, cursor, limit, _beside_targets)


def items(cursor: str, limit: int) -> Page:
    """Versions of the own items that were published."""
    return _own(Item, sa.select(Item).where(Item.state != "draft"), cursor, limit, _of_renamed_units(Item))


def inspectors(cursor: str, limit: int) -> Page:
    """The own officers, those who left among them."""
    return _own(Inspector, sa.select(Inspector), cursor, limit, _of_renamed_units(Inspector))


def experts(cursor: str, limit: int) -> Page:
    """The own experts and institutes, those who left among them."""
    return _own(Expert, sa.select(Expert), cursor, limit, _of_renamed_units(Expert))


def certificates(cursor: str, limit: int) -> Page:
    """The certificates that count for the current bureau, whoever keeps them, and its own."""
    return _rows(Certificate, kept_certificates(), cursor, limit)


def _belongings(model: Any, cursor: str, limit: int) -> Page:
    """Rows (what, at, id, code of the entity, the thing or None): first every one, then what became of them."""
    at = _read(cursor)
    if at.part == "a":
        every: Any = sa.select(model, Entity.code).join(Entity, Entity.id == model.entity_id)
        whole = every.where(model.id > at.last).order_by(model.id)
        page = _page(at, whole, limit, lambda row: (at.at, row[0].id), rows=True)
        written = "at" if model is EntityTag else "updated_at"
        return page._replace(
            rows=[("present", getattr(one, written), one.id, code, one) for one, code in page.rows]
        )
    of = sa.func.coalesce(model.entity_id, BelongingChange.entity_id)
    changes: Any = (
        sa.select(BelongingChange, model, Entity.code)
        .outerjoin(model, model.id == BelongingChange.part_id)
        .outerjoin(Entity, Entity.id == of)
        .where(BelongingChange.part == model.__tablename__, *_since(at, BelongingChange))
        .order_by(BelongingChange.at, BelongingChange.id)
    )
    page = _page(at, changes, limit, lambda row: (row.BelongingChange.at, row.BelongingChange.id), rows=True)
    return page._replace(
        rows=[(one.what, one.at, one.part_id, code, thing) for one, thing, code in page.rows]
    )


def _since(at: Cursor, history: Any) -> Iterator[sa.ColumnElement[bool]]:
    """Changes of a history that this round still has to tell."""
    yield history.at > at.moment - _LONGEST
    yield sa.tuple_(history.at, history.id) > sa.tuple_(sa.literal(at.at), sa.literal(at.last))
    yield _written(history) >= at.since


def _beside_targets(at: Cursor) -> Iterator[sa.ColumnElement[bool]]:
    """What is told of a target and stands elsewhere: its level, its tags, its contact, its unit's name."""
    mine = TargetRisk.tenant_id == current_scope().tenant_id
    graded = sa.select(TargetRisk.entity_id).where(mine, _written(TargetRisk) >= at.since)
    yield Target.entity_id.in_(graded)
    reached = sa.select(EntityContact.entity_id).where(
        EntityContact.tenant_id == current_scope().tenant_id, _written(EntityContact) >= at.since
    )
    yield Target.entity_id.in_(reached)
    tagged = sa.select(BelongingChange.entity_id).where(
        BelongingChange.part == EntityTag.__tablename__,
        BelongingChange.at > at.moment - _LONGEST,
        _written(BelongingChange) >= at.since,
    )
    yield Target.entity_id.in_(tagged)
    yield from _of_renamed_units(Target)(at)


def _of_renamed_units(model: Any) -> Beside:
    """Whether the unit of a row has another name."""

    def renamed(at: Cursor) -> Iterator[sa.ColumnElement[bool]]:
        mine = Unit.tenant_id == current_scope().tenant_id
        yield model.unit_id.in_(sa.select(Unit.id).where(mine, _written(Unit) >= at.since))

    return renamed


def _own(model: Any, query: sa.Select[Any], cursor: str, limit: int, beside: Beside | None = None) -> Page:
    return _rows(model, query.where(model.tenant_id == current_scope().tenant_id), cursor, limit, beside)


def _rows(model: Any, query: sa.Select[Any], cursor: str, limit: int, beside: Beside | None = None) -> Page:
    """Rows that were written since the cursor, or of which something was that stands `beside` them."""
    at = _read(cursor)
    chosen = query.where(model.id > at.last)
    if at.part == "c":
        chosen = chosen.where(sa.or_(_written(model) >= at.since, *(beside(at) if beside else ())))
    several = model is Target
    return _page(
        at,
        chosen.order_by(model.id),
        limit,
        lambda one: (at.at, one[0].id if several else one.id),
        rows=several,
    )


def _page(
    at: Cursor,
    query: sa.Select[Any],
    limit: int,
    key: Callable[[Any], tuple[datetime, UUID]],
    *,
    rows: bool = False,
) -> Page:
    asked = query.limit(limit + 1)
    found: Sequence[Any] = db.session.execute(asked).all() if rows else db.session.scalars(asked).all()
    if len(found) > limit:
        moment, last = key(found[limit - 1])
        return Page(list(found[:limit]), str(at._replace(at=moment, last=last)), True)
    return Page(list(found), str(_next_round(at)), False)


def _read(text: str) -> Cursor:
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


def _written(model: Any) -> sa.ColumnElement[int]:
    """The number of the transaction that wrote a row. Rows keep its last 32 bits; the nearest below the newest is meant."""
    newest = sa.cast(sa.cast(sa.func.pg_snapshot_xmax(sa.func.pg_current_snapshot()), sa.Text), sa.BigInteger)
    short = sa.cast(sa.cast(sa.column("xmin", _selectable=model.__table__), sa.Text), sa.BigInteger)
    return newest - (newest - short).op("&")(4294967295)


def _stamp(moment: datetime) -> int:
    return int((moment - _START) / timedelta(microseconds=1))


def _moment(stamp: str) -> datetime:
    return _START + timedelta(microseconds=int(stamp))
