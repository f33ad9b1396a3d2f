"""Reads of caps and of the cap ledger (R-P6)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.plans.models import CapEntry, VisitCap
from onedoor.plans.rules import caps as cap_rules
from onedoor.plans.rules.states import CapState
from tenants import queries as bureaus
from tenants import settings


def exempt_kinds() -> list[str]:
    """The kinds of check that no cap counts where this bureau is: the place's setting (R-P6)."""
    return list(settings.value("caps.exempt_kinds"))


def is_at_cap(code: str, year: int, more: int = 0) -> bool:
    """As `at_cap`, of one entity."""
    return bool(db.session.scalar(sa.select(at_cap(sa.literal(code), year, more))))


def caps(bureau_id: UUID, year: int) -> list[VisitCap]:
    """The caps of a bureau's year that its head approved, by kind of entity, the later ones last."""
    query = sa.select(VisitCap).where(
        VisitCap.tenant_id == bureau_id, VisitCap.year == year, VisitCap.state == CapState.APPROVED
    )
    return list(db.session.scalars(query.order_by(VisitCap.entity_kind, VisitCap.industry, VisitCap.since)))


def proposed_caps(year: int) -> list[VisitCap]:
    """Those of this bureau that wait for its head, or were returned."""
    query = sa.select(VisitCap).where(
        VisitCap.tenant_id == current_scope().tenant_id,
        VisitCap.year == year,
        VisitCap.state != CapState.APPROVED,
    )
    return list(db.session.scalars(query.order_by(VisitCap.entity_kind, VisitCap.industry, VisitCap.since)))


def cap(cap_id: UUID) -> VisitCap:
    """A cap of this bureau, locked."""
    mine = sa.select(VisitCap).where(VisitCap.id == cap_id, VisitCap.tenant_id == current_scope().tenant_id)
    found = db.session.scalar(mine.with_for_update())
    if found is None:
        raise NotFound("没有找到这项上限。")
    return found


def caps_in_force(year: int) -> dict[str, int]:
    """This bureau's caps today by whom they are for (`caps.key_of`); where it has none for the rest, the place's setting (R-P6).

    Of two for the same the one that began later holds.
    """
    bureau = bureaus.my_bureau()
    found = {
        cap_rules.key_of(cap.entity_kind, cap.industry): cap.visits
        for cap in caps(bureau.id, year)
        if cap.since <= max(today(), date(year, 1, 1))
    }
    of_place = settings.value("caps.visits_per_year")
    if of_place is not None:
        found.setdefault(cap_rules.OTHERS, int(of_place))
    return found


def my_counts(codes: Iterable[str], year: int) -> dict[str, int]:
    """This bureau's visits that count, by entity; exempt kinds are left out (R-P6)."""
    asked = list(codes)
    stands = {**{code: code for code in asked}, **entity_queries.merges.standing_codes(asked)}
    counted, visited = _visits_that_count(year)
    query = (
        counted.with_only_columns(visited, sa.func.count())
        .where(visited == sa.any_(sa.literal(sorted(set(stands.values())), sa.ARRAY(sa.Text()))))
        .group_by(visited)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {code: found[stands[code]] for code in asked if stands[code] in found}


def at_cap(code: sa.ColumnElement[str], year: int, more: int = 0) -> sa.ColumnElement[bool]:
    """Whether this bureau may not visit the entity of that code again this year (R-P6): for a query over many.

    Visits that are drawn and not begun count too, so that two draws in a row break no cap. `more` asks what if every
    cap were that much higher.
    """
    in_force = caps_in_force(year)
    if not in_force:
        return sa.false()
    counted, visited = _visits_begun_and_to_come(year)
    full = (
        counted.with_only_columns(visited)
        .group_by(visited)
        .having(sa.func.count() >= _cap_of(visited, in_force) + more)
    )
    # Asked apart: how merged entities follow each other is found by one process of PostgreSQL only, and so would be the
    # whole query beside it, which may be over a million.
    reached = full.subquery().columns[0]
    # Tens of thousands go over and back as one text: no code has a line feed.
    codes = sa.func.string_to_array(
        db.session.scalar(sa.select(sa.func.string_agg(reached, "\n"))) or "", "\n"
    )
    # Unnested, they are hashed wherever this stands; an array is gone through from its beginning for each row of a GROUP BY.
    return sa.or_(code.in_(sa.select(sa.func.unnest(codes))), _cap_of(code, in_force) + more == 0)


def beyond_cap(
    code: sa.ColumnElement[str], nth: sa.ColumnElement[int], year: int, more: int = 0
) -> sa.ColumnElement[bool]:
    """Whether so many more visits to that entity would be more than this bureau may make this year (R-P6): of its places
    in a pool, so many stay in as it may still be visited, and no draw breaks the cap. Visits that are drawn and not begun
    count, as in `at_cap`."""
    in_force = caps_in_force(year)
    if not in_force:
        return sa.false()
    counted, visited = _visits_begun_and_to_come(year)
    rows = db.session.execute(
        counted.with_only_columns(visited, sa.func.count().label("visits")).group_by(visited)
    )
    made = sa.cast(sa.literal(json.dumps({row[0]: row[1] for row in rows})), JSONB)
    before = sa.func.coalesce(sa.cast(made[code].astext, sa.Integer()), 0)
    return before + nth > _cap_of(code, in_force) + more


def _cap_of(code: sa.ColumnElement[str] | Any, caps: dict[str, int]) -> sa.ColumnElement[int]:
    """As `cap_rules.cap_of`: by kind and industry, by industry, by the first two characters, else that of all others, else null."""
    own = [
        (_is_for(code, *key.partition("/")[::2]), visits)
        for key, visits in sorted(caps.items(), key=lambda one: ("/" not in one[0], one[0].startswith("*")))
        if key != cap_rules.OTHERS
    ]
    others = sa.literal(caps.get(cap_rules.OTHERS), sa.Integer())
    return sa.case(*own, else_=others) if own else others


def _is_for(code: sa.ColumnElement[str], kind: str, industry: str) -> sa.ColumnElement[bool]:
    """Whether an entity is of that kind and industry."""
    of_kind = sa.true() if kind == cap_rules.OTHERS else sa.func.left(code, 2) == kind
    if not industry:
        return of_kind
    return sa.and_(of_kind, code.in_(sa.select(Entity.code).where(Entity.industry == industry)))


def _counts(exempt: list[str]) -> sa.ColumnElement[bool]:
    """Whether an entry counts for a cap: its kind does, and somebody entered (R-P6, R-V3)."""
    return sa.and_(CapEntry.kind.not_in(exempt), CapEntry.entered)


def _visits_that_count(year: int) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """This bureau's entries of the year, exempt kinds left out (R-P6), and the code each counts for."""
    exempt = exempt_kinds()
    entries, visited = _entries(year)
    return entries.where(_counts(exempt)), visited


def _visits_begun_and_to_come(year: int) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """As `_visits_that_count`, with this bureau's visits that have not begun."""
    exempt = exempt_kinds()
    begun = sa.select(CapEntry.entity_code.label("code")).where(
        CapEntry.tenant_id == current_scope().tenant_id, CapEntry.year == year, _counts(exempt)
    )
    coming = sa.func.my_visits_to_come(year).table_valued(
        sa.column("code", sa.Text()), sa.column("kind", sa.Text())
    )
    to_come = sa.select(coming.c.code).where(coming.c.kind.not_in(exempt))
    every = sa.union_all(begun, to_come).subquery()
    merged = entity_queries.merges.merged_codes()
    return (
        sa.select(every).outerjoin(merged, merged.c.former == every.c.code),
        sa.func.coalesce(merged.c.code, every.c.code),
    )


def _entries(year: int) -> tuple[sa.Select[Any], sa.ColumnElement[str]]:
    """This bureau's entries of the year; a visit to an entity that was merged since counts for the one that stands for it."""
    merged = entity_queries.merges.merged_codes()
    entries = sa.select(CapEntry).outerjoin(merged, merged.c.former == CapEntry.entity_code)
    mine = entries.where(CapEntry.tenant_id == current_scope().tenant_id, CapEntry.year == year)
    return mine, sa.func.coalesce(merged.c.code, CapEntry.entity_code)


def capped(codes: Iterable[str], year: int) -> set[str]:
    """Those of `codes` that this bureau may not visit again this year; asked before a draw (R-P6)."""
    asked = list(codes)
    in_force = caps_in_force(year)
    if not in_force:
        return set()
    return cap_rules.capped(my_counts(asked, year), asked, in_force, industries_of(asked))


def industries_of(codes: Iterable[str]) -> dict[str, str]:
    """The industries of entities by code, as far as the register has them."""
    rows = db.session.execute(sa.select(Entity.code, Entity.industry).where(Entity.code.in_(list(codes))))
    return {row.code: row.industry for row in rows}


def totals(codes: Iterable[str], year: int) -> dict[str, tuple[int, int]]:
    """(doors, counts) of every bureau together by entity: a joint visit is one door, and so are visits that went together (R-P6, R-J4)."""
    query = sa.text("SELECT entity_code, doors, counts FROM cap_totals(:codes, :year)")
    rows = db.session.execute(query, {"codes": list(codes), "year": year})
    return {row.entity_code: (row.doors, row.counts) for row in rows}


def most_visited(year: int) -> sa.Select[str, int, int]:
    """This bureau's own ledger by entity: code, visits of every kind, visits that count."""
    exempt = exempt_kinds()
    counted = sa.func.count().filter(_counts(exempt))
    entries, visited = _entries(year)
    return (
        entries.with_only_columns(
            visited.label("entity_code"), sa.func.count().label("visits"), counted.label("counted")
        )
        .group_by(visited)
        .order_by(sa.desc("counted"), visited)
    )


def visits_by_kind(year: int) -> dict[str, int]:
    """How many checks this bureau began in a year, by kind: random, daily, special, single (R-L3, R-V9)."""
    query = (
        sa.select(CapEntry.kind, sa.func.count(sa.distinct(CapEntry.visit_id)).label("visits"))
        .where(CapEntry.tenant_id == current_scope().tenant_id, CapEntry.year == year)
        .group_by(CapEntry.kind)
    )
    return {row.kind: row.visits for row in db.session.execute(query)}


def checks_without_entry(year: int) -> int:
    """How many checks this bureau began in a year for which nobody entered: in writing, by the network, by others' findings (R-V3)."""
    query = sa.select(sa.func.count(sa.distinct(CapEntry.visit_id))).where(
        CapEntry.tenant_id == current_scope().tenant_id, CapEntry.year == year, ~CapEntry.entered
    )
    return db.session.scalar(query) or 0


def entity_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of entities by code, as far as the register has them."""
    register = entity_queries.entities().subquery()
    rows = db.session.execute(
        sa.select(register.c.code, register.c.name).where(register.c.code.in_(list(codes)))
    )
    return {row.code: row.name for row in rows}
