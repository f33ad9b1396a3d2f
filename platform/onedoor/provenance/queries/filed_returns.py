"""The filed returns that counted a thing, and the things that a return counted (R-S2): frozen sets are asked, nothing is counted anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.draws.models import Draw
from onedoor.provenance.queries.reach import Reach
from onedoor.provenance.rules import FOLLOWED
from onedoor.statistics.models import Return, ReturnSet
from onedoor.statistics.rules.members import unpack
from onedoor.visits.models import Visit

Execute = Callable[[Any], Iterable[Any]]


@lru_cache(maxsize=512)
def _things(digest: str, content: bytes) -> frozenset[str]:
    """What the members of a frozen set open; a set is the same for ever, and so is its digest."""
    del digest
    return frozenset(one.thing for one in unpack(content))


def returns_that_counted(reach: Reach, execute: Execute) -> list[Any]:
    """Filed returns, newest first, one of whose figures counted a visit, campaign or draw on the way; and what adds them up."""
    things = _on_the_way(reach, execute)
    if not things:
        return []
    days = _days(reach, execute)
    if days is None:
        return []
    candidates = sa.select(Return.id, Return.tenant_id, Return.digests).where(
        Return.filed_at.is_not(None), Return.starts_on <= days[1], Return.ends_on >= days[0]
    )
    found = [row.id for row in execute(candidates) if row.digests and _counts(row, things, execute)]
    if not found:
        return []
    summed = sa.type_coerce(Return.sources, sa.dialects.postgresql.ARRAY(sa.Uuid())).overlap(found)
    query = sa.select(Return).where(sa.or_(Return.id.in_(found), summed), Return.filed_at.is_not(None))
    return [row[0] for row in execute(query.order_by(Return.filed_at.desc(), Return.id))]


def _on_the_way(reach: Reach, execute: Execute) -> frozenset[str]:
    found: list[str] = []
    for kind, ids in (("visit", reach.visits), ("campaign", reach.campaigns), ("draw", reach.draws)):
        model: Any = {"visit": Visit, "campaign": Campaign, "draw": Draw}[kind]
        rows = list(execute(sa.select(model.id).where(model.id.in_(ids)).limit(FOLLOWED + 1)))
        if len(rows) > FOLLOWED:
            return frozenset()
        found += [f"{kind}:{row.id}" for row in rows]
    return frozenset(found)


def _days(reach: Reach, execute: Execute) -> tuple[Any, Any] | None:
    """The days by which a return counts what lies on the way: of the draw, and of visits."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", Draw.ended_at), sa.Date)
    drawn = sa.select(day.label("day")).where(Draw.id.in_(reach.draws))
    held = sa.select(Visit.scheduled_on.label("day")).where(Visit.id.in_(reach.visits))
    both = sa.union_all(drawn, held).subquery()
    row = next(iter(execute(sa.select(sa.func.min(both.c.day), sa.func.max(both.c.day)))))
    return (row[0], row[1]) if row[0] is not None else None


def _counts(row: Any, things: frozenset[str], execute: Execute) -> bool:
    query = sa.select(ReturnSet.digest, ReturnSet.content).where(
        ReturnSet.tenant_id == row.tenant_id, ReturnSet.digest.in_(row.digests)
    )
    return any(things & _things(one.digest, one.content) for one in execute(query))


def counted_by(return_id: UUID, execute: Execute) -> dict[str, list[UUID]]:
    """By kind, the ids of the things that a filed return's own figures counted."""
    query = (
        sa.select(ReturnSet.digest, ReturnSet.content)
        .join(Return, Return.tenant_id == ReturnSet.tenant_id)
        .where(Return.id == return_id, ReturnSet.digest == sa.any_(Return.digests))
    )
    found: dict[str, set[UUID]] = {}
    for one in execute(query):
        for thing in _things(one.digest, one.content):
            kind, _colon, key = thing.partition(":")
            try:
                found.setdefault(kind, set()).add(UUID(key))
            except ValueError:
                continue
    return {kind: sorted(ids)[:FOLLOWED] for kind, ids in found.items()}
