"""Replacing drawn officers: begun by their own bureau, asked of it by the lead; how often each place was filled anew (R-D6)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from onedoor.draws import queries as draws
from onedoor.draws.rules import REPLACEMENTS_ALONE
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.kernel.jobs import JobState
from onedoor.visits import queries, service
from onedoor.visits.models import Visit, VisitMember
from onedoor.visits.rules.absences import ABSENCE_NAMES, Absence
from tenants.rules import Permission


def about(visit: Visit) -> dict[str, Any]:
    """What this bureau may do about each place of a drawn team, and how often each was filled anew."""
    return {
        **replacement_counts(visit),
        "absences": [(one.value, _(name)) for one, name in ABSENCE_NAMES.items()],
        "ways_out": {one.id: _way_out(visit, one) for one in queries.team(visit.id)},
    }


def _way_out(visit: Visit, member: VisitMember) -> tuple[str, Any]:
    """`replace`, `ask`, `asked` (of the own bureau), `waits` (the lead, until a day), `stays`, `begun`, `failed` (with the job
    that found nobody), or nothing."""
    if not current_user.may(Permission.VISIT_MANAGE):
        return "", None
    request = queries.member_request(member)
    if member.bureau_id == current_user.tenant_id:
        if queries.begun_replacement(member) is not None:
            return _under_way(member)
        waits = request is not None and queries.answer_of(member, request) is None
        return ("asked", request) if waits else ("replace", None)
    if visit.tenant_id != current_user.tenant_id:
        return "", None
    if queries.begun_replacement(member) is not None:
        return _under_way(member)
    if request is None:
        return "ask", None
    answer = queries.answer_of(member, request)
    if answer is not None:
        return ("stays" if answer.category == Absence.STAYS else "begun"), answer
    last = service.last_day_to_answer(request)
    return ("waits", last) if today() <= last else ("replace", last)


def _under_way(member: VisitMember) -> tuple[str, Any]:
    """What their own bureau began, with the lead's job where that failed: both bureaus read why."""
    job = queries.replacement_job(member)
    failed = job is not None and job.state == JobState.FAILED
    return ("failed", job) if failed else ("begun", None)


def replacement_counts(visit: Visit) -> dict[str, Any]:
    """By slot: `held_back`, where the next replacement needs the supervisor, with its plea and answer if asked."""
    times = draws.replacements(visit.required_draw_id, visit.object_code)
    spent = {slot: count for slot, count in times.items() if count >= REPLACEMENTS_ALONE}
    if not spent:
        return {"held_back": {}}
    held: dict[int, Any] = {slot: (count, None, None) for slot, count in spent.items()}
    for plea, answer in draws.pleas(visit.required_draw_id):
        if plea.object_code == visit.object_code and plea.number == spent.get(plea.slot, 0) + 1:
            held[plea.slot] = (spent[plea.slot], plea, answer)
    return {
        "held_back": {
            slot: each for slot, each in held.items() if not (each[2] is not None and each[2].agreed)
        }
    }
