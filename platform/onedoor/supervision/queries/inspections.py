"""Joint inspections and what was found in them (R-S4)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.supervision.models import InspectionFinding, JointInspection


def inspections() -> sa.Select[JointInspection]:
    """Those the current bureau leads, takes part in, or is inspected by, for a list."""
    return sa.select(JointInspection)


def inspection(inspection_id: UUID) -> JointInspection:
    """One of them."""
    found = db.session.get(JointInspection, inspection_id)
    if found is None:
        raise NotFound("没有找到这次联合督查，它可能与本单位无关。")
    return found


def inspects(given: JointInspection) -> bool:
    """Whether the current bureau inspects, as lead or partner."""
    return current_scope().tenant_id in (given.tenant_id, *given.partner_ids)


def findings(inspection_id: UUID) -> list[InspectionFinding]:
    """What was found, the latest last: those who inspect see all, an inspected bureau what was found in it."""
    query = sa.select(InspectionFinding).where(InspectionFinding.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(InspectionFinding.found_on, InspectionFinding.written_at)))


def finding(finding_id: UUID) -> InspectionFinding:
    """One that the current bureau may see."""
    found = db.session.get(InspectionFinding, finding_id)
    if found is None:
        raise NotFound("没有找到这项督查发现的问题。")
    return found
