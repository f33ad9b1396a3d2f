"""Reads of what becomes of objects that cannot be visited."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers.models import Inspector
from onedoor.visits.models import Substitution, Visit
from onedoor.visits.rules.states import SubstitutionState


def substitution(substitution_id: UUID, *, lock: bool = False) -> Substitution:
    """What a bureau asked, for those on the visit."""
    found = db.session.get(Substitution, substitution_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


def my_substitution(visit_id: UUID) -> Substitution | None:
    """What this bureau asked for a visit and was not refused."""
    query = sa.select(Substitution).where(
        Substitution.visit_id == visit_id,
        Substitution.tenant_id == current_scope().tenant_id,
        Substitution.state != SubstitutionState.RETURNED,
    )
    return db.session.scalar(query)


def substitutions(visit_id: UUID) -> list[Substitution]:
    """What was asked for a visit, oldest first, the refused too."""
    query = sa.select(Substitution).where(Substitution.visit_id == visit_id)
    return list(db.session.scalars(query.order_by(Substitution.asked_at, Substitution.id)))


def substitutions_of(campaign_id: UUID) -> list[tuple[Substitution, Visit]]:
    """What was asked in a campaign, oldest first."""
    query = (
        sa.select(Substitution, Visit)
        .join(Visit, Visit.id == Substitution.visit_id)
        .where(Visit.campaign_id == campaign_id)
        .order_by(Substitution.asked_at, Substitution.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def my_decided_substitutions(draw_id: UUID) -> list[Substitution]:
    """What this bureau's unit agreed to for a draw, carried out or not."""
    query = (
        sa.select(Substitution)
        .join(Visit, Visit.id == Substitution.visit_id)
        .where(
            Visit.draw_id == draw_id,
            Substitution.tenant_id == current_scope().tenant_id,
            Substitution.state == SubstitutionState.APPROVED,
        )
    )
    return list(db.session.scalars(query))


def visits_of(draw_id: UUID, object_code: str) -> list[Visit]:
    """The visits of an object after a draw: one, or another for what came to it later."""
    query = sa.select(Visit).where(Visit.draw_id == draw_id, Visit.object_code == object_code)
    return list(db.session.scalars(query.order_by(Visit.ordinal)))


def leading(inspector_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the inspectors who may lead a team."""
    query = sa.select(Inspector.id).where(Inspector.id.in_(list(inspector_ids)), Inspector.leads)
    return set(db.session.scalars(query))
