"""Experts and testing institutes on a visit: chosen by a bureau on it, on top of its drawn team (R-L7, R-D5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries as officer_queries
from onedoor.officers.rules.expert_rows import why_not_chosen
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitAssistant


def choose_assistant(visit_id: UUID, expert_id: UUID) -> VisitAssistant:
    """Have one of the bureau's own list assist. Nobody is drawn for it, and no officer is replaced by it."""
    visit = queries.visit(visit_id)
    party = queries.my_party(visit.id)
    _refuse_when_over(visit)
    expert = officer_queries.experts.expert(expert_id)
    reason = why_not_chosen(expert.active, expert.credential_expires_on, queries.visit_state(visit).day)
    if reason is not None:
        raise ClerkError("%(name)s不能协助：%(reason)s", name=expert.name, reason=str(reason))
    if any(one.expert_id == expert.id for one in queries.assistants(visit.id)):
        raise Conflict("%(name)s已选为协助人员。", name=expert.name)
    chosen = VisitAssistant(
        id=new_id(),
        tenant_id=party.bureau_id,
        visit_id=visit.id,
        expert_id=expert.id,
        kind=expert.kind,
        name=expert.name,
        organisation=expert.organisation,
        title=expert.title,
        bureau_name=party.bureau_name,
        added_by=current_scope().actor_name,
        added_at=now(),
    )
    db.session.add(chosen)
    audit.record("visits.assistant.add", ("visit", visit.id), visit.entity_name, after={"name": expert.name})
    db.session.flush()
    return chosen


def drop_assistant(visit_id: UUID, assistant_id: UUID) -> None:
    """Take one off again."""
    visit = queries.visit(visit_id)
    chosen = queries.my_assistant(visit.id, assistant_id)
    _refuse_when_over(visit)
    chosen.left_at = now()
    audit.record(
        "visits.assistant.remove", ("visit", visit.id), visit.entity_name, before={"name": chosen.name}
    )
    db.session.flush()


def _refuse_when_over(visit: Visit) -> None:
    part = queries.parts(visit.id).get(queries.my_party(visit.id).bureau_id)
    if visit.state == "cancelled" or (part is not None and part.submitted_at is not None):
        raise Conflict("检查记录已经提交或检查已经取消，协助人员不能再改。")
