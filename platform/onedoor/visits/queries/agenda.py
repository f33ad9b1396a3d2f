"""What a campaign's visits look like in order, what is left to an officer, and whose object has gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity, EntityMerge, Premises
from onedoor.entities.rules.codes import GONE
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import Record, Visit, VisitMember, VisitPart
from onedoor.visits.queries.records import reports_due
from onedoor.visits.queries.visits import my_inspector_ids, with_state
from onedoor.visits.rules.states import VisitState


def agenda(campaign_id: UUID, most: int) -> list[Any]:
    """The first visits of a campaign by day and number: rows with `Visit`, `state_now` and `day`."""
    query = with_state().where(Visit.campaign_id == campaign_id)
    return list(db.session.execute(query.order_by(sa.text("day"), Visit.serial).limit(most)))


def my_reports_due() -> list[Any]:
    """Rows of `Record` and `Visit` whose report the signed-in officer can complete, the most urgent first (R-V5)."""
    mine = sa.select(VisitMember.visit_id).where(
        VisitMember.inspector_id.in_(my_inspector_ids(current_scope().actor_id)),
        VisitMember.left_at.is_(None),
    )
    query = reports_due().where(Visit.id.in_(mine))
    return list(db.session.execute(query.order_by(Record.report_due_on, Visit.serial)))


def gone(campaign_id: UUID) -> list[tuple[Visit, Entity, Premises | None]]:
    """Visits not begun whose object has by the shared register moved away or ceased since (R-L6), or whose place was closed.

    Not those that were merged: who stands for them is still there (R-T4).
    """
    merged = sa.exists().where(EntityMerge.gone_id == Entity.id, EntityMerge.undone_at.is_(None))
    query = (
        sa.select(Visit, Entity, Premises)
        .join(Entity, Entity.id == Visit.entity_id)
        .outerjoin(Premises, sa.and_(Premises.id == Visit.premises_id, Premises.closed_on.is_not(None)))
        .where(
            Visit.campaign_id == campaign_id,
            Visit.state != VisitState.CANCELLED.value,
            sa.or_(Premises.id.is_not(None), sa.and_(Entity.status.in_(GONE), ~merged)),
            ~sa.exists().where(VisitPart.visit_id == Visit.id, VisitPart.begun_at.is_not(None)),
        )
        .order_by(Visit.scheduled_on, Visit.serial)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def gone_entity(visit: Visit) -> Entity | None:
    """The visit's object, if the register says that it has gone."""
    return db.session.scalar(sa.select(Entity).where(Entity.id == visit.entity_id, Entity.status.in_(GONE)))


def closed_place(visit: Visit) -> Premises | None:
    """The place that a visit is to, if the register says that it is in use no more."""
    place = db.session.get(Premises, visit.premises_id) if visit.premises_id else None
    return place if place is not None and place.closed_on is not None else None
