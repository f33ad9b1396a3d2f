"""Which parts of joint visits their bureaus' heads have approved (R-J2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import PartApproval, Visit, VisitPart, VisitParty
from onedoor.visits.rules.states import READY

_APPROVED = sa.exists().where(
    PartApproval.visit_id == VisitParty.visit_id, PartApproval.tenant_id == VisitParty.bureau_id
)
_BEGUN = sa.exists().where(
    VisitPart.visit_id == VisitParty.visit_id,
    VisitPart.tenant_id == VisitParty.bureau_id,
    VisitPart.begun_at.is_not(None),
)
_READY = [state.value for state in READY]


def _mine() -> sa.Select[Any]:
    me = current_scope().tenant_id
    return (
        sa.select(Visit)
        .join(VisitParty, sa.and_(VisitParty.visit_id == Visit.id, VisitParty.bureau_id == me))
        .where(
            Visit.tenant_id != me,
            Visit.campaign_id.is_not(None),
            Visit.state.in_(_READY),
            Visit.ends_on >= today(),
            VisitParty.deferred_reason.is_(None),
            ~_APPROVED,
            ~_BEGUN,
        )
    )


def my_unapproved_parts(campaign_id: UUID) -> list[Visit]:
    """Visits of a campaign that others lead, approved by the lead's head, at which this bureau's own part is not approved."""
    query = _mine().where(Visit.campaign_id == campaign_id).order_by(Visit.serial)
    return list(db.session.scalars(query))


def with_unapproved_parts() -> sa.Select[Any]:
    """Visits led by others, approved by the lead's head, at which this bureau's own part waits for its head, for a list."""
    return _mine()


def my_part_approval(visit_id: UUID) -> PartApproval | None:
    """The own head's approval of this bureau's part of a visit."""
    query = sa.select(PartApproval).where(
        PartApproval.visit_id == visit_id, PartApproval.tenant_id == current_scope().tenant_id
    )
    return db.session.scalar(query)


def unapproved_parties(visits: Sequence[Visit]) -> dict[UUID, list[VisitParty]]:
    """By visit, the partners who are to come and whose heads have not approved their part; the lead's word is the visit's own."""
    query = (
        sa.select(VisitParty)
        .where(
            VisitParty.visit_id.in_([visit.id for visit in visits if visit.campaign_id is not None]),
            VisitParty.bureau_id != VisitParty.tenant_id,
            VisitParty.deferred_reason.is_(None),
            ~_APPROVED,
            ~_BEGUN,
        )
        .order_by(VisitParty.visit_id, VisitParty.position)
    )
    found: dict[UUID, list[VisitParty]] = {}
    for party in db.session.scalars(query):
        found.setdefault(party.visit_id, []).append(party)
    return found
