"""What every use case of visits says at its end: the step of the trace and the line of the audit."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, trace
from onedoor.kernel.errors import Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries
from onedoor.visits.models import Visit


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
