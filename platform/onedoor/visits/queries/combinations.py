"""Reads of visits that would go apart to the same object, and of those that go together (R-J4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import DbRole, current_scope
from onedoor.visits.models import Combination, CombinationAnswer, Visit
from tenants import settings
from tenants.models import Bureau


@dataclass(frozen=True)
class Apart:
    """A visit of this bureau whose object another bureau would visit too, in a month, apart."""

    visit: Visit
    bureau_id: UUID
    bureau: str
    month: date


def visits_apart(visit_id: UUID | None = None) -> list[Apart]:
    """Of this bureau, or of one of its visits, the soonest first; within the days the place sets, 0: none."""
    days = int(settings.value("visit_combine_days"))
    if not days:
        return []
    apart = sa.func.visits_apart(days).table_valued(
        sa.column("visit_id", sa.Uuid()), sa.column("bureau_id", sa.Uuid()), sa.column("month", sa.Date())
    )
    query = (
        sa.select(Visit, Bureau.id, Bureau.name, apart.c.month)
        .select_from(apart)
        .join(Visit, Visit.id == apart.c.visit_id)
        .join(Bureau, Bureau.id == apart.c.bureau_id)
        .order_by(Visit.scheduled_on, Visit.number, apart.c.month, Bureau.code)
    )
    if visit_id is not None:
        query = query.where(Visit.id == visit_id)
    return [Apart(*row) for row in db.session.execute(query)]


def combined_visits(visit_id: UUID) -> list[Any]:
    """The visits of other bureaus that go together with one of this bureau's: `bureau`, `number`, `day`, `members`, `matters`."""
    if current_scope().role is not DbRole.BUREAU:
        return []
    names = ("visit_id", "bureau_id", "bureau", "number", "day", "cancelled", "members", "matters")
    found = sa.func.combined_visits(visit_id).table_valued(*names)
    return list(db.session.execute(sa.select(found)))


def combined_door(visit_id: UUID, day: date) -> UUID | None:
    """The visit with which this one went together through one door on a day, that somebody was at first; None: its own."""
    return db.session.scalar(sa.select(sa.func.combined_door(visit_id, day, type_=sa.Uuid())))


def combined_with(visit_id: UUID) -> list[tuple[Combination, CombinationAnswer | None]]:
    """What was asked and not declined of a visit of this bureau, by it or of it."""
    mine = sa.or_(Combination.visit_id == visit_id, CombinationAnswer.visit_id == visit_id)
    return [(asked, said) for asked, said in _with_answers(mine) if said is None or said.accepted]


def combination(combination_id: UUID, *, lock: bool = False) -> Combination:
    """What one bureau asked another, for the two."""
    found = db.session.get(Combination, combination_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这项合并上门的请求，或它与本单位无关。")
    return found


def combination_answer(combination_id: UUID) -> CombinationAnswer | None:
    """What was said to it, if anything was."""
    query = sa.select(CombinationAnswer).where(CombinationAnswer.combination_id == combination_id)
    return db.session.scalar(query)


def asked_of(visit_id: UUID) -> list[tuple[Combination, CombinationAnswer | None]]:
    """Whom this bureau asked to come along to one of its visits."""
    return _with_answers(Combination.visit_id == visit_id)


def combinations() -> list[tuple[Combination, CombinationAnswer | None]]:
    """What this bureau asked and was asked, the latest first."""
    me = current_scope().tenant_id
    return _with_answers(sa.or_(Combination.tenant_id == me, Combination.receiver_id == me))


def _with_answers(which: Any) -> list[tuple[Combination, CombinationAnswer | None]]:
    query = (
        sa.select(Combination, CombinationAnswer)
        .outerjoin(CombinationAnswer, CombinationAnswer.combination_id == Combination.id)
        .where(which)
        .order_by(Combination.asked_at.desc(), Combination.id)
        .limit(500)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def combinations_to_answer() -> int:
    """How many wait for this bureau's answer."""
    me = current_scope().tenant_id
    query = (
        sa.select(sa.func.count())
        .select_from(Combination)
        .outerjoin(CombinationAnswer, CombinationAnswer.combination_id == Combination.id)
        .where(Combination.receiver_id == me, CombinationAnswer.id.is_(None))
    )
    return db.session.scalar(query) or 0


def own_visit_for(asked: Combination) -> Visit | None:
    """The visit with which the bureau that was asked would come along: the nearest that goes there apart."""
    found = [one.visit for one in visits_apart() if one.bureau_id == asked.tenant_id]
    there = [one for one in found if one.entity_id == asked.entity_id]
    return min(there, key=lambda one: abs((one.scheduled_on - asked.day).days), default=None)
