"""Reads of who assists at visits."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import VisitAssistant


def assistants(visit_id: UUID) -> list[VisitAssistant]:
    """Who assists at a visit, of all bureaus on it, in the order they were chosen."""
    query = sa.select(VisitAssistant).where(
        VisitAssistant.visit_id == visit_id, VisitAssistant.left_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(VisitAssistant.added_at, VisitAssistant.id)))


def my_assistant(visit_id: UUID, assistant_id: UUID) -> VisitAssistant:
    """One whom the current bureau chose, and who is not taken off yet."""
    found = db.session.get(VisitAssistant, assistant_id)
    mine = found is not None and found.tenant_id == current_scope().tenant_id
    if found is None or not mine or found.visit_id != visit_id or found.left_at is not None:
        raise NotFound("本单位没有选这名专家协助这次检查。")
    return found
