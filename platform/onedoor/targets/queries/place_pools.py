"""The rows of a pool of places, or of products, projects and activities, that a bureau lists, within conditions (draw.md, "Pool"; docs/adr/0011)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa

from onedoor.entities.models import Entity, Premises
from onedoor.entities.queries.entities import places_under
from onedoor.entities.rules.codes import GONE
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import Target, TargetMatter, TargetRisk
from onedoor.targets.queries.risk import holding
from onedoor.targets.queries.selection import clauses_of
from onedoor.targets.queries.strata import Division, stratum_of_row
from onedoor.targets.rules.codes import Stratify
from onedoor.targets.rules.selection import Conditions, read_conditions

MOST_TOLD = 10
# From the entity's code and which of its places in use this is, in an order that nobody chooses.
PlacesLeftOut = Callable[
    [sa.ColumnElement[str], sa.ColumnElement[int]], Iterable[tuple[sa.ColumnElement[bool], str]]
]


class Asked(NamedTuple):
    """What decides such a pool: conditions, the bureau's own within, strata, weights, who is left out.

    `turn` is the year: the places of an entity stand in an order that goes by it, code and number and by nothing else. `kinds` are
    those of the matters that its items are about; without any the pool is of places.
    """

    conditions: Mapping[str, Any]
    within: Mapping[str, Any]
    stratify: Division
    weights: Mapping[str, Any]
    turn: str
    left_out: PlacesLeftOut
    kinds: tuple[str, ...] = ()

    @property
    def rows(self) -> Listed:
        """What its rows are of."""
        return Listed(self.kinds)


class Listed:
    """What a library lists of its entities: their places of business, or their products, projects and activities of some kinds."""

    def __init__(self, kinds: Sequence[str] = ()) -> None:
        self.kinds = kinds
        self.number: Any = TargetMatter.sequence if kinds else Premises.number
        # Where it is: its own place, else the entity's.
        self.place: Any = (
            sa.func.coalesce(TargetMatter.jurisdiction_code, Entity.jurisdiction_code)
            if kinds
            else Premises.jurisdiction_code
        )
        there = Entity.status.not_in(GONE)
        self.in_use = there if kinds else sa.and_(Premises.closed_on.is_(None), there)

    def within(self, conditions: Iterable[Conditions]) -> sa.Select[Any]:
        """Those in the library, within conditions: of where, it is asked where they are, and all else of their entity."""
        mine = current_scope().tenant_id
        library = sa.select(Target.entity_id).where(Target.tenant_id == mine, Target.ended_on.is_(None))
        rows = sa.select(TargetMatter.id).select_from(TargetMatter)
        if self.kinds:
            rows = rows.join(Entity, Entity.id == TargetMatter.entity_id)
            rows = rows.where(TargetMatter.kind.in_(self.kinds), TargetMatter.sequence.is_not(None))
        else:
            rows = rows.join(Premises, Premises.id == TargetMatter.premises_id)
            rows = rows.join(Entity, Entity.id == Premises.entity_id)
        rows = rows.where(
            TargetMatter.tenant_id == mine, TargetMatter.ended_on.is_(None), Entity.id.in_(library)
        )
        return rows.where(*(clause for one in conditions for clause in self.clauses(one)))

    def clauses(self, asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
        """What holds of one and its entity."""
        if asked.places:
            yield self.place.in_(places_under(asked.places))
        yield from clauses_of(replace(asked, places=()))


class Several(NamedTuple):
    """How many places the entities of a pool have: `several` have more than one, `greatest` are the most, by name;
    `unlisted` are those in the library and within the conditions that are listed at no place in use."""

    entities: int
    places: int
    several: int
    unlisted: int
    greatest: list[tuple[str, str, int]]


def place_pool_lines(asked: Asked, only: Collection[str] | None = None) -> bytes:
    """The lines of the pool file, ascending by the bytes of the id; with `only` those of these entities, by code."""
    rows = _pool(asked, only).subquery()
    line = rows.c.id + "\t" + rows.c.stratum + "\t" + sa.cast(rows.c.weight, sa.Text()) + "\t" + rows.c.status
    # In the order of their ids, as a TAB is below whatever stands in one.
    lines = sa.select(sa.collate(line + "\n", "C").label("line")).order_by("line").subquery()
    found = db.session.scalar(sa.select(sa.func.string_agg(lines.c.line, "")))
    return (found or "").encode()


def place_pool_counts(asked: Asked) -> dict[str, dict[str, int]]:
    """How many of the same rows each stratum has of each status."""
    rows = _pool(asked).subquery()
    query = sa.select(rows.c.stratum, rows.c.status, sa.func.count()).group_by(rows.c.stratum, rows.c.status)
    found: dict[str, dict[str, int]] = {}
    for stratum, status, count in db.session.execute(query):
        found.setdefault(stratum, {})[status] = count
    return found


def place_pool_sample(asked: Asked, key: int, size: int) -> list[tuple[int, str]]:
    """Keyed hash and stratum of the eligible rows with the `size` least hashes, ascending, as `pools.pool_sample` has them."""
    rows = _pool(asked).subquery()
    hashed = sa.func.hashtextextended(rows.c.id, sa.cast(key, sa.BigInteger), type_=sa.BigInteger)
    query = sa.select(hashed, rows.c.stratum).where(rows.c.status == "E").order_by(hashed).limit(size)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def listed_places(conditions: Mapping[str, Any], kinds: Sequence[str] = ()) -> int:
    """How many places (or matters of these kinds) the bureau lists of its library within conditions, also those that are closed."""
    rows = Listed(kinds).within([_for_pool(conditions)]).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


def places_per_code(
    conditions: Mapping[str, Any], within: Mapping[str, Any], kinds: Sequence[str] = ()
) -> Several:
    """How many places in use the entities of such a pool have (draw.md, "Who could cheat")."""
    both = [_for_pool(conditions), _for_pool(within)]
    rows = Listed(kinds)
    places = rows.within(both).where(rows.in_use)
    each = (
        places.with_only_columns(Entity.id, Entity.name, Entity.code, sa.func.count().label("places"))
        .group_by(Entity.id)
        .subquery()
    )
    total = sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(each.c.places), 0),
        sa.func.count().filter(each.c.places > 1),
    )
    entities, count, several = db.session.execute(total).one()
    most = sa.select(each.c.name, each.c.code, each.c.places).where(each.c.places > 1)
    most = most.order_by(each.c.places.desc(), each.c.code).limit(MOST_TOLD)
    library = sa.select(sa.func.count()).select_from(Entity).join(Target, Target.entity_id == Entity.id)
    library = library.where(
        Target.tenant_id == current_scope().tenant_id,
        Target.ended_on.is_(None),
        Entity.status.not_in(GONE),
        Entity.id.not_in(sa.select(each.c.id)),
        *(clause for one in both for clause in clauses_of(one)),
    )
    return Several(
        entities,
        int(count),
        several,
        db.session.scalar(library) or 0,
        [(row[0], row[1], row[2]) for row in db.session.execute(most)],
    )


def _pool(asked: Asked, only: Collection[str] | None = None) -> sa.Select[Any]:
    """Id, stratum, weight and status of every place: as `pools._pool`, whom the own conditions leave out stands with `XSCOPE`."""
    listed = asked.rows
    own = [*listed.clauses(_for_pool(asked.within))]
    # What asks after something unknown is unknown, and does not hold.
    outside = sa.and_(*own).is_not(sa.true()) if own else sa.false()
    # Of nothing that whoever makes the list can choose or try: a campaign's code moves with each draft.
    order = sa.func.md5(Entity.code + ":" + sa.cast(listed.number, sa.Text()) + ":" + sa.literal(asked.turn))
    # Who is left out for another reason takes no turn.
    turns = sa.case((listed.in_use, ~outside), else_=sa.false())
    nth = sa.func.row_number().over(partition_by=(Entity.id, turns), order_by=order)
    code = sa.type_coerce(Entity.code, sa.Text())
    status = sa.case((~listed.in_use, "XGONE"), (outside, "XSCOPE"), *asked.left_out(code, nth), else_="E")
    rows = listed.within([_for_pool(asked.conditions)]).with_only_columns(
        (code + ":" + sa.cast(listed.number, sa.Text())).label("id"),
        _stratum(listed, asked.stratify).label("stratum"),
        _weight(listed, asked.weights).label("weight"),
        status.label("status"),
    )
    if only is not None:
        rows = rows.where(Entity.code.in_(only))
    if Stratify.RISK not in (asked.stratify, asked.weights.get("by")):
        return rows
    return rows.outerjoin(TargetRisk, sa.and_(TargetRisk.entity_id == Entity.id, holding()))


def _for_pool(conditions: Mapping[str, Any]) -> Conditions:
    """Conditions on the status are not for pools."""
    return read_conditions({k: value for k, value in conditions.items() if k not in ("status", "statuses")})


def _stratum(listed: Listed, division: Division) -> sa.ColumnElement[str]:
    return stratum_of_row(division, listed.place, listed.clauses)


def _weight(listed: Listed, weights: Mapping[str, Any]) -> sa.ColumnElement[int]:
    named = weights.get("of") or {}
    if not named:
        return sa.literal(1)
    return sa.case(dict(named), value=_stratum(listed, weights["by"]), else_=1)
