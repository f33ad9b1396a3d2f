"""Partners that could not come to a joint visit: one matter is checked later, another is owed at the story's end (R-J5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.commands.demo.cast import Cast
from onedoor.commands.demo.scenes import joint_visits
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.officers import queries as officer_queries
from onedoor.owed_matters import queries, service
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Visit
from onedoor.visits.rules.dates import working_days
from onedoor.visits.rules.states import VisitState
from tenants import approvals

LEAD, DECLINES = "SCJG", "MZJ"
# How many partners stay away: the first makes up for it, the others owe it still.
AWAY = 2
# When the first makes up for it.
MONTH, DAY = 7, 24


def stay_away(cast: Cast, campaign_id: UUID) -> None:
    """Before their visits partners say that they cannot come; of one matter another bureau is asked to take it, and does not."""
    owed = [(letters, _say(cast, letters, visit_id)) for visit_id, letters in _not_to_come(cast, campaign_id)]
    cast.settle()
    for letters, owed_id in owed[1:2]:
        _decline(cast, letters, owed_id)


def make_up(cast: Cast) -> int:
    """The oldest of what is owed is checked, as a visit of the partner's own; returns how many results were made public."""
    cast.at(MONTH, DAY)
    found = []
    for letters in cast.bureaus:
        with cast.acting(f"{letters.lower()}.planner"):
            found += [(one.id, letters, len(queries.handovers(one.id))) for one in queries.standing()]
    asked_nobody = [(letters, owed_id) for owed_id, letters, asked in found if not asked]
    return _check(cast, *asked_nobody[0]) if asked_nobody else 0


def count(cast: Cast) -> int:
    """What all bureaus owe now."""
    total = 0
    for letters in cast.bureaus:
        with cast.acting(f"{letters.lower()}.planner"):
            total += queries.count()
    return total


def _not_to_come(cast: Cast, campaign_id: UUID) -> list[tuple[UUID, str]]:
    """Joint visits that nobody has begun, each with a partner."""
    names = {tenant_id: letters for letters, tenant_id in cast.bureaus.items()}
    with cast.acting(f"{LEAD.lower()}.planner"):
        found = [
            (visit.id, names[visit.party_ids[-1]])
            for visit in reversed(visits.of_campaign(campaign_id))
            if len(visit.party_ids) > 1
            and visit.state != VisitState.CANCELLED
            and visit.party_ids[-1] != visit.tenant_id
            and not visits.visit_state(visit).parts.begun
        ]
    return found[:AWAY]


def _say(cast: Cast, letters: str, visit_id: UUID) -> UUID:
    with cast.acting(f"{letters.lower()}.planner"):
        return service.stay_away(visit_id, "当日全员参加防汛值守，不能到场")[0].id


def _decline(cast: Cast, letters: str, owed_id: UUID) -> None:
    """Another bureau is asked to take it, and does not; it stays owed."""
    with cast.acting(f"{letters.lower()}.planner"):
        asked = service.hand_over(owed_id, cast.bureaus[DECLINES], "拟请贵局一并检查")[0].id
    cast.settle()
    with cast.acting(f"{DECLINES.lower()}.planner"):
        service.answer_handover(asked, False, "不属民政部门职责")
    cast.settle()


def _check(cast: Cast, letters: str, owed_id: UUID) -> int:
    """From its registration to disclosure."""
    who = letters.lower()
    with cast.acting(f"{who}.planner") as person:
        day = working_days(visits.calendar(), today(), today().replace(month=12, day=31))[0]
        numbers = {queries.owed(owed_id).item_number}
        needed = {
            one
            for item in item_queries.published_items(person.tenant_id)
            if item.number in numbers
            for one in item.qualifications
        }
        given = {"inspector_ids": _team(needed), "starts_on": day, "ends_on": None, "announced": True}
        visit = service.open_check(owed_id, given)
        visiting.submit_check(visit.id)
    _approve(cast, who, visit)
    cast.on(day, 10)
    record_id = joint_visits.record(cast, visit, letters, 1)
    cast.later(5)
    done = joint_visits.disclose(cast, letters, [record_id])
    cast.settle()
    return done


def _approve(cast: Cast, who: str, visit: Visit) -> None:
    for role in ("reviewer", "head"):
        with cast.acting(f"{who}.{role}") as person:
            waiting = approvals.waiting_for("check", visit.id)
            assert waiting is not None
            visiting.decide_check(waiting, True, "", person.permissions)
    with cast.acting(f"{who}.planner"):
        visiting.issue_notice(visit.id)


def _team(needed: set[str]) -> list[UUID]:
    """Two officers with an account and what the matter needs, one who may lead."""
    able = [
        one
        for one in officer_queries.my_inspectors()
        if one.user_id is not None and needed <= set(one.qualifications)
    ]
    able.sort(key=lambda one: not one.leads)
    return [one.id for one in able[:2]]
