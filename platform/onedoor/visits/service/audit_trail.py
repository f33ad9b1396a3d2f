"""What every use case of visits says at its end: the step of the trace and the line of the audit; and the numbers it says."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit, locks, trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitPart
from tenants import queries as tenants


def own_bureau() -> UUID:
    """The bureau of this scope."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return tenant_id


def led_visit(visit_id: UUID) -> Visit:
    """The visit, locked, if this bureau leads it."""
    visit = queries.visit(visit_id)
    if visit.tenant_id != own_bureau():
        raise Forbidden("这件事由牵头部门办理。")
    return queries.visit(visit_id, lock=True)


def record_step(visit: Visit, stage: str, text: str, event: str, more: dict[str, Any] | None = None) -> None:
    """Leave a step on a visit's trace, readable by all bureaus on it, and a line in the audit."""
    shared = {*queries.party_ids(visit.id), visit.tenant_id} - {own_bureau()}
    trace.step(stage, text, [visit.id], link=f"/visits/{visit.id}", shared_with=sorted(shared))
    name = f"{visit.number} {visit.entity_name}"
    audit.record(f"visits.{event}", ("visit", visit.id), name, after=more, shared_with=shared)


def chinese_day(day: date) -> str:
    """A date as a document writes it."""
    return f"{day.year}年{day.month}月{day.day}日"


def last_serial() -> int:
    """The last number of the year, held until commit so that no number is given twice."""
    scope = current_scope()
    locks.hold(f"visit numbers {scope.tenant_id}")
    led, part = (
        sa.select(sa.func.max(table.serial)).where(
            table.tenant_id == scope.tenant_id, table.year == today().year
        )
        for table in (Visit, VisitPart)
    )
    return max(db.session.scalar(led) or 0, db.session.scalar(part) or 0)


def number_part(visit: Visit, part: VisitPart) -> None:
    """The bureau's own number of its record: the visit's for the lead, for a partner the next of its own (R-J2)."""
    if part.number is not None:
        return
    if visit.tenant_id == part.tenant_id:
        part.number = visit.number
        return
    part.year, part.serial = today().year, last_serial() + 1
    part.number = f"{tenants.my_bureau().abbreviation}查〔{part.year}〕{part.serial}号"
