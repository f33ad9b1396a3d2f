"""What was asked for objects that cannot be checked, as pages show it, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.draws import queries as draws
from onedoor.visits import queries
from onedoor.visits.models import Substitution, Visit
from onedoor.visits.rules.states import SubstitutionState, VisitState
from onedoor.visits.rules.substitution import HINDRANCE_NAMES, Hindrance


@dataclass(frozen=True)
class Asked:
    """One request: whose, why, how far it is, and the visit of the object that came."""

    row: Substitution
    visit: Visit
    bureau: str
    reason: str
    state: str
    comes: str = ""
    url: str = ""


def substitution_rows(rows: Iterable[Substitution], visit: Visit) -> list[Asked]:
    """The requests for one visit."""
    return _told([(row, visit) for row in rows])


def of_campaign(campaign_id: UUID) -> list[Asked]:
    """The requests in a campaign."""
    return _told(queries.substitutions_of(campaign_id))


def open_to(visit: Visit, tenant_id: UUID) -> bool:
    """Whether a bureau can still ask: it is on the visit, has not asked, and has not found somebody there."""
    party = next((each for each in queries.parties(visit.id) if each.bureau_id == tenant_id), None)
    if (
        visit.drawn is None
        or party is None
        or party.deferred_reason is not None
        or visit.state == VisitState.SUBMITTED
    ):
        return False
    part = queries.parts(visit.id).get(tenant_id)
    found_somebody = part is not None and part.begun_at is not None and part.outcome != "unreachable"
    return not found_somebody and queries.my_substitution(visit.id) is None


def choices() -> list[tuple[str, Any]]:
    """The reasons to choose from."""
    return [(kind.value, _(name)) for kind, name in HINDRANCE_NAMES.items()]


def _told(rows: list[tuple[Substitution, Visit]]) -> list[Asked]:
    done = {visit.required_draw_id: draws.substitutes(visit.required_draw_id) for _row, visit in rows}
    return [_one(row, visit, done[visit.required_draw_id]) for row, visit in rows]


def _one(row: Substitution, visit: Visit, done: dict[tuple[str, str], str]) -> Asked:
    party = next(each for each in queries.parties(visit.id) if each.bureau_id == row.tenant_id)
    reason = _(HINDRANCE_NAMES[Hindrance(row.kind)])
    code = done.get((party.list_name, row.entity_code)) if row.state == SubstitutionState.APPROVED else None
    if code is None:
        return Asked(row, visit, party.bureau_name, reason, row.state)
    there = [
        each for each in queries.visits_of(visit.required_draw_id, code) if row.tenant_id in each.party_ids
    ]
    comes = there[-1] if there else None
    return Asked(
        row,
        visit,
        party.bureau_name,
        reason,
        "done",
        comes.called if comes else code,
        url_for("visits.visit", visit_id=comes.id) if comes else "",
    )
