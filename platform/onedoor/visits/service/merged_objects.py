"""Objects of one draw that are one by now: merged in the register after their list was frozen, and visited once (R-T4, R-J2).

Both codes stood in the pool and both may have been drawn; the draw stays as it is. A list that drew both comes once: its
part of the other visit is called off, where it has not begun. A list that drew the other code alone comes all the same, on
the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from onedoor.draws import queries as draws
from onedoor.entities import queries as entity_queries
from onedoor.kernel.clock import SHANGHAI, today
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from onedoor.visits.service.cancellations import call_off, leave_part, tell_anew

LEFT = N_("两个主体已合并登记，由另一次检查一并进行")


def fold_merged() -> int:
    """See to the same in all draws this bureau leads that are being visited; returns how many drew what was merged since.

    It waits until nobody can have been there before the merge and send it later (R-V2): until then no part is left out.
    """
    if not queries.draws_with_merged():
        return 0
    _days, first = queries.earliest_beginning()
    by = datetime.combine(first, time(), SHANGHAI)
    found = queries.draws_with_merged(by)
    for draw_id in found:
        visit_once(draw_id, by)
    return len(found)


def visit_once(draw_id: UUID, by: datetime | None = None) -> None:
    """See that what is one entity by now is visited once by each list, in the lead's scope; again it changes nothing.

    `by` leaves what was merged later for another time.
    """
    merged = entity_queries.merges.standing_codes(
        {code.partition(":")[0] for code in queries.scheduled_codes(draw_id)}, by
    )
    if not merged:
        return
    # Of a draw of places two places of one entity stay two doors.
    found: dict[tuple[str, UUID | None], list[Visit]] = {}
    for visit in queries.going(draw_id, {*merged, *merged.values()}):
        code = merged.get(visit.entity_code, visit.entity_code)
        found.setdefault((code, _place_of(visit)), []).append(visit)
    left: list[tuple[Visit, str, str]] = []
    for (code, _place), visits in found.items():
        stays = that_stays(visits, code)
        for visit in visits if len(visits) > 1 else ():
            left += _fold(visit, visits, code)
            _on_the_day_of(visit, stays)
    call_off(left)


def that_stays(visits: Sequence[Visit], code: str) -> Visit:
    """Of visits to one entity: the one that has begun, else that of the code that stands for it, else the first."""
    return min(
        visits,
        key=lambda one: (
            not queries.visit_state(one).parts.begun,
            one.entity_code != code,
            one.serial,
            one.year,
        ),
    )


def visited_with(visit: Visit, at: datetime | None = None) -> Conflict | None:
    """That this bureau's matters at a visit's object are checked at another visit of the draw, to the same entity.

    `at` is when it was there, if that was earlier: what was merged after that it could not know.
    """
    if visit.draw_id is None:
        return None
    codes = entity_queries.merges.one_with(visit.entity_code, by=at)
    if len(codes) == 1:
        return None
    here = _place_of(visit)
    visits = [one for one in queries.going(visit.draw_id, {*codes}) if _place_of(one) == here]
    stays = _visit_of(own_bureau(), visits, codes[0])
    if stays is None or stays.id == visit.id:
        return None
    return Conflict(
        "“%(name)s”与“%(other)s”（%(code)s）是同一主体，登记已合并，本单位的事项由 %(number)s 一并检查，请在那次检查里办理。这次检查里本单位的部分由系统并入，其他部门照常检查。登记合并以前已经入户的，请填写实际开始的时间补录。",
        name=visit.entity_name,
        other=stays.entity_name,
        code=stays.entity_code,
        number=stays.number,
    )


def _place_of(visit: Visit) -> UUID | None:
    """The place of business that a visit is to, where its draw is one of places."""
    return entity_queries.standing_place(visit.premises_id) if visit.premises_id else None


def _visit_of(bureau_id: UUID, visits: Sequence[Visit], code: str) -> Visit | None:
    """The visit to one entity at which a bureau checks: where it has begun, else the one that stays of those it comes to."""
    its = [visit for visit in visits if bureau_id in _bureaus(visit)]
    begun = [visit for visit in its if bureau_id in _begun(visit)]
    return that_stays(begun or its, code) if its else None


def _bureaus(visit: Visit) -> set[UUID]:
    return {party.bureau_id for party in queries.parties(visit.id) if party.deferred_reason is None}


def _begun(visit: Visit) -> set[UUID]:
    return {bureau for bureau, part in queries.parts(visit.id).items() if part.begun_at is not None}


def _fold(visit: Visit, visits: Sequence[Visit], code: str) -> list[tuple[Visit, str, str]]:
    """Lists that check at another of these visits do not come to this one, unless they have begun here; the others do."""
    there, begun = _bureaus(visit), _begun(visit)
    left: list[tuple[Visit, str, str]] = []
    for party in queries.parties(visit.id):
        stays = _visit_of(party.bureau_id, visits, code)
        if party.bureau_id not in there - begun or stays is None or stays.id == visit.id:
            continue
        why = Sentence(
            "与%(name)s（%(code)s）是同一主体，登记已合并，由%(number)s一并检查",
            name=stays.entity_name,
            code=stays.entity_code,
            number=stays.number,
        )
        slots = draws.current_state(visit.required_draw_id).places(party.list_name, visit.object_code)
        leave_part(visit, party, slots, why, LEFT)
        text = Sentence("%(bureau)s不再单独检查：%(reason)s", bureau=party.bureau_name, reason=why)
        record_step(visit, "visit", text, "visit.defer", {"merged": stays.entity_code})
        left.append((visit, party.list_name, why))
    return left


def _on_the_day_of(visit: Visit, stays: Visit) -> None:
    """Who is left at a visit comes on the day of the other one, if both are still to come."""
    if visit.state == VisitState.CANCELLED.value or visit.scheduled_on == stays.scheduled_on:
        return
    if stays.scheduled_on < today() or any(queries.visit_state(one).parts.begun for one in (visit, stays)):
        return
    visit.scheduled_on = stays.scheduled_on
    tell_anew(visit)
    text = Sentence("与%(name)s是同一主体，改在同一天检查", name=stays.entity_name)
    record_step(visit, "visit", text, "visit.reschedule", {"on": str(stays.scheduled_on)})
