"""Reads of the shared register, and the rows of a pool."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.kernel.codes import normalise_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.registry.models import Entity, EntityChange, Import, Target, TargetRisk
from onedoor.registry.queries.premises import licensed
from onedoor.registry.queries.risk import at_risk, holding, risk_stratum
from onedoor.registry.queries.tags import carrying
from onedoor.registry.rules.codes import GONE, WHOLE_POOL, Stratify
from onedoor.registry.rules.industries import words_within
from onedoor.registry.rules.selection import Conditions, read_conditions
from tenants.models import Bureau, Jurisdiction, UserAccount

# For the rest of the transaction. A library is joined and ordered in memory, and not on disk by the 4 MB of a page's
# query; and by two processes, if the server has one to spare: by its own reckoning a million rows are not worth it.
_ROOM = sa.text(
    "SELECT set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 131072)::text, true),"
    " set_config('parallel_tuple_cost', '0.001', true)"
)
# As many as a list counts.
FEW = 10_000

LeftOut = Callable[[sa.ColumnElement[str]], Iterable[tuple[sa.ColumnElement[bool], str]]]


def entity(entity_id: UUID) -> Entity:
    """The entity with this id."""
    found = db.session.get(Entity, entity_id)
    if found is None:
        raise NotFound("没有找到这个经营主体。")
    return found


def entity_by_code(code: str) -> Entity:
    """The entity with this unified social credit code, as typed."""
    found = db.session.scalar(sa.select(Entity).where(Entity.code == normalise_code(code)))
    if found is None:
        raise NotFound("名录里没有统一社会信用代码为“%(code)s”的经营主体，请核对代码。", code=code.strip())
    return found


class Told(NamedTuple):
    """One change of an entity: by which bureau; the load and the person where they are this bureau's own."""

    change: EntityChange
    bureau: str
    load: Import | None
    actor: str


def history_of(entity_id: UUID, most: int = 50) -> list[Told]:
    """What became of an entity, newest first."""
    query = (
        sa.select(EntityChange, Bureau.name, Import, UserAccount.display_name)
        .join(Bureau, Bureau.id == EntityChange.tenant_id)
        .outerjoin(Import, Import.id == EntityChange.import_id)
        .outerjoin(UserAccount, UserAccount.id == EntityChange.actor_id)
        .where(EntityChange.entity_id == entity_id)
        .order_by(EntityChange.at.desc(), EntityChange.id.desc())
        .limit(most)
    )
    return [Told(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(query)]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Names of entities by code."""
    query = sa.select(Entity.code, Entity.name).where(Entity.code.in_(list(codes)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def entities() -> sa.Select[Any]:
    """The whole register, for a list."""
    return sa.select(Entity)


def uncovered() -> sa.Select[Any]:
    """Entities of this bureau's trade that stand in no bureau's library (监管真空, R-L6).

    Few are named by their ids, found once; of more than a list counts each is asked for as the list comes to it.
    """
    found = sa.select(sa.func.uncovered_entities(FEW + 1).column_valued("id"))
    ids = list(db.session.scalars(found))
    if len(ids) > FEW:
        return sa.select(Entity).where(sa.func.is_uncovered(Entity.id))
    return sa.select(Entity).where(Entity.id == sa.any_(sa.cast(ids, ARRAY(sa.Uuid()))))


def my_entity_kinds() -> frozenset[str]:
    """The kinds of entity whose register this bureau keeps (R-T4)."""
    return frozenset(db.session.scalars(sa.text("SELECT my_entity_kinds()")))


def selection(conditions: Mapping[str, Any] | Conditions) -> sa.Select[Any]:
    """The entities a rule chooses (R-L5). Raises ClerkError for conditions that say nothing sensible."""
    asked = conditions if isinstance(conditions, Conditions) else read_conditions(conditions)
    return sa.select(Entity).where(*_clauses(asked))


def pool_rows(
    conditions: Mapping[str, Any], stratify: str = Stratify.NONE
) -> list[tuple[str, str, int, str]]:
    """Every target of the current bureau within the conditions, as rows of an open pool (`draw.md`).

    (code, stratum, weight 1, `E` or `XGONE`), ascending by the bytes of the code. Who ceased or moved
    away stands in it with its reason (R-D2). Conditions on the status are not for pools and are left out.
    """
    query = _pool(conditions, stratify).order_by(sa.collate(Entity.code, "C"))
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def pool_lines(
    conditions: Mapping[str, Any],
    stratify: str = Stratify.NONE,
    within: Mapping[str, Any] | None = None,
    left_out: LeftOut = lambda code: (),
    weights: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
) -> bytes:
    """The same rows as the lines of a pool file, made by the database: of a million none passes through here.

    `within` are further conditions. `left_out` gives, from the column of codes, who else is left out and with
    what reason; the first that holds stands, after `XGONE`. `weights` are those of `_weight`. With `only` the lines
    of these codes alone.
    """
    more = [(clause, reason) for clause, reason in left_out(sa.type_coerce(Entity.code, sa.Text()))]
    pool = _pool(conditions, stratify, within or {}, more, weights or {})
    rows = (pool if only is None else pool.where(Entity.code.in_(only))).subquery()
    code, stratum, weight, status = rows.c
    line = sa.collate(code + "\t" + stratum + "\t" + sa.cast(weight, sa.Text()) + "\t" + status + "\n", "C")
    # Lines are in the order of their codes, as a TAB is below whatever stands in a code. So each process of the server
    # makes and orders lines of its own, and the one that puts them together has nothing else to do.
    lines = sa.select(line.label("line")).order_by("line").subquery()
    db.session.execute(_ROOM)
    return (db.session.scalar(sa.select(sa.func.string_agg(lines.c.line, ""))) or "").encode()


def pool_counts(
    conditions: Mapping[str, Any],
    stratify: str = Stratify.NONE,
    within: Mapping[str, Any] | None = None,
    left_out: LeftOut = lambda code: (),
) -> dict[str, dict[str, int]]:
    """How many of the same rows each stratum has of each status, counted where they are."""
    more = [(clause, reason) for clause, reason in left_out(sa.type_coerce(Entity.code, sa.Text()))]
    rows = _pool(conditions, stratify, within or {}, more).subquery()
    query = sa.select(rows.c.stratum, rows.c.status, sa.func.count()).group_by(rows.c.stratum, rows.c.status)
    found: dict[str, dict[str, int]] = {}
    for stratum, status, count in db.session.execute(query):
        found.setdefault(stratum, {})[status] = count
    return found


def pool_sample(
    conditions: Mapping[str, Any],
    key: int,
    size: int,
    stratify: str = Stratify.NONE,
    within: Mapping[str, Any] | None = None,
    left_out: LeftOut = lambda code: (),
) -> list[tuple[int, str]]:
    """Keyed hash and stratum of the eligible rows with the `size` least hashes, ascending.

    With the same key the samples of several bureaus' pools meet in the objects that are in all of them, and name none.
    """
    more = [(clause, reason) for clause, reason in left_out(sa.type_coerce(Entity.code, sa.Text()))]
    rows = _pool(conditions, stratify, within or {}, more).subquery()
    hashed = sa.func.hashtextextended(rows.c.code, sa.cast(key, sa.BigInteger), type_=sa.BigInteger)
    query = sa.select(hashed, rows.c.stratum).where(rows.c.status == "E").order_by(hashed).limit(size)
    return [(row[0], row[1]) for row in db.session.execute(query)]


class LibraryChanges(NamedTuple):
    """How a library changed: how many came, and how many left by the reason told."""

    joined: int
    left: dict[str, int]


def library_changes(since: date) -> LibraryChanges:
    """What came into the current bureau's library and what left it since a day (draw.md, "Who could cheat")."""
    mine = Target.tenant_id == current_scope().tenant_id
    joined = sa.select(sa.func.count()).where(mine, Target.listed_on >= since)
    left = (
        sa.select(Target.ended_reason, sa.func.count())
        .where(mine, Target.ended_on >= since)
        .group_by(Target.ended_reason)
        .order_by(sa.func.count().desc())
    )
    return LibraryChanges(
        db.session.scalar(joined) or 0, {row[0] or "": row[1] for row in db.session.execute(left)}
    )


def _pool(
    conditions: Mapping[str, Any],
    stratify: str,
    within: Mapping[str, Any] | None = None,
    left_out: Iterable[tuple[sa.ColumnElement[bool], str]] = (),
    weights: Mapping[str, Any] | None = None,
) -> sa.Select[Any]:
    status = sa.case((Entity.status.in_(GONE), "XGONE"), *left_out, else_="E")
    clauses = [clause for each in (conditions, within or {}) for clause in _clauses(_for_pool(each))]
    rows = (
        sa.select(
            Entity.code.label("code"),
            _stratum(Stratify(stratify)).label("stratum"),
            _weight(weights or {}).label("weight"),
            status.label("status"),
        )
        .select_from(Entity)
        .join(Target, Target.entity_id == Entity.id)
        .where(Target.tenant_id == current_scope().tenant_id, Target.ended_on.is_(None), *clauses)
    )
    if Stratify.RISK not in (stratify, (weights or {}).get("by")):
        return rows
    return rows.outerjoin(TargetRisk, sa.and_(TargetRisk.entity_id == Entity.id, holding()))


def _for_pool(conditions: Mapping[str, Any]) -> Conditions:
    """Conditions on the status are not for pools."""
    return read_conditions({k: value for k, value in conditions.items() if k not in ("status", "statuses")})


def _stratum(stratify: Stratify) -> sa.ColumnElement[str]:
    if stratify == Stratify.RISK:
        return risk_stratum()
    columns: dict[Stratify, Any] = {Stratify.KIND: Entity.kind, Stratify.PLACE: Entity.jurisdiction_code}
    return sa.type_coerce(columns.get(stratify, sa.literal(WHOLE_POOL)), sa.Text())


def _weight(weights: Mapping[str, Any]) -> sa.ColumnElement[int]:
    """The weight of a row: `{"by": "kind" | "place" | "risk", "of": {"91": 3, …}}`, 1 for whatever is not named, and without any."""
    named = weights.get("of") or {}
    if not named:
        return sa.literal(1)
    return sa.case(dict(named), value=_stratum(Stratify(weights["by"])), else_=1)


def _clauses(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    if asked.places:
        yield Entity.jurisdiction_code.in_(_places_under(asked.places))
    for column, values in (
        (Entity.kind, asked.kinds),
        (Entity.industry, words_within(asked.industries)),
        (Entity.entity_type, asked.types),
        (Entity.status, asked.statuses),
    ):
        if values:
            yield column.in_(values)
    if asked.scope:
        yield _contains(Entity.scope, asked.scope)
    if asked.scope_without:
        yield sa.not_(_contains(Entity.scope, asked.scope_without))
    if asked.name:
        yield _contains(Entity.name, asked.name)
    yield from _beside(asked)
    if asked.registered_from:
        yield Entity.registered_on >= date.fromisoformat(asked.registered_from)
    if asked.registered_until:
        yield Entity.registered_on <= date.fromisoformat(asked.registered_until)


def _beside(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    """What is said of an entity in tables beside its own."""
    if asked.tags:
        yield Entity.id.in_(carrying(asked.tags))
    if asked.risk:
        yield Entity.id.in_(at_risk(asked.risk))
    if asked.licences:
        yield Entity.id.in_(licensed(asked.licences))


def _contains(column: Any, words: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(word, autoescape=True) for word in words))


def _places_under(codes: tuple[str, ...]) -> sa.Select[Any]:
    tree = sa.select(Jurisdiction.code).where(Jurisdiction.code.in_(codes)).cte(recursive=True)
    tree = tree.union(sa.select(Jurisdiction.code).join(tree, Jurisdiction.parent_code == tree.c.code))
    return sa.select(tree.c.code)
