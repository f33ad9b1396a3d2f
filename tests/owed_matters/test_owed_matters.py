"""Drawn matters that a partner did not check: listed, checked later, handed over or written off (R-J5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.campaigns import service as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.messages.models import Message
from onedoor.owed_matters import queries, service
from onedoor.owed_matters.models import OwedMatter
from onedoor.plans.models import CapEntry
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import Kind, Source
from tasks.owed_matters import watch_owed
from tenants import approvals
from tests.fixtures.city import City
from tests.owed_matters.conftest import Owed
from tests.visits.builders import HEAD, PARTIES, REVIEWER, DrawnCampaign, draw, run_jobs_of

Jobs = Callable[[], int]


def check_of(going: DrawnCampaign, letters: str, **more: Any) -> dict[str, Any]:
    """When and by whom a bureau makes up for what it owes."""
    with going.world.city.acting(f"{letters.lower()}.planner"):
        calendar = visits.calendar()
        first = today() if calendar.is_working_day(today()) else calendar.add_working_days(today(), 1)
    officers = going.world.officers[letters][:2]
    return {"inspector_ids": officers, "starts_on": first, "announced": True, "key": "", **more}


def approve(going: DrawnCampaign, letters: str, visit_id: UUID) -> None:
    city, who = going.world.city, letters.lower()
    with city.acting(f"{who}.planner"):
        visiting.submit_check(visit_id)
    for role, permissions in (("reviewer", REVIEWER), ("head", HEAD)):
        with city.acting(f"{who}.{role}"):
            waiting = approvals.waiting_for("check", visit_id)
            assert waiting is not None
            visiting.decide_check(waiting, True, "", permissions)


def state(going: DrawnCampaign, letters: str, owed_id: UUID) -> str:
    with going.world.city.acting(f"{letters.lower()}.planner"):
        return queries.owed(owed_id).state


def test_a_partner_that_cannot_come_owes_its_matters(going: DrawnCampaign, jobs: Jobs) -> None:
    """R-J5: the visit goes on without it, and the lead and the supervisor see what is owed."""
    city, visit_id = going.world.city, going.joint()
    letters = going.partner(visit_id)
    who = letters.lower()
    with city.acting("scjg.planner"), pytest.raises(Conflict, match="牵头部门请改日期"):
        service.stay_away(visit_id, "忙")
    with city.acting(f"{who}.planner"):
        with pytest.raises(ClerkError) as refused:
            service.stay_away(visit_id, " ")
        assert "reason" in refused.value.fields
        made = service.stay_away(visit_id, "全部人员参加抢险")
        assert [one.item_number for one in made] == [f"{letters}-1"]
        with pytest.raises(Conflict, match="已登记"):
            service.stay_away(visit_id, "再来")
        owed_id = made[0].id
    jobs()
    with city.acting("scjg.planner"):
        party = next(one for one in visits.parties(visit_id) if one.bureau_id == city.bureaus[letters])
        assert party.owed and party.deferred_reason is not None and "抢险" in party.deferred_reason
        assert city.bureaus[letters] not in {one.bureau_id for one in visits.team(visit_id)}
        seen = db.session.execute(queries.led(queries.rows())).all()
        assert owed_id in {row.id for row in seen}
        assert any("待补查" in text for text in db.session.scalars(sa.select(Message.text)))
        assert "列入待补查" in "\n".join(step.text for step in trace.of(visit_id))
    with city.acting(f"{who}.officer"), pytest.raises(Forbidden):
        visiting.begin(visit_id, reason="试")
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        queries.owed(owed_id)


def test_what_is_owed_is_checked_later_and_stays_drawn(going: DrawnCampaign, owed: Owed, jobs: Jobs) -> None:
    """R-J5, R-V9: a visit of the bureau's own, random, with the draw's number in notice and disclosure, and in the cap."""
    letters, owed_id = owed()
    city, who = going.world.city, letters.lower()
    with city.acting(f"{who}.planner"):
        with pytest.raises(ClerkError) as refused:
            service.open_check(owed_id, check_of(going, letters, inspector_ids=[]))
        assert "inspector_ids" in refused.value.fields
        db.session.rollback()
    with city.acting(f"{who}.planner"):
        given = check_of(going, letters, key="owed-0001")
        visit = service.open_check(owed_id, given)
        assert service.open_check(owed_id, given).id == visit.id
        visit_id = visit.id
        assert (visit.kind, visit.source, visit.campaign_id) == ("random", "owed", None)
        values = visiting.visit_values(visit)
        number = queries.owed(owed_id).draw_number
        assert (
            number in values["origin"] and "补查" in values["origin"] and "不是随机" not in values["origin"]
        )
        with pytest.raises(Conflict, match="正在补查"):
            service.hand_over(owed_id, city.bureaus["SCJG"], "忙")
    approve(going, letters, visit_id)
    record_id = DrawnCampaign(going.world, visit_id, visit_id).record(visit_id, letters)
    assert state(going, letters, owed_id) == "checking"
    going.accept(record_id, letters)
    jobs()
    assert state(going, letters, owed_id) == "checked"
    with city.acting(f"{who}.discloser"):
        visiting.disclose([record_id])
        public = disclosures.of_subject("result", record_id)
        assert public is not None
        told = public.content
        assert (told["drawn"], told["source"], told["draw_number"]) == (True, "owed", number)
        assert told["campaign_name"]
    with city.acting(f"{who}.planner"):
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == visit_id)).one()
        assert entry.kind == "random"
        with pytest.raises(Conflict, match="已经办结"):
            service.write_off(owed_id, "不查了", HEAD)


def test_no_form_makes_a_check_drawn(going: DrawnCampaign) -> None:
    """R-D1: a check is of a draw by what is owed alone; who proposes one cannot say so."""
    with going.world.city.acting("scjg.planner"):
        proposal = visiting.Proposal(
            kind=Kind.RANDOM,
            source=Source.OWED,
            entity_code="x",
            item_ids=[],
            inspector_ids=[],
            starts_on=today(),
            reason="试",
        )
        with pytest.raises(ClerkError):
            visiting.propose(proposal)


def test_a_check_that_is_called_off_leaves_the_matter_owed(
    going: DrawnCampaign, owed: Owed, jobs: Jobs
) -> None:
    letters, owed_id = owed()
    with going.world.city.acting(f"{letters.lower()}.planner"):
        visit_id = service.open_check(owed_id, check_of(going, letters)).id
    with going.world.city.acting(f"{letters.lower()}.planner"):
        visiting.cancel(visit_id, "对方停业装修")
    jobs()
    assert state(going, letters, owed_id) == "open"


def test_handed_over_to_a_bureau_that_declines_and_one_that_accepts(
    going: DrawnCampaign, owed: Owed, jobs: Jobs
) -> None:
    """R-J5: it stays the sender's until the other accepts, which then owes it; nobody else reads it."""
    letters, owed_id = owed()
    city = going.world.city
    other = next(one for one in PARTIES if one not in (letters, "SCJG"))
    takes: dict[str, UUID] = {}
    for receiver in ("MZJ", other):
        with city.acting(f"{letters.lower()}.planner"):
            for field, receiver_id, why in (
                ("receiver_id", None, "忙"),
                ("reason", city.bureaus[receiver], ""),
                ("receiver_id", city.bureaus[letters], "忙"),
            ):
                with pytest.raises(ClerkError) as refused:
                    service.hand_over(owed_id, receiver_id, why)
                assert field in refused.value.fields
            handover_id = service.hand_over(owed_id, city.bureaus[receiver], "职责调整")[0].id
            with pytest.raises(Conflict, match="等待答复"):
                service.hand_over(owed_id, city.bureaus[receiver], "再来")
            with pytest.raises(Forbidden):
                service.answer_handover(handover_id, True, "")
        jobs()
        with city.acting("xscjg.planner"), pytest.raises(NotFound):
            queries.handover(handover_id)
        with city.acting(f"{receiver.lower()}.planner"):
            assert queries.to_answer() == 1
            if receiver == "MZJ":
                with pytest.raises(ClerkError) as refused:
                    service.answer_handover(handover_id, False, " ")
                assert "reason" in refused.value.fields
            service.answer_handover(handover_id, receiver != "MZJ", "不属民政职责")
            with pytest.raises(Conflict, match="已经答复"):
                service.answer_handover(handover_id, True, "")
            takes[receiver] = handover_id
        jobs()
        assert state(going, letters, owed_id) == ("open" if receiver == "MZJ" else "handed_over")
    with city.acting(f"{other.lower()}.planner"):
        taken = next(one for one in queries.standing() if one.from_id == city.bureaus[letters])
        with pytest.raises(ClerkError) as refused:
            service.open_check(taken.id, check_of(going, other))
        assert "item_ids" in refused.value.fields, "its own list has no item of that number"
        own = going.world.items[other][:1]
        visit = service.open_check(taken.id, check_of(going, other, item_ids=own))
        assert visit.by_draw and taken.draw_number in visiting.visit_values(visit)["origin"]


def test_the_head_writes_off_with_the_reason(going: DrawnCampaign, owed: Owed) -> None:
    letters, owed_id = owed()
    city, who = going.world.city, letters.lower()
    with city.acting(f"{who}.reviewer"), pytest.raises(Forbidden, match="负责人"):
        service.write_off(owed_id, "已注销", REVIEWER)
    with city.acting(f"{who}.head"):
        with pytest.raises(ClerkError) as refused:
            service.write_off(owed_id, "", HEAD)
        assert "reason" in refused.value.fields
        service.write_off(owed_id, "对象已注销，无从检查", HEAD)
        found = queries.owed(owed_id)
        assert (found.state, found.ended_by) == ("written_off", city.person(f"{who}.head").display_name)
    with city.acting("scjg.head"), pytest.raises((Conflict, NotFound)):
        service.write_off(owed_id, "试", HEAD)


def test_what_a_withdrawn_partner_leaves_is_owed_and_offered_to_whom_it_named(going: DrawnCampaign) -> None:
    """R-J5: after the freeze its matters stay drawn; the bureau it names is asked, and may decline."""
    city = going.world.city
    drawn = draw(going.world, officers=6, bp=1000, lead_bp=500)
    with city.acting("xfjy.planner"):
        to = city.bureaus["YJGL"]
        campaigns.withdraw(drawn.campaign_id, "机构调整", disposition="handed_over", handed_to=to)
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        gone = [one.id for one in drawn.visits() if city.bureaus["XFJY"] in visits.party_ids(one.id)]
    with city.acting("xfjy.planner"):
        rows = [one for visit_id in gone for one in queries.of_visit(visit_id)]
        assert rows and {(one.cause, one.state) for one in rows} == {("withdrew", "offered")}
        assert service.register_owed() == 0, "what is in the list is not entered twice"
    with city.acting("yjgl.planner"):
        assert queries.to_answer() == len(rows)


def test_who_did_not_come_owes_and_is_reminded(going: DrawnCampaign, jobs: Jobs) -> None:
    """R-J5: silence on the day is found by the daily watch, which tells it again from time to time."""
    city, visit_id = going.world.city, going.joint()
    letters = going.partner(visit_id)
    past = today() - timedelta(days=40)
    with city.acting("scjg.planner"):
        visit = db.session.get_one(Visit, visit_id)
        visit.starts_on, visit.scheduled_on, visit.ends_on = past, past, past
    _watch(city)
    jobs()
    with city.acting(f"{letters.lower()}.planner"):
        (found,) = queries.of_visit(visit_id)
        assert (found.cause, found.state) == ("silent", "open")
        found.since = today() - timedelta(days=30)
        before = len(_reminders())
    _watch(city)
    with city.acting(f"{letters.lower()}.planner"):
        assert len(_reminders()) == before + 1
        assert queries.of_visit(visit_id)[0].reminded_on == today()
    _watch(city)
    with city.acting(f"{letters.lower()}.planner"):
        assert len(_reminders()) == before + 1
        late = db.session.scalars(sa.select(OwedMatter).where(OwedMatter.visit_id == visit_id)).one()
        late.reminded_on = today() - timedelta(days=30)
    _watch(city)
    with city.acting(f"{letters.lower()}.planner"):
        assert len(_reminders()) == before + 2


def _watch(city: City) -> None:
    with city.app.app_context():
        watch_owed()


def _reminders() -> list[str]:
    return [
        text for text in db.session.scalars(sa.select(Message.text)) if "个抽中的事项待补查，最早" in text
    ]
