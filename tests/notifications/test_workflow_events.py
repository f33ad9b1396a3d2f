"""Every declared event of the workflow: its people are told, in its own transaction or by the job it asks for, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from onedoor.campaigns import service as campaign_service
from onedoor.draws import service as drawing
from onedoor.filing import service as filing
from onedoor.filing.rules import FilingKind
from onedoor.kernel import audit
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.notifications.rules import ACTS, EVENTS, FOUND_BY_JOBS
from onedoor.notifications.service.audiences import AUDIENCES
from onedoor.visits import queries, service
from tenants import approvals
from tests.campaigns.builders import World
from tests.campaigns.test_campaign_draw import begin, commit, reveal
from tests.visits.builders import HEAD, REVIEWER, DrawnCampaign, agree_to_substitute

Told = Callable[[], set[tuple[str, str]]]


class Scene:
    """What a test of one act has at hand; each plays in a transaction of its own."""

    def __init__(self, world: World, drawn: DrawnCampaign, staffed: DrawnCampaign, run_jobs: Any) -> None:
        self.world, self.city, self.drawn, self.staffed, self.run_jobs = (
            world,
            world.city,
            drawn,
            staffed,
            run_jobs,
        )

    def team(self, visit_id: UUID, *, former: bool = False) -> set[str]:
        """The user names of a visit's team."""
        with self.city.acting("scjg.planner"):
            codes = [one.code for one in queries.team(visit_id, former=former)]
        return {_account(code) for code in codes}

    def submitted(self) -> UUID:
        with self.city.acting("scjg.planner"):
            service.submit(self.drawn.campaign_id)
        return self.drawn.campaign_id

    def decide(self, who: str, permissions: Any, approved: bool, reason: str = "") -> None:
        with self.city.acting(who):
            asked = approvals.waiting_for("visits", self.drawn.campaign_id)
            assert asked is not None
            service.decide(asked, approved, reason, permissions)

    def filed(self) -> UUID:
        with self.city.acting("yjgl.planner"):
            made = filing.send(
                FilingKind.PLAN, uuid4(), "年度检查计划", version=1, review=False, due_on=None, summary={}
            )
        assert len(made) == 1
        return made[0].id

    def answer(self, accepted: bool) -> None:
        filing_id = self.filed()
        with self.city.acting("sfj.supervisor"):
            filing.answer(filing_id, accepted, "" if accepted else "缺少附件")


def _account(code: str) -> str:
    letters, place = code.split("-")
    number = int(place)
    return f"{letters.lower()}.officer{number + 1 if number else ''}"


def _people(event: str, *names: str) -> set[tuple[str, str]]:
    return {(event, name) for name in names}


def ask(scene: Scene) -> set[str]:
    scene.submitted()
    return {"scjg.reviewer"}


def give_back(scene: Scene) -> set[str]:
    scene.submitted()
    scene.decide("scjg.reviewer", REVIEWER, False, "日期太紧")
    return {"scjg.planner"}


def approve(scene: Scene) -> set[str]:
    scene.submitted()
    scene.decide("scjg.reviewer", REVIEWER, True)
    scene.decide("scjg.head", HEAD, True)
    return {"scjg.planner"}


def assign(scene: Scene) -> set[str]:
    approve(scene)
    with scene.city.acting("scjg.planner"):
        visits = [one.id for one in scene.drawn.visits()]
    return set().union(*map(scene.team, visits))


def notify(scene: Scene) -> set[str]:
    officers = assign(scene)
    scene.drawn.approve_parts()
    with scene.city.acting("scjg.planner"):
        service.issue_notices(scene.drawn.campaign_id)
    return officers


def file(scene: Scene) -> set[str]:
    scene.filed()
    return {"sfj.supervisor"}


def accept_filing(scene: Scene) -> set[str]:
    scene.answer(True)
    return {"yjgl.planner"}


def return_filing(scene: Scene) -> set[str]:
    scene.answer(False)
    return {"yjgl.planner"}


def invite(scene: Scene) -> set[str]:
    scene.world.invited()
    return {"yjgl.planner", "xfjy.planner"}


def add_partner(scene: Scene) -> set[str]:
    campaign_id = scene.world.invited(("YJGL",))
    scene.run_jobs()
    with scene.city.acting("scjg.planner"):
        campaign_service.add_partners(campaign_id, [scene.city.bureaus["WSJK"]])
    return {"yjgl.planner", "wsjk.planner"}


def remind(scene: Scene) -> set[str]:
    campaign_id = scene.world.invited()
    with scene.city.acting("scjg.planner"):
        campaign_service.remind(campaign_id, scene.city.bureaus["XFJY"])
    return {"xfjy.planner"}


def accept_invitation(scene: Scene) -> set[str]:
    scene.world.accept(scene.world.invited(), "YJGL")
    return {"scjg.planner"}


def decline_invitation(scene: Scene) -> set[str]:
    campaign_id = scene.world.invited()
    with scene.city.acting("yjgl.planner"):
        campaign_service.decline(campaign_id, "没有这类对象")
    return {"scjg.planner"}


def withdraw(scene: Scene) -> set[str]:
    campaign_id = scene.world.invited()
    scene.world.accept(campaign_id, "YJGL")
    with scene.city.acting("yjgl.planner"):
        campaign_service.withdraw(campaign_id, "人手不足")
    return {"scjg.planner"}


def cancel_campaign(scene: Scene) -> set[str]:
    campaign_id = scene.world.invited()
    with scene.city.acting("scjg.planner"):
        campaign_service.cancel(campaign_id, "任务合并")
    return {"yjgl.planner", "xfjy.planner"}


def begin_draw(scene: Scene) -> set[str]:
    begin(scene.world, scene.world.ready())
    return {"sfj.supervisor", "sfj.operator"}


def commit_to_draw(scene: Scene) -> set[str]:
    draw_id = begin(scene.world, scene.world.ready())
    scene.run_jobs()
    commit(scene.world, draw_id)
    return {"scjg.operator"}


def hold_draw(scene: Scene) -> set[str]:
    draw_id = begin(scene.world, scene.world.ready())
    scene.run_jobs()
    nonce = commit(scene.world, draw_id)
    scene.run_jobs()
    reveal(scene.world, draw_id, nonce)
    return {"scjg.planner", "scjg.operator", "yjgl.planner", "xfjy.planner"}


def void_draw(scene: Scene) -> set[str]:
    draw_id = begin(scene.world, scene.world.ready())
    scene.run_jobs()
    commit(scene.world, draw_id)
    scene.run_jobs()
    with scene.city.acting("scjg.operator"):
        drawing.void(draw_id, "见证席断网")
    return {"scjg.planner", "yjgl.planner", "xfjy.planner"}


def reschedule(scene: Scene) -> set[str]:
    visit_id = scene.staffed.joint()
    with scene.city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        service.reschedule(visit_id, queries.calendar().add_working_days(visit.scheduled_on, 1), "企业盘点")
    return scene.team(visit_id)


def postpone(scene: Scene) -> set[str]:
    visit_id = scene.staffed.joint()
    partner = scene.staffed.partner(visit_id).lower()
    ours = {one for one in scene.team(visit_id) if one.startswith(partner)}
    who = min(ours)
    with scene.city.acting(who):
        visit = queries.visit(visit_id)
        service.postpone(visit_id, queries.calendar().add_working_days(visit.scheduled_on, 1), "车辆检修")
    return ours - {who}


def cancel_visit(scene: Scene) -> set[str]:
    visit_id = scene.staffed.joint()
    with scene.city.acting("scjg.planner"):
        service.cancel(visit_id, "企业已搬迁")
    return scene.team(visit_id)


def replace_officer(scene: Scene) -> set[str]:
    visit_id = scene.staffed.joint()
    with scene.city.acting("scjg.planner"):
        goes = next(one for one in queries.team(visit_id) if one.bureau_id == scene.city.bureaus["SCJG"])
        comes = service.replace_member(goes.id, "因病请假", "ill")
        assert comes is not None
        return {_account(goes.code), _account(comes.code)}


def fill_team(scene: Scene) -> set[str]:
    """Whoever came last, as if a slot had just been filled."""
    visit_id = scene.staffed.joint()
    with scene.city.acting("scjg.planner"):
        goes = next(one for one in queries.team(visit_id) if one.bureau_id == scene.city.bureaus["SCJG"])
        comes = service.replace_member(goes.id, "因病请假", "ill")
        assert comes is not None
        code = comes.code
    with scene.city.acting("scjg.planner"):
        audit.announce("visits.team.fill", ("visit", visit_id))
    return {_account(goes.code), _account(code)}


def name_team(scene: Scene) -> set[str]:
    visit_id = scene.staffed.joint()
    with scene.city.acting("scjg.planner"):
        audit.announce("visits.team.name", ("visit", visit_id))
        newest = max(one.since for one in queries.team(visit_id))
        return {_account(one.code) for one in queries.team(visit_id) if one.since == newest}


def substitute(scene: Scene) -> set[str]:
    agree_to_substitute(scene.staffed, scene.staffed.joint(), "SCJG")
    scene.run_jobs()
    with scene.city.acting("scjg.planner"):
        acts = sa.select(AuditEntry.subject_id).where(AuditEntry.event == "visits.object.substitute")
        both = [one for one in db.session.scalars(acts) if one is not None]
    assert len(both) == 2
    return set().union(*map(scene.team, both))


def accept_record(scene: Scene) -> set[str]:
    visit_id = next(one for one in iter(scene.staffed.joint, None) if "scjg.officer" in scene.team(one))
    record_id = scene.staffed.record(visit_id, "SCJG")
    scene.staffed.accept(record_id, "SCJG")
    return {one for one in scene.team(visit_id) if one.startswith("scjg")}


SCENES: dict[str, Callable[[Scene], set[str]]] = {
    "tenants.approval.ask": ask,
    "tenants.approval.return": give_back,
    "tenants.approval.approve": approve,
    "filing.filing.send": file,
    "filing.filing.return": return_filing,
    "filing.filing.accept": accept_filing,
    "campaigns.campaign.invite": invite,
    "campaigns.participation.add": add_partner,
    "campaigns.participation.remind": remind,
    "campaigns.answer.accepted": accept_invitation,
    "campaigns.answer.declined": decline_invitation,
    "campaigns.answer.withdraw": withdraw,
    "campaigns.campaign.cancel": cancel_campaign,
    "draws.draw.create": begin_draw,
    "draws.draw.commit": commit_to_draw,
    "draws.draw.proof": hold_draw,
    "draws.draw.void": void_draw,
    "visits.visit.approve": assign,
    "visits.visit.notify": notify,
    "visits.visit.reschedule": reschedule,
    "visits.visit.postpone": postpone,
    "visits.visit.cancel": cancel_visit,
    "visits.team.replace": replace_officer,
    "visits.team.fill": fill_team,
    "visits.team.name": name_team,
    "visits.object.substitute": substitute,
    "visits.record.accept": accept_record,
}


@pytest.fixture
def scene(world: World, drawn: DrawnCampaign, staffed: DrawnCampaign, run_jobs: Any) -> Scene:
    return Scene(world, drawn, staffed, run_jobs)


def test_every_act_and_event_is_declared_walked_and_named() -> None:
    assert set(AUDIENCES) == set(ACTS) == set(SCENES)
    assert set(ACTS.values()) | FOUND_BY_JOBS | {"other"} == set(EVENTS)


@pytest.mark.parametrize("act", sorted(SCENES))
def test_its_people_are_told_and_nobody_else(scene: Scene, told: Told, act: str) -> None:
    event = ACTS[act]
    expected = SCENES[act](scene)
    scene.run_jobs()
    people = {name for one, name in told() if one == event}
    assert expected and people == expected
