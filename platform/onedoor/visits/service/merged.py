"""Objects of one draw that are one by now: merged in the register after their list was frozen, and visited once (R-T4, R-J2).

Both codes stood in the pool and both may have been drawn; the draw stays as it is. A list that drew both comes once: its
part of the other visit is called off. A list that drew the other code alone comes all the same, on the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from onedoor.draws import queries as draws
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.registry import queries as registry
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.visits.rules.words import N_
from onedoor.visits.service.dropping import call_off, leave_part, tell_anew
from onedoor.visits.service.telling import left_step, me

LEFT = N_("两个主体已合并登记，由另一次检查一并进行")


def visit_once(draw_id: UUID) -> None:
    """See that what is one entity by now is visited once, in the lead's scope; again it changes nothing."""
    merged = registry.merges.standing_codes(queries.scheduled_codes(draw_id))
    if not merged:
        return
    found: dict[str, list[Visit]] = {}
    for visit in queries.going(draw_id, {*merged, *merged.values()}):
        found.setdefault(merged.get(visit.entity_code, visit.entity_code), []).append(visit)
    left: list[tuple[Visit, str, str]] = []
    for code, visits in found.items():
        stays = that_stays(visits, code)
        for other in visits:
            if other is not stays and not queries.standing(other).parts.begun:
                left += _fold(other, stays)
    call_off(left)


def that_stays(visits: Sequence[Visit], code: str) -> Visit:
    """Of visits to one entity: the one that has begun, else that of the code that stands for it, else the first."""
    return min(
        visits,
        key=lambda one: (
            not queries.standing(one).parts.begun,
            one.entity_code != code,
            one.serial,
            one.year,
        ),
    )


def visited_with(visit: Visit) -> Conflict | None:
    """That this bureau's matters at a visit's object are checked at another visit of the draw, to the same entity."""
    codes = registry.merges.one_with(visit.entity_code)
    if len(codes) == 1:
        return None
    visits = queries.going(visit.draw_id, {*codes})
    stays = that_stays(visits, codes[0]) if visits else visit
    if stays.id == visit.id or me() not in _bureaus(stays):
        return None
    return Conflict(
        "“%(name)s”与“%(other)s”（%(code)s）是同一主体，登记已合并，本单位的事项由 %(number)s 一并检查，这次不再入户。请牵头部门取消这次检查。",
        name=visit.entity_name,
        other=stays.entity_name,
        code=stays.entity_code,
        number=stays.number,
    )


def _bureaus(visit: Visit) -> set[UUID]:
    return {party.bureau_id for party in queries.parties(visit.id) if party.deferred_reason is None}


def _fold(visit: Visit, stays: Visit) -> list[tuple[Visit, str, str]]:
    """Lists that come to `stays` do not come to `visit`, which is on the same day for those that are left."""
    there = _bureaus(stays)
    left: list[tuple[Visit, str, str]] = []
    why = Sentence(
        "与%(name)s（%(code)s）是同一主体，登记已合并，由%(number)s一并检查",
        name=stays.entity_name,
        code=stays.entity_code,
        number=stays.number,
    )
    for party in queries.parties(visit.id):
        if party.bureau_id not in there or party.deferred_reason is not None:
            continue
        slots = draws.standing(visit.draw_id).places(party.list_name, visit.entity_code)
        leave_part(visit, party, slots, why, LEFT)
        text = Sentence("%(bureau)s不再单独检查：%(reason)s", bureau=party.bureau_name, reason=why)
        left_step(visit, "visit", text, "visit.defer", {"merged": stays.entity_code})
        left.append((visit, party.list_name, why))
    if visit.state != VisitState.CANCELLED.value and visit.scheduled_on != stays.scheduled_on:
        visit.scheduled_on = stays.scheduled_on
        tell_anew(visit)
        text = Sentence("与%(name)s是同一主体，改在同一天检查", name=stays.entity_name)
        left_step(visit, "visit", text, "visit.reschedule", {"on": str(stays.scheduled_on)})
    return left
