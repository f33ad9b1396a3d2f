"""Experts and testing institutes that a bureau takes along to a visit: entrusted, and signing apart (R-L7, R-V3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.edge.identity import current_user
from onedoor.officers import queries as officer_queries
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.web.visits.methods import CHOOSES
from tenants.rules import Permission


def assistant_rows(visit: Visit, day: Any) -> dict[str, Any]:
    """`assistants` of all bureaus; `may_choose` from the reader's own list, None for who may not or no longer."""
    part = queries.parts(visit.id).get(current_user.tenant_id)
    begun = part is not None and part.begun_at is not None and part.accepted_at is None
    return {
        "assistants": queries.assistants(visit.id),
        "may_choose": _choices(visit, day),
        "may_sign": begun and any(current_user.may(one) for one in CHOOSES),
    }


def _choices(visit: Visit, day: Any) -> list[tuple[UUID, str]] | None:
    person = current_user
    if not (person.may(Permission.VISIT_MANAGE) or person.may(Permission.VISIT_RECORD)):
        return None
    if visit.state == VisitState.CANCELLED or person.tenant_id not in queries.party_ids(visit.id):
        return None
    part = queries.parts(visit.id).get(person.tenant_id)
    if part is not None and part.submitted_at is not None:
        return None
    chosen = {one.expert_id for one in queries.assistants(visit.id)}
    found = [one for one in officer_queries.experts.who_may_assist(day) if one.id not in chosen]
    return [(one.id, f"{one.name}（{one.organisation}）" if one.organisation else one.name) for one in found]
