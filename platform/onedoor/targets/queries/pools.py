"""The rows of a pool: a bureau's library within conditions, each with its stratum, weight and status (draw.md, "Pool")."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE
from onedoor.kernel.db import db, text_as_bytes
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import Target, TargetRisk
from onedoor.targets.queries.risk import holding
from onedoor.targets.queries.selection import clauses_of
from onedoor.targets.queries.strata import Division, stratum_of_row
from onedoor.targets.rules.codes import Stratify
from onedoor.targets.rules.selection import Conditions, read_conditions

# For the rest of the transaction. A library is joined and ordered in memory, and not on disk by the 4 MB of a page's
# query; and by two processes, if the server has one to spare: by its own reckoning a million rows are not worth it, and
# a third one would go through all targets for itself. To compile the query takes each of them longer than to run it.
# Entities and targets are gone along in the order of their ids, which is quicker than a table of hashes, where every look
# waits for memory; only for the query itself. What a line needs of an entity stands in the index of the ids.
_ROOM = sa.text(
    "SELECT set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 131072)::text, true),"
    " set_config('max_parallel_workers_per_gather',"
    " least(current_setting('max_parallel_workers_per_gather')::int, 1)::text, true),"
    " set_config('parallel_tuple_cost', '0.001', true), set_config('jit', 'off', true),"
    " set_config('random_page_cost', '1.1', true), set_config('enable_hashjoin', 'off', true)"
)
_AS_BEFORE = sa.text("SELECT set_config('enable_hashjoin', 'on', true)")

Found = TypeVar("Found")
LeftOut = Callable[[sa.ColumnElement[str]], Iterable[tuple[sa.ColumnElement[bool], str]]]


def pool_rows(
    conditions: Mapping[str, Any], stratify: Division = Stratify.NONE
) -> list[tuple[str, str, int, str]]:
    """Every target of the current bureau within the conditions, as rows of an open pool (`draw.md`).

    (code, stratum, weight 1, `E` or `XGONE`), ascending by the bytes of the code. Who ceased or moved
    away stands in it with its reason (R-D2). Conditions on the status are not for pools and are left out.
    """
    query = _pool(conditions, stratify).order_by(sa.collate(Entity.code, "C"))
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def pool_lines(
    conditions: Mapping[str, Any],
    stratify: Division = Stratify.NONE,
    within: Mapping[str, Any] | None = None,
    left_out: LeftOut = lambda code: (),
    weights: Mapping[str, Any] | None = None,
    only: Collection[str] | None = None,
) -> bytes:
    """The same rows as the lines of a pool file, made by the database: of a million none passes through here.

    `within` are further conditions of the bureau's own; whom they leave out stands with `XSCOPE` (R-D2). `left_out`
    gives, from the column of codes, who else is left out and with what reason; the first that holds stands, after
    `XGONE` and `XSCOPE`. `weights` are those of `_weight`. With `only` the lines
    of these codes alone.
    """
    more = [(clause, reason) for clause, reason in left_out(sa.type_coerce(Entity.code, sa.Text()))]
    # What ends a line is put together once for all of them, where nothing is weighed.
    pool = _pool(
        conditions, stratify, within or {}, more, weights or {}, "\t%s\n" if weights else "\t1\t%s\n"
    )
    rows = (pool if only is None else pool.where(Entity.code.in_(only))).subquery()
    code, stratum, weight, end = rows.c
    of_all = code + "\t" + stratum
    line = sa.collate((of_all + "\t" + sa.cast(weight, sa.Text()) if weights else of_all) + end, "C")
    # Lines are in the order of their codes, as a TAB is below whatever stands in a code. So each process of the server
    # makes and orders lines of its own, and the one that puts them together has nothing else to do.
    lines = sa.select(line.label("line")).order_by("line").subquery()
    return _over_a_library(sa.select(sa.func.string_agg(lines.c.line, "")), text_as_bytes)


def pool_counts(
    conditions: Mapping[str, Any],
    stratify: Division = Stratify.NONE,
    within: Mapping[str, Any] | None = None,
    left_out: LeftOut = lambda code: (),
) -> dict[str, dict[str, int]]:
    """How many of the same rows each stratum has of each status, counted where they are."""
    more = [(clause, reason) for clause, reason in left_out(sa.type_coerce(Entity.code, sa.Text()))]
    rows = _pool(conditions, stratify, within or {}, more).subquery()
    query = sa.select(rows.c.stratum, rows.c.status, sa.func.count()).group_by(rows.c.stratum, rows.c.status)
    found: dict[str, dict[str, int]] = {}
    for stratum, status, count in _over_a_library(query, _rows):
        found.setdefault(stratum, {})[status] = count
    return found


def pool_sample(
    conditions: Mapping[str, Any],
    key: int,
    size: int,
    stratify: Division = Stratify.NONE,
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
    return [(row[0], row[1]) for row in _over_a_library(query, _rows)]


def _rows(query: sa.Select[Any]) -> Sequence[Any]:
    return db.session.execute(query).all()


def _over_a_library(query: sa.Select[Any], found: Callable[[sa.Select[Any]], Found]) -> Found:
    """What is found by it, with room for a library of a million."""
    db.session.execute(_ROOM)
    answer = found(query)
    db.session.execute(_AS_BEFORE)
    return answer


def _pool(
    conditions: Mapping[str, Any],
    stratify: Division,
    within: Mapping[str, Any] | None = None,
    left_out: Iterable[tuple[sa.ColumnElement[bool], str]] = (),
    weights: Mapping[str, Any] | None = None,
    written: str = "%s",
) -> sa.Select[Any]:
    """Code, stratum, weight and status of a library's rows; `written` says how the status stands there."""
    own = [*clauses_of(_for_pool(within or {}))]
    # What asks after something unknown is unknown, and does not hold.
    outside = [(sa.and_(*own).is_not(sa.true()), written % "XSCOPE")] if own else []
    reasons = outside + [(clause, written % reason) for clause, reason in left_out]
    status = sa.case((Entity.status.in_(GONE), written % "XGONE"), *reasons, else_=written % "E")
    clauses = clauses_of(_for_pool(conditions))
    # An entity stands in a library once. Asked for in this way, it is the narrow side that is kept in memory.
    library = sa.select(Target.entity_id).where(
        Target.tenant_id == current_scope().tenant_id, Target.ended_on.is_(None)
    )
    rows = (
        sa.select(
            Entity.code.label("code"),
            _stratum(stratify).label("stratum"),
            _weight(weights or {}).label("weight"),
            status.label("status"),
        )
        .select_from(Entity)
        .where(Entity.id.in_(library), *clauses)
    )
    if Stratify.RISK not in (stratify, (weights or {}).get("by")):
        return rows
    return rows.outerjoin(TargetRisk, sa.and_(TargetRisk.entity_id == Entity.id, holding()))


def _for_pool(conditions: Mapping[str, Any]) -> Conditions:
    """Conditions on the status are not for pools."""
    return read_conditions({k: value for k, value in conditions.items() if k not in ("status", "statuses")})


def _stratum(division: Division) -> sa.ColumnElement[str]:
    return stratum_of_row(division, Entity.jurisdiction_code, clauses_of)


def _weight(weights: Mapping[str, Any]) -> sa.ColumnElement[int]:
    """The weight of a row: `{"by": "kind" | "place" | "risk", "of": {"91": 3, …}}`, 1 for whatever is not named, and without any."""
    named = weights.get("of") or {}
    if not named:
        return sa.literal(1)
    return sa.case(dict(named), value=_stratum(weights["by"]), else_=1)
