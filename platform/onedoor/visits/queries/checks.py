"""Reads of checks that no draw made: what they go back to, and those that came before them (R-V9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.rules.states import PlanState
from onedoor.visits.models import Visit, VisitComplainant, VisitMatter, VisitPart, VisitSource
from onedoor.visits.rules.states import VisitState


def source_of(visit_id: UUID) -> VisitSource | None:
    """What a check goes back to; None of one that was drawn."""
    return db.session.scalar(sa.select(VisitSource).where(VisitSource.visit_id == visit_id))


def drawn_origin(visit: Visit) -> Visit | None:
    """The visit whose campaign and draw chose the object: itself, or of one that is made up for (R-J5) the one that was drawn.

    None of a check that no draw made, and where this bureau was not on the drawn visit: it took the matter over.
    """
    if visit.drawn is not None:
        return visit
    source = source_of(visit.id) if visit.by_draw else None
    if source is None or source.owed_visit_id is None:
        return None
    return db.session.get(Visit, source.owed_visit_id)


def source_with_key(key: str) -> VisitSource | None:
    """What this bureau registered under a client's key."""
    query = sa.select(VisitSource).where(
        VisitSource.tenant_id == current_scope().tenant_id, VisitSource.key == key
    )
    return db.session.scalar(query)


def complainant_of(visit_id: UUID) -> VisitComplainant | None:
    """Who complained or reported, sealed; of this bureau's own checks."""
    return db.session.scalar(sa.select(VisitComplainant).where(VisitComplainant.visit_id == visit_id))


def former_checks(
    entity_ids: Collection[UUID], numbers: Iterable[str], day: date, days: int
) -> list[tuple[Visit, VisitMatter]]:
    """This bureau's visits to an entity for one of these matters so many days around a day, the nearest first."""
    query = (
        sa.select(Visit, VisitMatter)
        .join(VisitMatter, VisitMatter.visit_id == Visit.id)
        .where(
            VisitMatter.bureau_id == current_scope().tenant_id,
            VisitMatter.number.in_(list(numbers)),
            Visit.entity_id.in_(list(entity_ids)),
            Visit.state != VisitState.CANCELLED.value,
            Visit.scheduled_on.between(day - timedelta(days=days), day + timedelta(days=days)),
        )
    )
    found = [(row[0], row[1]) for row in db.session.execute(query)]
    return sorted(found, key=lambda one: (abs((one[0].scheduled_on - day).days), one[0].serial))


def begun_by_kind(*, own: bool = False) -> dict[str, int]:
    """How many checks that this bureau sees, or with `own` leads, were begun, by kind; a joint one counts once."""
    begun = sa.exists().where(VisitPart.visit_id == Visit.id, VisitPart.begun_at.is_not(None))
    query = sa.select(Visit.kind, sa.func.count()).where(begun).group_by(Visit.kind)
    if own:
        query = query.where(Visit.tenant_id == current_scope().tenant_id)
    rows = db.session.execute(query)
    return {row[0]: row[1] for row in rows}


def open_lines(kind: str) -> list[PlanLine]:
    """This bureau's lines of a kind in plans that are published, the period of which is not over; by code."""
    query = (
        sa.select(PlanLine)
        .join(Plan, Plan.id == PlanLine.plan_id)
        .where(
            PlanLine.tenant_id == current_scope().tenant_id,
            PlanLine.kind == kind,
            Plan.state == PlanState.PUBLISHED,
            PlanLine.ends_on >= today(),
        )
    )
    return list(db.session.scalars(query.order_by(PlanLine.code)))


def is_made_up_late(found: sa.Subquery) -> sa.ColumnElement[bool]:
    """Whether the approval of a check that began without it came late, or is late by now (R-V1); of rows of `with_state`."""
    approved = sa.func.date(sa.func.timezone("Asia/Shanghai", found.c.approved_at))
    return sa.exists().where(
        VisitSource.visit_id == found.c.id,
        VisitSource.approve_by < sa.func.coalesce(approved, today()),
    )
