"""When things go wrong: certificates ending, an entity moved away, refusal, another draw, withdrawal (R-D6, R-L8, R-J5)."""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import service as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.kernel import trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import in_scope
from onedoor.officers.models import Inspector, Recusal
from onedoor.visits import queries, service
from onedoor.visits.models import RecordSubmission
from onedoor.visits.rules.states import VisitState
from tasks.visits import fold_merged
from tenants import queries as tenants
from tenants import scope
from tests.campaigns.builders import World, firm_code
from tests.campaigns.test_campaign_draw import hold
from tests.visits.builders import (
    ANSWERS,
    DrawnCampaign,
    agree_to_substitute,
    draw,
    merged,
    run_jobs_of,
)


@contextmanager
def expired(drawn: DrawnCampaign, code: str) -> Iterator[None]:
    """An officer's certificate has ended, as the officer's own bureau notes it in the library; it is renewed after."""
    planner, ended = f"{code.split('-')[0].lower()}.planner", today() - timedelta(days=1)
    with drawn.world.city.acting(planner):
        officer = db.session.scalars(sa.select(Inspector).where(Inspector.code == code)).one()
        before, officer.certificate_expires_on = officer.certificate_expires_on, ended
    try:
        yield
    finally:
        with drawn.world.city.acting(planner):
            officer = db.session.scalars(sa.select(Inspector).where(Inspector.code == code)).one()
            officer.certificate_expires_on = before


@pytest.fixture(scope="module")
def staffed(world: World) -> DrawnCampaign:
    """A campaign whose bureaus have more officers than one team takes, and more leaders: both of two may be on one."""
    return draw(world, officers=7, bp=4000).approve(notices=True)


def test_a_certificate_that_ended_is_said_and_another_is_drawn(staffed: DrawnCampaign) -> None:
    """R-D6, R-L8: by the draw's rule, with a log entry in the public register."""
    city = staffed.world.city
    visit_id = staffed.joint()
    with city.acting("scjg.planner"):
        before = next(m for m in queries.team(visit_id) if m.bureau_id == city.bureaus["SCJG"])
        register = len(draws.register())
    with expired(staffed, before.code), city.acting("scjg.planner"):
        unfit = [(visit.id, member.id) for visit, member, _ in queries.unfit(staffed.campaign_id)]
        assert (visit_id, before.id) in unfit
        with pytest.raises(ClerkError, match="写明理由"):
            service.replace_member(before.id, " ")
        comes = service.replace_member(before.id, "换发还要两周", "certificate")
        assert comes is not None
        assert comes.code != before.code and comes.slot == before.slot and comes.bureau_id == before.bureau_id
        assert comes.leader == before.leader
        team = queries.team(visit_id)
        assert comes.code in {m.code for m in team} and before.code not in {m.code for m in team}
        former = [m for m in queries.team(visit_id, former=True) if m.left_at]
        assert [(m.code, m.left_reason) for m in former] == [(before.code, "执法证失效")]
        entries = draws.register()
        assert len(entries) == register + 1 and entries[-1]["kind"] == "log"
        assert queries.visit(visit_id).state == "approved", (
            "a notice that names who does not come is sent again"
        )
        assert "随机抽取" in "\n".join(step.text for step in trace.of(visit_id))
        with pytest.raises(Conflict):
            service.replace_member(before.id, "再换")
        assert visit_id not in {visit.id for visit, *_ in queries.unfit(staffed.campaign_id)}
        code, came, went = queries.visit(visit_id).code, comes.name, before
    shown = city.client().get(f"/v/{code}").get_data(as_text=True)
    assert "不再来的人" in shown and went.certificate_number in shown
    assert f"起由随机抽取的{came}接替" in shown and "执法证失效" not in shown


def test_nobody_checks_or_signs_with_an_ended_certificate(staffed: DrawnCampaign) -> None:
    """R-L8: what counts is the library on the day, so a renewed certificate is good again."""
    city = staffed.world.city
    with city.acting("scjg.planner"):
        visit_id = next(
            visit.id
            for visit in staffed.visits()
            if visit.id not in staffed.used and "SCJG-00" in {m.code for m in queries.team(visit.id)}
        )
        staffed.used.add(visit_id)
        code = queries.visit(visit_id).code
    with expired(staffed, "SCJG-00"):
        with city.acting("scjg.officer"), pytest.raises(Conflict, match="执法证已于"):
            service.begin(visit_id, reason="对方手机没电")
        with in_scope(scope.public("test"), city.app):
            found = db.session.scalar(sa.text("SELECT check_visit_code(:code, 'x')"), {"code": code})
            result = {m["name"]: m["fit"] for party in found["parties"] for m in party["members"]}
            assert result["SCJG执法员0"] is False and set(result.values()) == {True, False}
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        matter = queries.matters(visit_id, city.bureaus["SCJG"])[0]
        service.save_item(visit_id, matter.id, answers=ANSWERS, results=["nothing"], note="", revision=0)
    ending = service.Ending(attendee="王店长", signature="signed")
    with expired(staffed, "SCJG-00"), city.acting("scjg.officer"), pytest.raises(Conflict, match="签字"):
        service.submit_record(visit_id, secrets.token_hex(16), ending)


def test_a_batch_with_an_ending_certificate_is_not_submitted(drawn: DrawnCampaign) -> None:
    with drawn.world.city.acting("scjg.planner"):
        code = queries.team(drawn.visits()[0].id)[0].code
        count = sum(code in {m.code for m in queries.team(visit.id)} for visit in drawn.visits())
    with expired(drawn, code), drawn.world.city.acting("scjg.planner"):
        with pytest.raises(ClerkError, match=f"{count} 户的检查人员执法证"):
            service.submit(drawn.campaign_id)


def test_no_one_left_to_replace_is_said(drawn: DrawnCampaign) -> None:
    """Two officers, both on every team: nobody can come in their place."""
    with drawn.world.city.acting("scjg.planner"):
        member = queries.team(drawn.visits()[0].id)[0]
        with pytest.raises(ClerkError, match="没有其他符合条件"):
            service.replace_member(member.id, "生病")


def test_only_the_lead_changes_a_team_and_not_after_the_beginning(going: DrawnCampaign) -> None:
    visit_id = going.joint()
    partner = going.partner(visit_id)
    with going.world.city.acting("scjg.planner"):
        member = queries.team(visit_id)[0]
    with going.world.city.acting(f"{partner.lower()}.planner"), pytest.raises(Forbidden):
        service.replace_member(member.id, "换人")
    with going.world.city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
    with going.world.city.acting("scjg.planner"), pytest.raises(Conflict, match="已经开始"):
        service.replace_member(member.id, "换人")


def test_an_object_with_an_unfilled_slot_waits_until_it_is_filled(world: World) -> None:
    """draw.md: an object with an unfilled slot is not visited."""
    drawn = draw(world, officers=6)
    with world.city.acting("scjg.planner"):
        visit = drawn.visits()[0]
        member = queries.team(visit.id)[-1]
        visit.state, visit.unfilled = "waiting", [member.slot]
        member.left_at, member.left_reason = visit.created_at, "名额空缺"
        db.session.flush()
        assert queries.counts(drawn.campaign_id)["waiting"] == 1
        with pytest.raises(Conflict, match="没有空缺"):
            service.fill_slot(visit.id, 99, "补派")
        comes = service.fill_slot(visit.id, member.slot, "抽取时无人可派")
        assert comes.slot == member.slot and comes.code != member.code
        assert queries.visit(visit.id).state == "proposed" and queries.visit(visit.id).unfilled == []


def test_a_slot_nobody_can_take_is_filled_by_the_lines_day_or_the_object_is_substituted(
    world: World,
) -> None:
    """draw.md, "Inspectors": nobody escapes by a qualification that no one has."""
    city, run_jobs = world.city, run_jobs_of(world.city.app)
    firms = [firm_code(7), firm_code(8)]
    with city.acting("scjg.planner"):
        for officer, code in itertools.product(world.officers["SCJG"][1:], firms):
            db.session.add(
                Recusal(
                    tenant_id=city.bureaus["SCJG"], inspector_id=officer, entity_code=code,
                    reason_code="KIN", reason="亲属", since=today(), created_at=now(),
                )
            )  # fmt: skip
    campaign_id, since = world.invited((), fill_days=3, rates={"*": {"number": 1}}), today()
    one_of_them = {
        "conditions": {"name": ["示范第7号", "示范第8号"]},
        "stratify": "none",
        "skip_drawn": False,
    }
    world.accept(campaign_id, "SCJG", rates={"*": {"number": 1}}, reserve=1, **one_of_them)
    drawn = DrawnCampaign(world, campaign_id, hold(world, campaign_id, run_jobs))
    with city.acting("scjg.planner"):
        db.session.execute(sa.delete(Recusal).where(Recusal.entity_code.in_(firms)))
        [visit] = drawn.visits()
        assert visit.state == "waiting" and visit.unfilled == [1]
        # Begun on one day and looked at on the next, when midnight was between.
        days = {queries.calendar().add_working_days(day, 3) for day in (since, today())}
        assert visit.fill_by in days
        is_listed = sa.select(sa.literal(visit.id).in_(queries.waiting(late=True)))
        assert not service.is_late(visit) and not db.session.scalar(is_listed)
        visit.fill_by = today() - timedelta(days=1)
        db.session.flush()
        assert service.is_late(visit) and db.session.scalar(is_listed)
        with pytest.raises(Conflict, match="补派期限已于 .* 届满.*改由替补对象.*检查组名额无人可以补派"):
            service.fill_slot(visit.id, 1, "抽取时无人可派")
        with pytest.raises(Conflict, match="还有替补的不能取消"):
            service.cancel(visit.id, "无人可派")
        visit_id = visit.id
    agree_to_substitute(drawn, visit_id, "SCJG", "no_team")
    run_jobs()
    with city.acting("scjg.planner"):
        went, came = drawn.visits()
        assert {went.entity_code, came.entity_code} == {*firms} and went.id == visit_id
        assert went.state == "cancelled" and came.state == "waiting"
        # The one that comes has days of its own; while they last somebody may be drawn, and then none is left to come for it.
        assert came.fill_by is not None and came.fill_by >= min(days) and came.unfilled == [1]
        came.fill_by = today() - timedelta(days=1)
        service.cancel(came.id, "无人可派，候补已经用完")


def test_an_entity_that_moved_away_has_that_result_alone(going: DrawnCampaign) -> None:
    """R-V6: 通过登记的住所（经营场所）无法联系, of the whole object."""
    city, visit_id = going.world.city, going.joint()
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="无人在场，无法扫码")
        matter = queries.matters(visit_id, city.bureaus["SCJG"])[0]
        service.save_item(visit_id, matter.id, answers={}, results=["pending"], note="", revision=0)
        service.set_overall_result(visit_id, "unreachable")
        record = service.submit_record(visit_id, secrets.token_hex(16), service.Ending())
        assert record.results == ["unreachable"] and "登记的住所" in str(record.whole_note)
        record_id = record.id
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.NOT_FOUND
    going.accept(record_id, "SCJG")
    with city.acting("scjg.discloser"):
        content = service.public_content(queries.record(record_id), queries.visit(visit_id))
        assert content["results"] == ["通过登记的住所（经营场所）无法联系"]
        assert [item["results"] for item in content["items"]] == [content["results"]] * len(content["items"])


def test_an_object_that_refuses_and_one_that_gives_in(going: DrawnCampaign) -> None:
    city, visit_id = going.world.city, going.joint()
    partner = going.partner(visit_id)
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方拒绝扫码")
        service.set_overall_result(visit_id, "obstructed", "店主锁门离开", "物业人员李某")
        service.set_overall_result(visit_id, None)
        service.set_overall_result(visit_id, "obstructed", "店主锁门离开", "物业人员李某")
        with pytest.raises(ClerkError, match="无法联系"):
            service.set_overall_result(visit_id, "nothing")
        service.submit_record(visit_id, secrets.token_hex(16), service.Ending(handling="case"))
    with city.acting(f"{partner.lower()}.planner"):
        # R-V6: not to cooperate is this part's alone, until the others are in.
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.BEGUN


def test_a_withdrawal_after_the_freeze_leaves_its_matters_for_later(world: World) -> None:
    """R-J5; and of an object that nobody visits now, the reason stands beside the result (R-D7)."""
    drawn = draw(world, officers=6, bp=4000, lead_bp=500)
    with world.city.acting("xfjy.planner"):
        campaigns.withdraw(drawn.campaign_id, "专项行动抽调全部人员", disposition="later")
    run_jobs_of(world.city.app)()
    with world.city.acting("scjg.planner"):
        visits = [
            visit for visit in drawn.visits() if world.city.bureaus["XFJY"] in queries.party_ids(visit.id)
        ]
        assert visits
        for visit in visits:
            party = next(p for p in queries.parties(visit.id) if p.bureau_id == world.city.bureaus["XFJY"])
            assert party.deferred_reason is not None and "专项行动" in party.deferred_reason
            assert party.deferred_reason_said is not None
            assert party.deferred_reason_said["say"] == "名单冻结后退出，事项另行检查，理由：%(reason)s"
            others = len(queries.parties(visit.id)) - 1
            assert queries.visit_state(visit).parts.parties == others
            assert (visit.state == "cancelled") == (others == 0)
        gone = {visit.entity_code for visit in visits if visit.state == "cancelled"}
        off = draws.called_off(drawn.draw_id)
        assert gone and sorted(each.object_code for each in off) == sorted(
            visit.entity_code for visit in visits
        )
        assert all("专项行动" in each.reason and each.lists == ["990100-XFJY"] for each in off)
        # Where others come all the same, that is said beside the result too.
        result = drawing.result(draws.draw(drawn.draw_id))
        marked = {each["code"]: each["off"] for each in result["objects"] if "off" in each}
        assert marked == {
            visit.entity_code: "whole" if visit.entity_code in gone else "part" for visit in visits
        }
        assert {tuple(each["bureaus"]) for each in result["called_off"]} == {
            (tenants.bureau(world.city.bureaus["XFJY"]).name,)
        }
        service.schedule(drawn.campaign_id, drawn.draw_id)
        assert len(draws.called_off(drawn.draw_id)) == len(off)
    with world.city.acting("sfj.supervisor"):
        assert drawn.draw_id in {each.id for each in db.session.scalars(draws.called_off_lately())}


def test_drawn_objects_that_are_one_by_now_are_visited_once(world: World) -> None:
    """R-T4, R-J2: both codes stood in the pool; who drew both comes once, who drew the other code alone on the same day."""
    drawn, lead = draw(world), world.city.bureaus["SCJG"]
    drawn.approve()
    with world.city.acting("scjg.planner"):
        both = [visit for visit in drawn.visits() if lead in queries.party_ids(visit.id)][:2]
        (gone_id, gone, there), (stays_id, stays, here) = (
            (visit.id, visit.entity_code, {*queries.party_ids(visit.id)}) for visit in both
        )
        lists = {party.bureau_id: party.list_name for party in queries.parties(gone_id)}
    with merged(world, gone, stays):
        # Before the lead looked at it again, whoever stands at the door is told which visit it is.
        with (
            world.city.acting("scjg.officer"),
            pytest.raises(Conflict, match="是同一主体，登记已合并.*一并检查"),
        ):
            service.begin(gone_id, reason="试")
        with world.city.acting("scjg.planner"):
            service.schedule(drawn.campaign_id, drawn.draw_id)
            visit, other = queries.visit(gone_id), queries.visit(stays_id)
            left = {party.bureau_id for party in queries.parties(gone_id) if party.deferred_reason}
            assert left == there & here and lead in left
            assert (visit.state == "cancelled") == (there <= here)
            assert visit.state == "cancelled" or visit.scheduled_on == other.scheduled_on
            assert other.state == "approved" and not any(
                party.deferred_reason for party in queries.parties(stays_id)
            )
            (off,) = draws.called_off(drawn.draw_id)
            assert (off.object_code, {*off.lists}) == (gone, {lists[one] for one in left})
            assert stays in off.reason and "登记已合并" in off.reason
            assert any("不再单独检查" in step.text for step in trace.of(gone_id))
            service.schedule(drawn.campaign_id, drawn.draw_id)
            assert len(draws.called_off(drawn.draw_id)) == 1
        with world.city.acting("scjg.officer"):
            assert service.begin(stays_id, reason="对方手机没电").begun_at is not None


def test_merged_after_they_were_approved_each_bureau_ends_where_it_began(
    world: World, owner: psycopg.Connection
) -> None:
    """R-T4, R-J2: the lead began one visit and another bureau the other; the house folds what is left, by itself."""
    drawn, city = draw(world), world.city
    drawn.approve()
    lead, gone_id = city.bureaus["SCJG"], drawn.joint()
    partner = drawn.partner(gone_id)
    with city.acting("scjg.planner"):
        stays, third = [
            visit for visit in drawn.visits() if lead in queries.party_ids(visit.id) and visit.id != gone_id
        ][:2]
        stays_id, third_id, gone = stays.id, third.id, queries.visit(gone_id).entity_code
    with city.acting(f"{partner.lower()}.officer"):
        service.begin(gone_id, reason="对方手机没电")
    with city.acting("scjg.officer"):
        service.begin(stays_id, reason="对方手机没电")
    before = now()
    with merged(world, gone, stays.entity_code), merged(world, third.entity_code, stays.entity_code):
        with city.acting("scjg.officer"):
            # What the lead's other team began without a network before the merge is taken all the same.
            assert service.why_not_begin(queries.visit(gone_id), before) is None
            with pytest.raises(Conflict, match="由系统并入，其他部门照常检查") as refused:
                service.begin(gone_id, reason="试")
            assert refused.value.params["number"] == stays.number
            assert service.may_backfill(queries.visit(gone_id))
        assert 'id="begin"' in city.client("scjg.officer").get(f"/field/visits/{gone_id}").get_data(
            as_text=True
        )
        with city.acting("scjg.planner"):
            # Who began was late: nobody is moved to a day that is over.
            queries.visit(stays_id).scheduled_on = today() - timedelta(days=9)
            day = queries.visit(third_id).scheduled_on
        # While a beginning from before the merge may still come in, no part is left out.
        with city.app.app_context():
            fold_merged()
        with city.acting("scjg.planner"):
            assert not any(party.deferred_reason for party in queries.parties(gone_id))
        owner.execute("UPDATE entity_merge SET at = at - interval '30 days' WHERE undone_at IS NULL")
        with city.app.app_context():
            fold_merged()
        with city.acting("scjg.planner"):
            left = {
                party.bureau_id for party in queries.parties(gone_id) if party.deferred_reason is not None
            }
            assert lead in left and city.bureaus[partner] not in left
            visit = queries.visit(gone_id)
            assert visit.state == "approved" and queries.visit_state(visit).parts.begun == 1
            theirs = {party.bureau_id: party.deferred_reason for party in queries.parties(stays_id)}
            assert theirs[lead] is None and theirs.get(city.bureaus[partner], "") is not None
            assert queries.visit(third_id).scheduled_on == day
            said = len(draws.called_off(drawn.draw_id))
        with city.app.app_context():
            fold_merged()
        with city.acting("scjg.planner"):
            assert len(draws.called_off(drawn.draw_id)) == said > 0
        # What is taken back below was merged today.
        owner.execute("UPDATE entity_merge SET at = at + interval '30 days' WHERE undone_at IS NULL")


def test_a_stopped_campaign_visits_nobody(drawn: DrawnCampaign) -> None:
    """R-P4: a filing returned after the draw may stop the campaign."""
    drawn.approve()
    with drawn.world.city.acting("scjg.planner"):
        campaign = db.session.get_one(Campaign, drawn.campaign_id)
        campaign.state, campaign.cancel_reason = "cancelled", "备案退回，停止抽查"
        visit_id = drawn.joint()
    with drawn.world.city.acting("scjg.officer"), pytest.raises(Conflict, match="已经取消"):
        service.begin(visit_id, reason="试")
    with drawn.world.city.acting("scjg.planner"), pytest.raises(Conflict, match="已经停止"):
        service.issue_notices(drawn.campaign_id)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do these at the same moment, each in a thread of its own; returns results and exceptions."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except Exception as problem:
            return problem

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_phones_at_once_begin_once_and_one_key_counts_once(going: DrawnCampaign) -> None:
    """R-V4: sent twice at the same moment, it counts once."""
    city, visit_id = going.world.city, going.joint()

    def begin(who: str) -> object:
        with city.acting(who):
            return service.begin(visit_id, reason="对方手机没电").id

    assert len(set(at_once(lambda: begin("scjg.officer"), lambda: begin("scjg.officer2")))) == 1
    with city.acting("scjg.officer"):
        for matter in queries.matters(visit_id, city.bureaus["SCJG"]):
            service.save_item(visit_id, matter.id, answers=ANSWERS, results=["nothing"], note="", revision=0)
    key = secrets.token_hex(16)

    def submit() -> object:
        with city.acting("scjg.officer"):
            return service.submit_record(visit_id, key, service.Ending(attendee="王", signature="signed")).id

    assert len(set(at_once(submit, submit))) == 1
    with city.acting("scjg.officer"):
        count = sa.select(sa.func.count()).where(RecordSubmission.key == key)
        assert db.session.scalar(count) == 1
