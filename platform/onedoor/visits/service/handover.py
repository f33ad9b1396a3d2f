"""From an object that cannot be visited to the one that comes: one part ends, another begins (draw.md, R-J2)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from onedoor.campaigns.models import Campaign
from onedoor.draws import queries as draws
from onedoor.draws.service import Substituted
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.officers import queries as officer_queries
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitParty
from onedoor.visits.rules.dates import spread
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.cancellations import lead_again, leave_part
from onedoor.visits.service.empty_slots import last_day_to_fill
from onedoor.visits.service.visit_schedule import (
    Ground,
    days_left,
    ground_of,
    last_serial,
    matters_of,
    parties_of,
    team_of,
    visit_of,
)

LEFT = "对象无法检查，改由替补对象"


def end_part(visit: Visit, party: VisitParty, slots: Sequence[int], why: Sentence) -> None:
    """One bureau's part of a visit ends with the reason; the others' stay.

    A part that was carried out, and found nobody, stays as it is: that is its result.
    """
    leave_part(visit, party, slots, Sentence("对象无法检查（%(why)s），改由替补对象", why=why), LEFT)


def visit_the_one_that_comes(campaign: Campaign, draw_id: UUID, list_name: str, made: Substituted) -> Visit:
    """The visit of the object that comes: its own, or the one another list makes there, if it has not begun.

    A visit with another bureau's matters in it is approved and told of again (R-V1).
    """
    object_ = draws.DrawnObject(made.comes, [list_name], made.team, made.unfilled)
    ground = ground_of(campaign, draw_id, [object_])
    there = queries.visits_of(draw_id, made.comes)
    last = there[-1] if there else None
    if last is None or last.state == VisitState.CANCELLED.value or queries.visit_state(last).parts.begun:
        found = _visit_of_its_own(ground, object_, len(there) + 1)
    else:
        found = _join(ground, last, object_)
    lead_again(found)
    return found


def _visit_of_its_own(ground: Ground, object_: draws.DrawnObject, ordinal: int) -> Visit:
    team = [[member.inspector for member in object_.team]]
    days = days_left(ground.campaign)
    visit = visit_of(
        ground,
        object_,
        spread(days, team, officer_queries.days_away(ground.inspectors.values(), days))[0],
        last_serial() + 1,
    )
    visit.ordinal = ordinal
    db.session.flush()
    _add(ground, visit, object_, 0, 0)
    return visit


def _join(ground: Ground, there: Visit, object_: draws.DrawnObject) -> Visit:
    visit = queries.visit(there.id, lock=True)
    visit.party_ids = [*visit.party_ids, ground.parties[object_.lists[0]].tenant_id]
    visit.unfilled = [*visit.unfilled, *object_.unfilled]
    if object_.unfilled:
        visit.fill_by = last_day_to_fill(ground.campaign)
    visit.state = (VisitState.WAITING if visit.unfilled else VisitState.PROPOSED).value
    visit.submitted_by = visit.approved_at = visit.approved_by = visit.notice_file_id = None
    db.session.flush()
    _add(ground, visit, object_, len(queries.parties(visit.id)), len(queries.matters(visit.id)))
    return visit


def _add(ground: Ground, visit: Visit, object_: draws.DrawnObject, parties: int, matters: int) -> None:
    """Parties, then what hangs on them, after those that are there."""
    for party in parties_of(ground, visit, object_):
        party.position += parties
        db.session.add(party)
    db.session.flush()
    for matter in matters_of(ground, visit, object_):
        matter.position += matters
        db.session.add(matter)
    db.session.add_all(team_of(ground, visit, object_))
    db.session.flush()
