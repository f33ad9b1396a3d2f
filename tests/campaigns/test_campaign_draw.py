"""From readiness to the drawn objects, with the jobs and the people of the ceremony (R-D2, R-J3, R-J5, R-D7, R-P4)."""

from __future__ import annotations

import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState, Level, PartyState
from onedoor.draws import queries as draws
from onedoor.draws import rules as draw_rules
from onedoor.draws import service as drawing
from onedoor.entities.models import Entity, EntityMerge
from onedoor.filing import service as filing
from onedoor.kernel import trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.officers.models import Inspector, Recusal
from onedoor.plans import queries as plans
from onedoor.plans.models import VisitCap
from onedoor.visits import queries as visits
from onedoor.visits.models import VisitPart
from tests.campaigns.builders import World, firm_code
from tests.draws_room.test_register import _at_once

JUSTICE = "示范市司法局"


def said(world: World, campaign_id: UUID, level: Level = Level.STOP) -> str:
    with world.city.acting("scjg.planner"):
        ready = service.readiness(campaign_id)
        every = [*ready.problems, *(one for found in ready.of_party.values() for one in found)]
        return "\n".join(str(problem) for problem in every if problem.level is level)


def begin(world: World, campaign_id: UUID) -> UUID:
    with world.city.acting("scjg.operator"):
        draw_id = service.begin_draw(campaign_id).draw_id
    assert draw_id is not None
    return draw_id


def commit(world: World, draw_id: UUID) -> bytes:
    nonce = secrets.token_bytes(32)
    with world.city.acting("sfj.supervisor"):
        draw = draws.draw(draw_id)
        digest = draw_rules.commit("sha256", draw.line, draw.seq, draw.number, JUSTICE, nonce)
        drawing.commit(draw_id, digest.hex())
    return nonce


def reveal(world: World, draw_id: UUID, nonce: bytes) -> None:
    with world.city.acting("scjg.operator"):
        drawing.close_texts(draw_id)
        drawing.reveal_system(draw_id)
    with world.city.acting("sfj.supervisor"):
        drawing.reveal(draw_id, nonce.hex())


def hold(world: World, campaign_id: UUID, run_jobs: Any) -> UUID:
    draw_id = begin(world, campaign_id)
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    reveal(world, draw_id, nonce)
    run_jobs()
    return draw_id


def test_from_readiness_to_teams(world: World, run_jobs: Any) -> None:
    campaign_id = world.ready()
    assert said(world, campaign_id) == ""
    with world.city.acting("scjg.planner"):
        expected = service.expected_doors(service.readiness(campaign_id))
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("scjg.planner"):
        # What was expected before anybody saw another's list is what the frozen lists come to.
        assert expected is not None and expected.exact
        assert expected.alone == pytest.approx(float(draws.draw(draw_id).independent_doors or 0), abs=0.006)
        assert 8 <= expected.together < expected.alone
        campaign = queries.campaign(campaign_id)
        assert campaign.state == CampaignState.DRAWN and campaign.drawn_at is not None
        outcome = draws.outcome(draw_id)
        drawn = {
            name: sum(name in one.lists for one in outcome.objects) for name in ("990100-SCJG", "990100-YJGL")
        }
        # Eighty and sixty firms, a quarter of them individual businesses, 10 % each, rounded up by stratum.
        assert drawn == {"990100-SCJG": 6 + 2, "990100-YJGL": 5 + 2}
        assert all(len(one.team) == 2 * len(one.lists) and not one.unfilled for one in outcome.objects)
        jobs = {job.name for job in db.session.scalars(sa.select(Job).where(Job.subject_id == campaign_id))}
        assert JobName.SCHEDULE_VISITS in jobs
        texts = "\n".join(step.text for step in trace.of(campaign_id))
        assert "市应急管理局冻结抽查名单" in texts and "完成随机抽取" in texts
    with world.city.acting("sfj.supervisor"):
        seen = [step.text for step in trace.of(draw_id)]
    # What changed in each library before the freeze is told to who commits (draw.md, "Who could cheat").
    assert sum("的名录在冻结前 30 天内新增" in text for text in seen) == 3


def test_a_county_takes_part_in_the_citys_check(world: World, run_jobs: Any) -> None:
    """R-J6: across counties and levels."""
    world.join("XSCJG", range(50, 80))
    campaign_id = world.ready(("XSCJG",))
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("xscjg.planner"):
        lists = {name for one in draws.outcome(draw_id).objects for name in one.lists}
        assert lists == {"990100-SCJG", "990121-SCJG"}


def test_freezing_is_one_job_per_party_in_its_own_scope(world: World, run_jobs: Any) -> None:
    campaign_id = world.ready()
    draw_id = begin(world, campaign_id)
    with world.city.acting("scjg.operator"):
        query = sa.select(Job).where(Job.subject_id == campaign_id, Job.name == JobName.FREEZE_LIST)
        owners = {job.tenant_id for job in db.session.scalars(query)}
        assert owners == {world.city.bureaus[one] for one in ("SCJG", "YJGL", "XFJY")}
    run_jobs()
    with world.city.acting("xfjy.planner"):
        assert draws.pool_file(draw_id).startswith(b"onedoor-pool/1\t40\n")
        with pytest.raises(Conflict, match="名单已经冻结"):
            service.accept(campaign_id, world.contribution("XFJY"))


def test_running_again_schedules_nothing_twice(world: World, run_jobs: Any) -> None:
    """The worker killed in the middle: the job comes again, the effect does not."""
    campaign_id = world.ready()
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("scjg.operator"):
        service.run_draw(draw_id)
    with world.city.acting("scjg.operator"):
        query = sa.select(sa.func.count()).select_from(Job)
        assert (
            db.session.scalar(query.where(Job.subject_id == campaign_id, Job.name == JobName.SCHEDULE_VISITS))
            == 1
        )


def test_who_is_missing_stops_the_draw(world: World) -> None:
    campaign_id = world.invited()
    world.accept(campaign_id, "SCJG", "YJGL")
    assert "市消防救援支队还没有答复" in said(world, campaign_id)
    with world.city.acting("scjg.operator"), pytest.raises(ClerkError, match="还有 1 个问题没有解决"):
        service.begin_draw(campaign_id)
    with world.city.acting("scjg.planner"):
        service.leave_out(campaign_id, world.city.bureaus["XFJY"], "多次催办未答复")
    assert said(world, campaign_id) == ""


def test_too_few_officers_are_said_before_the_draw_with_what_to_change(world: World) -> None:
    campaign_id = world.ready()
    world.accept(
        campaign_id, "YJGL", inspector_ids=world.officers["YJGL"][:3], cap=2, rates={"*": {"number": 20}}
    )
    result = said(world, campaign_id)
    # Twenty objects by two are forty places; three officers of two objects each have six.
    assert "抽 20 户要 40 人次，名单上的人员最多承担 6 人次，缺 34 人次" in result
    assert "再列入至少 17 名人员" in result and "提高到 14 户" in result and "降到 3 户以内" in result
    world.accept(campaign_id, "YJGL", cap=14, rates={"*": {"number": 20}})
    assert said(world, campaign_id) == ""


def test_the_freeze_waits_for_an_answer_that_is_being_written(
    world: World, owner: psycopg.Connection
) -> None:
    """R-D2: nobody's list changes between the readiness and the freeze."""
    campaign_id = world.ready()
    beginning = threading.Thread(target=begin, args=(world, campaign_id))
    with world.city.acting("yjgl.planner"):
        service.accept(campaign_id, world.contribution("YJGL", rates={"*": {"number": 3}}))
        beginning.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        while owner.execute(waiting).fetchone() == (0,):
            assert beginning.is_alive()
    beginning.join()
    with world.city.acting("yjgl.planner"):
        assert queries.campaign(campaign_id).state == CampaignState.PLANNED
        assert queries.readiness_rows(campaign_id)[world.city.bureaus["YJGL"]].quota == 3


def test_nobody_who_may_lead_or_is_qualified_stops_the_draw(world: World) -> None:
    campaign_id = world.ready()
    world.accept(campaign_id, "YJGL", inspector_ids=world.officers["YJGL"][1:3])
    assert "没有可以担任组长的执法人员" in said(world, campaign_id)
    world.accept(campaign_id, "YJGL", qualifications=["特种设备"])
    assert "具备所需资格的执法人员只有 0 名，不够每组 2 人" in said(world, campaign_id)


def test_certificates_small_strata_high_rates_and_recusals_warn(world: World) -> None:
    campaign_id = world.ready()
    with world.city.acting("xfjy.planner"):
        officer = db.session.get_one(Inspector, world.officers["XFJY"][6])
        before, officer.certificate_expires_on = officer.certificate_expires_on, today() + timedelta(days=9)
        for one in world.officers["XFJY"][:7]:
            db.session.add(
                Recusal(
                    tenant_id=world.city.bureaus["XFJY"], inspector_id=one, entity_code=firm_code(0),
                    reason_code="KIN", reason="亲属", since=today(), created_at=officer.updated_at,
                )
            )  # fmt: skip
    # The first firm may have been drawn by an earlier test: it stays in, so that this one hangs on no chance.
    answer = {"rates": {"91": {"bp": 6000}, "92": {"bp": 1000}}, "conditions": {"places": ["990100"]}}
    world.accept(campaign_id, "XFJY", skip_drawn=False, **answer)
    warned = said(world, campaign_id, Level.WARN)
    assert "1 名执法人员的执法证在检查期结束" in warned
    assert "比例超过一半" in warned
    assert "1 户检查对象因人员回避" in warned
    with world.city.acting("xfjy.planner"):
        db.session.get_one(Inspector, world.officers["XFJY"][6]).certificate_expires_on = before
        db.session.execute(sa.delete(Recusal))


def test_an_officer_who_leaves_before_the_freeze_is_not_on_the_roster(world: World, run_jobs: Any) -> None:
    """R-L8: valid on the day of the draw, not of the answer."""
    campaign_id = world.ready()
    with world.city.acting("yjgl.planner"):
        db.session.get_one(Inspector, world.officers["YJGL"][0]).status = "suspended"
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("yjgl.planner"):
        team = {member.inspector for one in draws.outcome(draw_id).objects for member in one.team}
        db.session.get_one(Inspector, world.officers["YJGL"][0]).status = "active"
    assert "YJGL-00" not in team and "YJGL-01" in team


def test_gone_capped_and_drawn_this_year_are_left_out_with_the_reason(world: World, run_jobs: Any) -> None:
    """R-D2, R-D3, R-P6; an object kept in for a reason of R-D3 stays; who stands for one that was drawn was drawn (R-T4)."""
    first = world.ready(())
    draw_id = hold(world, first, run_jobs)
    with world.city.acting("scjg.planner"):
        drawn = sorted(one.code for one in draws.outcome(draw_id).objects)
        gone = next(firm_code(n) for n in range(80) if firm_code(n) not in drawn)
        db.session.scalars(sa.select(Entity).where(Entity.code == gone)).one().status = "moved"
        stands = next(firm_code(n) for n in range(80) if firm_code(n) not in (*drawn, gone))
        ids = {row[0]: row[1] for row in db.session.execute(sa.select(Entity.code, Entity.id))}
        merged = EntityMerge(
            tenant_id=world.city.bureaus["SCJG"],
            gone_id=ids[drawn[1]],
            survivor_id=ids[stands],
            reason="重复登记",
            at=now(),
            actor_name="甲",
        )
        db.session.add(merged)
        db.session.flush()
        merged_id = merged.id
    second = world.invited(())
    world.accept(
        second,
        "SCJG",
        skip_drawn=True,
        kept=[{"code": drawn[0], "reason": "complaint", "reference": "12315-7"}],
    )
    pool_of = begin(world, second)
    run_jobs()
    with world.city.acting("scjg.planner"):
        statuses = draw_rules.parse_pool(draws.pool_file(pool_of), "x").rows
        of = {row.id: row.status for row in statuses}
        assert of[gone] == "XGONE" and of[drawn[0]] == "E"
        assert {of[code] for code in (*drawn[1:], stands)} == {"XYEAR"}
        assert "今年抽中过仍保留的对象——投诉举报1户（12315-7）" in "\n".join(
            step.text for step in trace.of(pool_of)
        )
        made = db.session.get_one(EntityMerge, merged_id)
        made.undone_at, made.undone_reason = now(), "试验"
        db.session.scalars(sa.select(Entity).where(Entity.code == gone)).one().status = "active"


def test_a_visit_that_is_drawn_and_not_begun_counts_for_the_cap_of_the_next_draw(
    world: World, run_jobs: Any
) -> None:
    """R-P6: two draws in a row break no cap. What has begun stands in the ledger, and what was called off nowhere."""
    bureau, first = world.city.bureaus["SCJG"], world.ready(())
    hold(world, first, run_jobs)
    with world.city.acting("scjg.planner"):
        going, off = visits.of_campaign(first)[:2]

        def to_come(visit: Any) -> int:
            """Other draws of this module may have drawn it too."""
            query = sa.text("SELECT count(*) FROM my_visits_to_come(:year) WHERE code = :code")
            given = {"year": visit.scheduled_on.year, "code": visit.entity_code}
            return db.session.scalar(query, given) or 0

        cap = VisitCap(
            tenant_id=bureau, year=going.scheduled_on.year, entity_kind="*", visits=1, basis="示范文件"
        )
        db.session.add(cap)
        db.session.flush()
        is_capped = sa.select(plans.at_cap(sa.literal(going.entity_code), cap.year))
        assert db.session.scalar(is_capped) is True
        cap.visits = 1 + (before := to_come(going))
        db.session.flush()
        assert db.session.scalar(sa.select(plans.at_cap(sa.literal(going.entity_code), cap.year))) is False
        db.session.add(VisitPart(tenant_id=bureau, visit_id=going.id, begun_at=now()))
        db.session.flush()
        assert to_come(going) == before - 1
        before, off.state, off.cancel_reason = to_come(off), "cancelled", "试验"
        db.session.flush()
        assert to_come(off) == before - 1
        db.session.rollback()


def test_withdrawing_after_the_freeze_keeps_its_matters_drawn(world: World, run_jobs: Any) -> None:
    campaign_id = world.ready()
    draw_id = hold(world, campaign_id, run_jobs)
    with world.city.acting("yjgl.planner"):
        with pytest.raises(ClerkError) as refused:
            service.withdraw(campaign_id, "人手被抽调")
        assert "disposition" in refused.value.fields
        with pytest.raises(ClerkError):
            service.withdraw(
                campaign_id, "人手被抽调", disposition="handed_over", handed_to=world.city.bureaus["WSJK"]
            )
        service.withdraw(
            campaign_id, "人手被抽调", disposition="handed_over", handed_to=world.city.bureaus["XFJY"]
        )
    with world.city.acting("xfjy.planner"):
        party = queries.party(campaign_id, world.city.bureaus["YJGL"])
        assert party.state is PartyState.WITHDRAWN_LATE and party.answer is not None
        assert (party.answer.disposition, party.answer.reason) == ("handed_over", "人手被抽调")
        assert any("移交市消防救援支队" in step.text for step in trace.of(campaign_id))
        assert any("990100-YJGL" in one.lists for one in draws.outcome(draw_id).objects)
    run_jobs()
    with world.city.acting("scjg.planner"):
        theirs = [
            party
            for visit in visits.of_campaign(campaign_id)
            for party in visits.parties(visit.id)
            if party.bureau_id == world.city.bureaus["YJGL"]
        ]
        assert theirs and all("人手被抽调" in (party.deferred_reason or "") for party in theirs)


def test_who_withdrew_after_the_freeze_is_out_once_the_lists_are_opened_again(world: World) -> None:
    campaign_id = world.ready()
    draw_id = begin(world, campaign_id)
    with world.city.acting("yjgl.planner"):
        service.withdraw(campaign_id, "抽调", disposition="later")
        assert queries.my_party(campaign_id).state is PartyState.WITHDRAWN_LATE
    with world.city.acting("scjg.operator"):
        drawing.give_up(draw_id, "一个部门退出，重新开放")
        service.reopen(campaign_id)
        assert queries.party(campaign_id, world.city.bureaus["YJGL"]).state is PartyState.WITHDRAWN
        assert {item.number for item in queries.party_items(campaign_id)} == {"SCJG-1", "XFJY-1"}
    again = begin(world, campaign_id)
    with world.city.acting("scjg.operator"):
        lists = [party.list_name for party in draws.parties(again) if party.list_name]
        assert lists == ["990100-SCJG", "990100-XFJY"]


def test_a_draw_given_up_before_its_plan_opens_the_lists_again(world: World, run_jobs: Any) -> None:
    campaign_id = world.ready()
    draw_id = begin(world, campaign_id)
    with world.city.acting("scjg.operator"):
        drawing.give_up(draw_id, "发现名单范围有误")
        service.reopen(campaign_id)
    world.accept(campaign_id, "YJGL", rates={"*": {"number": 3}})
    assert begin(world, campaign_id) != draw_id


def filed(world: World, campaign_id: UUID, accepted: bool) -> None:
    """The plan is filed with justice, who answers."""
    with world.city.acting("scjg.planner"):
        plan_id = queries.campaign(campaign_id).plan_id
        assert plan_id is not None
        plan = plans.plan(plan_id)
        sent = filing.send(
            "plan", plan.id, plan.title, version=plan.version, review=False, due_on=None, summary={},
            series_id=plan.series_id, shared_with=[],
        )  # fmt: skip
        ids = [one.id for one in sent if one.receiver_id == world.city.bureaus["SFJ"]]
    with world.city.acting("sfj.supervisor"):
        for each in ids:
            filing.answer(each, accepted, "" if accepted else "参与部门不全")


def test_a_filing_returned_before_the_draw_stops_it_until_it_is_dealt_with(world: World) -> None:
    """R-P4."""
    campaign_id = world.ready()
    filed(world, campaign_id, accepted=False)
    assert "计划的备案被退回" in said(world, campaign_id)
    with world.city.acting("scjg.planner"):
        service.decide_on_filing(campaign_id, "keep", "已按意见补充，司法局同意先行开展")
    assert said(world, campaign_id) == ""


def test_a_filing_returned_after_the_draw_that_stops_it_calls_every_drawn_object_off(
    world: World, run_jobs: Any
) -> None:
    """R-D7, R-P4: beside the result with the filing's reason, and the supervisor is told."""
    campaign_id = world.ready()
    draw_id = hold(world, campaign_id, run_jobs)
    filed(world, campaign_id, accepted=False)
    with world.city.acting("scjg.planner"):
        service.decide_on_filing(campaign_id, "stop", "依据文件已废止")
        drawn = {each.code for each in draws.outcome(draw_id).objects}
        off = draws.called_off(draw_id)
        assert drawn and {each.object_code for each in off} == drawn and len(off) == len(drawn)
        assert {each.reason for each in off} == {"依据文件已废止"}
    with world.city.acting("sfj.supervisor"):
        assert draw_id in {each.id for each in db.session.scalars(draws.called_off_lately())}
    assert "依据文件已废止" in world.city.client().get(f"/open/draws/{draw_id}").get_data(as_text=True)


def test_two_operators_who_begin_at_once_begin_one_draw(world: World) -> None:
    campaign_id = world.ready(())

    def begins() -> None:
        begin(world, campaign_id)

    assert _at_once(begins, begins) == ["Conflict"]
    with world.city.acting("scjg.operator"):
        assert len(draws.of_campaign(campaign_id)) == 1


def test_the_hall_shows_every_stage_of_the_job_while_it_is_at_it(
    world: World, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a stranger's browser gets at each stage the job tells, out of the database, before anything is committed."""
    draw_id = begin(world, world.ready(()))
    run_jobs()
    nonce = commit(world, draw_id)
    run_jobs()
    with world.city.acting("scjg.operator"):
        drawing.let_watch(draw_id, True)
    reveal(world, draw_id, nonce)
    stranger, tell, seen = world.city.client(), Progress.__call__, []
    # A thread of its own: the job's has a scope already.
    elsewhere = ThreadPoolExecutor(1)

    def watched(progress: Progress, *more: Any) -> None:
        tell(progress, *more)
        hall = elsewhere.submit(lambda: stranger.get(f"/hall/{draw_id}").get_data(as_text=True)).result()
        stage = re.search(
            r'"hall-stages".*?aria-current="step">(?:<svg.*?</svg>)?([^<]*)</li>', hall, re.DOTALL
        )
        if stage:
            seen.append((stage[1].strip(), hall.count('class="hall-n"'), hall.count('class="hall-team"')))

    monkeypatch.setattr(Progress, "__call__", watched)
    run_jobs()
    assert [stage for stage, _doors, _teams in seen] == list(drawing.STAGES)
    with world.city.acting("scjg.operator"):
        doors = len(draws.outcome(draw_id).objects)
    assert [shown for _stage, shown, _teams in seen] == [0, 0, doors, doors, doors]
    assert [bool(teams) for _stage, _shown, teams in seen] == [False, False, False, True, True]


def test_alone_a_bureau_draws_without_inviting_anybody(world: World, run_jobs: Any) -> None:
    campaign_id = world.ready(())
    hold(world, campaign_id, run_jobs)
    with world.city.acting("scjg.planner"):
        assert queries.campaign(campaign_id).state == CampaignState.DRAWN
        service.begin_visits(campaign_id)
        service.close(campaign_id)
        assert queries.campaign(campaign_id).closed_at is not None
        failed = sa.select(Job).where(Job.subject_id == campaign_id, Job.state == JobState.FAILED)
        assert [job.title for job in db.session.scalars(failed) if job.name != JobName.SCHEDULE_VISITS] == []


def test_cancelled_campaigns_free_their_turn_and_keep_their_code(world: World) -> None:
    line_id = world.line(times_a_year=1)
    with world.city.acting("scjg.planner"):
        first = service.start(line_id)
        with pytest.raises(ClerkError):
            service.cancel(first.id, "")
        service.cancel(first.id, "合并到其他任务")
        again = service.start(line_id)
        assert again.code == f"{first.code}-B2"
        assert db.session.scalar(sa.select(Campaign.state).where(Campaign.id == first.id)) == "cancelled"
