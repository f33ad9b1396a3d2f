"""A joint visit from the draw to its end, by the people whose part it is (R-J2, R-V1 to R-V7)."""

from __future__ import annotations

import io
import secrets
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import docx
import pytest
import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.kernel import files, trace
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.plans.models import CapEntry
from onedoor.visits import queries, service
from onedoor.visits.models import RecordSubmission, Visit
from onedoor.visits.rules.states import VisitState
from tenants import approvals, scope
from tenants.rules import Permission
from tests.fixtures.city import City
from tests.visits.builders import ANSWERS, HEAD, PARTIES, REVIEWER, DrawnCampaign, run_jobs_of


def test_one_visit_an_object_with_every_bureaus_matters_and_one_team(drawn: DrawnCampaign) -> None:
    """R-J2, R-D5."""
    city = drawn.world.city
    with city.acting("scjg.planner"):
        outcome = {found.code: found for found in draws.outcome(drawn.draw_id).objects}
        visits = drawn.visits()
        assert {visit.entity_code for visit in visits} == set(outcome)
        letters = {bureau: one for one, bureau in city.bureaus.items()}
        for visit in visits:
            found = outcome[visit.entity_code]
            named = {party.list_name for party in queries.parties(visit.id)}
            assert named == set(found.lists)
            assert {letters[matter.bureau_id] for matter in queries.matters(visit.id)} == {
                letters[party] for party in queries.party_ids(visit.id)
            }
            assert [(m.slot, m.code, m.leader) for m in queries.team(visit.id)] == [
                (place.slot, place.inspector, place.lead) for place in found.team
            ]
            assert Counter(m.bureau_id for m in queries.team(visit.id)) == dict.fromkeys(
                queries.party_ids(visit.id), 2
            )
        assert len({visit.code for visit in visits}) == len(visits)
        assert all(queries.calendar().is_working_day(visit.scheduled_on) for visit in visits)
        assert sorted(visit.serial for visit in visits) == list(
            range(min(v.serial for v in visits), min(v.serial for v in visits) + len(visits))
        )
        assert visits[0].number == f"示市监查〔{today().year}〕{visits[0].serial}号"


def test_scheduling_again_adds_nothing(drawn: DrawnCampaign) -> None:
    with drawn.world.city.acting("scjg.operator"):
        before = len(drawn.visits())
        assert service.schedule(drawn.campaign_id, drawn.draw_id)["added"] == 0
        assert len(drawn.visits()) == before


def test_only_the_lead_schedules(drawn: DrawnCampaign) -> None:
    with drawn.world.city.acting("yjgl.planner"), pytest.raises(Forbidden):
        service.schedule(drawn.campaign_id, drawn.draw_id)


def test_the_unit_reviews_and_the_head_approves_before_a_visit_starts(drawn: DrawnCampaign) -> None:
    """R-V1, R-T5."""
    city = drawn.world.city
    with city.acting("scjg.planner"):
        visit_id = drawn.joint()
        service.submit(drawn.campaign_id)
        with pytest.raises(Conflict):
            service.submit(drawn.campaign_id)
    with city.acting("scjg.officer"), pytest.raises(Conflict, match="尚未经负责人批准"):
        service.begin(visit_id, reason="试")
    with city.acting("scjg.head"):
        waiting = approvals.waiting_for("visits", drawn.campaign_id)
        assert waiting is not None
        with pytest.raises(Forbidden):
            service.decide(waiting, True, "", HEAD)
    with city.acting("scjg.planner"), pytest.raises(Forbidden, match="自己提交"):
        waiting = approvals.waiting_for("visits", drawn.campaign_id)
        assert waiting is not None
        service.decide(waiting, True, "", REVIEWER)
    with city.acting("scjg.reviewer"):
        waiting = approvals.waiting_for("visits", drawn.campaign_id)
        assert waiting is not None
        service.decide(waiting, True, "", REVIEWER)
    with city.acting("scjg.planner"):
        waiting = approvals.waiting_for("visits", drawn.campaign_id)
        assert waiting is not None
        with pytest.raises(Forbidden, match="自己提交"):
            service.decide(waiting, True, "", HEAD)
        db.session.rollback()
    with city.acting("scjg.head"):
        waiting = approvals.waiting_for("visits", drawn.campaign_id)
        assert waiting is not None
        service.decide(waiting, False, "日期太集中", HEAD)
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.PROPOSED
    drawn.approve(parts=False)
    with city.acting("scjg.head"):
        visit = queries.visit(visit_id)
        assert visit.approved_by == city.person("scjg.head").display_name
        assert queries.visit_state(visit).state is VisitState.APPROVED


def test_each_partners_head_approves_the_own_part(drawn: DrawnCampaign) -> None:
    """R-J2, R-V1: after the lead's head, and before that bureau's officers begin or the notice goes out."""
    city = drawn.approve(parts=False).world.city
    visit_id = drawn.joint()
    letters = drawn.partner(visit_id).lower()
    with city.acting("scjg.planner"):
        visits = service.to_be_noticed(drawn.campaign_id)
        held = service.held(visits)
        if len(held) == len(visits):
            with pytest.raises(Conflict, match="参与部门负责人"):
                service.issue_notices(drawn.campaign_id)
        assert letters.upper() in {
            one for one in PARTIES for party in held[visit_id] if city.bureaus[one] == party.bureau_id
        }
        with pytest.raises(Conflict, match="牵头"):
            service.submit_parts(drawn.campaign_id)
    with city.acting(f"{letters}.officer"), pytest.raises(Conflict, match="尚未批准本单位"):
        service.begin(visit_id, reason="试")
    with city.acting("mzj.planner"), pytest.raises(NotFound):
        service.submit_parts(drawn.campaign_id)
    with city.acting(f"{letters}.planner"):
        waiting = service.submit_parts(drawn.campaign_id)
        with pytest.raises(Conflict, match="等待审批"):
            service.submit_parts(drawn.campaign_id)
        with pytest.raises(Forbidden, match="自己提交"):
            service.decide_parts(waiting, True, "", REVIEWER)
        db.session.rollback()
    with city.acting("scjg.reviewer"):
        assert approvals.waiting_for("visit_parts", drawn.campaign_id) is None, "another bureau's paper"

    def decide(who: str, approved: bool, reason: str, permissions: frozenset[Permission]) -> None:
        with city.acting(f"{letters}.{who}"):
            asked = approvals.waiting_for("visit_parts", drawn.campaign_id)
            assert asked is not None
            service.decide_parts(asked, approved, reason, permissions)

    with city.acting(f"{letters}.planner"):
        service.submit_parts(drawn.campaign_id)
    decide("reviewer", True, "", REVIEWER)
    decide("head", False, "人手不足", HEAD)
    with city.acting(f"{letters}.planner"):
        service.submit_parts(drawn.campaign_id)
    decide("reviewer", True, "", REVIEWER)
    decide("head", True, "", HEAD)
    with city.acting(f"{letters}.planner"):
        assert queries.my_part_approval(visit_id) is not None
        with pytest.raises(Conflict, match="没有待报"):
            service.submit_parts(drawn.campaign_id)
    drawn.approve_parts()
    with city.acting("scjg.planner"):
        assert service.held(service.to_be_noticed(drawn.campaign_id)) == {}


def test_notices_are_written_kept_and_numbered(drawn: DrawnCampaign) -> None:
    with drawn.world.city.acting("scjg.planner"):
        # Of one draw in ten every visit is of several bureaus, and then there are joint ones to spare.
        alone = (v.id for v in drawn.visits() if len(queries.party_ids(v.id)) == 1)
        unannounced = next(alone, None) or drawn.joint()
        with pytest.raises(ClerkError, match="写明依据"):
            service.set_announced(unannounced, False, " ")
        service.set_announced(unannounced, False, "《食品安全法》规定的飞行检查")
    drawn.approve(notices=True)
    with drawn.world.city.acting("scjg.planner"):
        visit = queries.visit(drawn.joint())
        assert visit.state == "noticed" and visit.notice_file_id is not None
        kept = files.get(visit.notice_file_id)
        document = docx.Document(io.BytesIO(kept.content))
        text = "\n".join(paragraph.text for paragraph in document.paragraphs)
        assert visit.number in text and visit.entity_name in text
        cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
        assert {member.name for member in queries.team(visit.id)} <= cells
        assert {matter.basis for matter in queries.matters(visit.id)} <= cells
        secret = queries.visit(unannounced)
        assert secret.state == "approved" and secret.notice_file_id is None
        with pytest.raises(Conflict):
            service.issue_notices(drawn.campaign_id)


def test_a_joint_visit_from_the_first_bureau_to_the_last(drawn: DrawnCampaign) -> None:
    """Shared state follows from the parts; results, reports and follow-ups to the end."""
    city = drawn.world.city
    drawn.approve(notices=True)
    with city.acting("scjg.planner"):
        visit_id = drawn.joint()
        parties = drawn.parties(visit_id)

    def state() -> VisitState:
        with city.acting("scjg.planner"):
            derived = queries.visit_state(queries.visit(visit_id)).state
            listed = db.session.execute(queries.with_state().where(Visit.id == visit_id)).one().state_now
            assert derived.value == listed
            return derived

    assert state() is VisitState.NOTICED
    records = {}
    for number, letters in enumerate(parties):
        found = ["corrected"] if letters == "SCJG" else ["nothing"]
        more = {"handling": "correct", "handling_due_on": today()} if letters == "SCJG" else {}
        records[letters] = drawn.record(visit_id, letters, found, **more)
        assert state() is (VisitState.RECORDED if number == len(parties) - 1 else VisitState.BEGUN)
    run_jobs_of(city.app)()
    for letters in parties:
        drawn.accept(records[letters], letters)
        with city.acting(f"{letters.lower()}.officer"):
            service.complete_report(visit_id, "总体规范", "按规定处理")
    assert state() is VisitState.REPORTED
    with city.acting("scjg.officer"):
        followup = queries.followups_of(records["SCJG"])[0]
        assert (followup.kind, followup.state) == ("correct", "open")
        with pytest.raises(ClerkError, match="办理结果"):
            service.end_followup(followup.id, " ")
        service.end_followup(followup.id, "复查合格")
    assert state() is VisitState.CLOSED
    with city.acting("scjg.planner"):
        assert campaigns.campaign(drawn.campaign_id).state == "visiting"
        texts = "\n".join(step.text for step in trace.of(visit_id))
        for said in (
            "安排检查",
            "发出行政检查通知书",
            "开始检查",
            "提交检查记录",
            "审核通过",
            "完成检查报告",
            "办结",
        ):
            assert said in texts
        assert queries.counts(drawn.campaign_id)["closed"] == 1
        assert db.session.scalar(sa.select(sa.func.count()).where(CapEntry.visit_id == visit_id)) == 1, (
            "each bureau its own count (R-P6)"
        )


def test_the_record_follows_the_checklist_and_says_what_is_missing(going: DrawnCampaign) -> None:
    """R-V4."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
    with city.acting("scjg.officer"):
        with pytest.raises(Conflict, match="请先开始检查"):
            service.open_record(visit_id)
        with pytest.raises(ClerkError, match="扫码"):
            service.begin(visit_id)
        part = service.begin(visit_id, reason="对方手机没电")
        assert part.scanned is False and service.begin(visit_id) is part
        service.open_record(visit_id)
        ending = service.Ending(attendee="王店长", signature="signed")
        with pytest.raises(ClerkError, match="还没有填写检查结果"):
            service.submit_record(visit_id, "k" * 20, ending)
        matter = queries.matters(visit_id, city.bureaus["SCJG"])[0]
        with pytest.raises(ClerkError) as wrong:
            service.save_item(
                visit_id, matter.id, answers={"point-2": "四"}, results=["nothing"], note="", revision=0
            )
        assert "point-2" in wrong.value.fields
        item = service.save_item(
            visit_id, matter.id, answers={"point-0": "yes"}, results=["nothing"], note="", revision=0
        )
        assert item.note == "经检查，该事项未发现问题。"
        with pytest.raises(ClerkError, match="要点“场所类型”还没有填写"):
            service.submit_record(visit_id, "k" * 20, ending)
        service.save_item(visit_id, matter.id, answers=ANSWERS, results=["pending"], note="", revision=1)
        for more, field in (
            ({"signature": ""}, "signature"),
            ({"signature": "refused"}, "signature_note"),
            ({"attendee": ""}, "attendee"),
            ({"handling": "none"}, "handling"),
        ):
            result: dict[str, Any] = {"attendee": "王", "signature": "signed", "handling": "case", **more}
            with pytest.raises(ClerkError) as wrong:
                service.submit_record(visit_id, "k" * 20, service.Ending(**result))
            assert field in wrong.value.fields


def test_two_officers_do_not_overwrite_each_other_unseen(going: DrawnCampaign) -> None:
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
        matter_id = queries.matters(visit_id, city.bureaus["SCJG"])[0].id
    result: dict[str, Any] = {"answers": ANSWERS, "results": ["nothing"], "note": "甲"}
    with city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
        assert service.save_item(visit_id, matter_id, revision=0, **result).revision == 1
    with city.acting("scjg.officer2"):
        with pytest.raises(Conflict, match="刚刚保存"):
            service.save_item(visit_id, matter_id, revision=0, **{**result, "note": "乙"})
        assert service.save_item(visit_id, matter_id, revision=0, **result).revision == 1
        assert service.save_item(visit_id, matter_id, revision=1, **{**result, "note": "乙"}).revision == 2


def test_a_record_sent_twice_counts_once_and_a_returned_one_is_sent_again(going: DrawnCampaign) -> None:
    """R-V4."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
    record_id = going.record(visit_id, "SCJG")
    with city.acting("scjg.officer"):
        key = db.session.scalars(
            sa.select(RecordSubmission.key).where(RecordSubmission.record_id == record_id)
        ).one()
        service.submit_record(visit_id, key, service.Ending(attendee="别人", signature="signed"))
        assert queries.record(record_id).attendee == "王店长"
        with pytest.raises(Conflict, match="已经提交"):
            service.submit_record(visit_id, secrets.token_hex(16), service.Ending(attendee="别人"))
    with city.acting("scjg.reviewer"), pytest.raises(ClerkError, match="写明理由"):
        waiting = approvals.waiting_for("record", record_id)
        assert waiting is not None
        service.decide_record(waiting, False, " ", REVIEWER)
    going.decide(record_id, "SCJG", False, "照片与要点不符")
    with city.acting("scjg.officer"):
        record = queries.record(record_id)
        assert record.state == "returned" and record.return_reason == "照片与要点不符"
        again = service.Ending(attendee="王店长", signature="signed", note="已补正", signed_again=True)
        service.submit_record(visit_id, secrets.token_hex(16), again)
        query = sa.select(sa.func.count()).where(RecordSubmission.record_id == record_id)
        assert db.session.scalar(query) == 2
    going.accept(record_id, "SCJG")


def test_the_report_is_due_in_five_working_days_and_waits_for_the_unit(going: DrawnCampaign) -> None:
    """R-V5."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
    record_id = going.record(visit_id, "SCJG")
    with city.acting("scjg.officer"):
        record = queries.record(record_id)
        assert record.ended_at is not None
        assert record.report_due_on == queries.calendar().add_working_days(local_day(record.ended_at), 5)
        with pytest.raises(Conflict, match="科室审核通过后"):
            service.complete_report(visit_id, "甲", "乙")
    going.accept(record_id, "SCJG")
    with city.acting("scjg.officer"):
        assert record_id in [row.Record.id for row in db.session.execute(queries.reports_due())]
        with pytest.raises(ClerkError) as wrong:
            service.complete_report(visit_id, "", "乙")
        assert "assessment" in wrong.value.fields
        service.complete_report(visit_id, "甲", "乙")
        assert record_id not in [row.Record.id for row in db.session.execute(queries.reports_due())]
        with pytest.raises(Conflict):
            service.complete_report(visit_id, "甲", "乙")


def test_who_checks_discloses_what_the_unit_accepted(going: DrawnCampaign) -> None:
    """R-O1, R-O5."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
        partner = going.partner(visit_id)
    record_id = going.record(visit_id, "SCJG")
    with city.acting("scjg.discloser"):
        assert record_id in [row.Record.id for row in db.session.execute(queries.to_disclose())]
        with pytest.raises(Conflict, match="还没有经科室审核通过"):
            service.disclose([record_id])
    going.accept(record_id, "SCJG")
    with city.acting(f"{partner.lower()}.discloser"):
        assert queries.record(record_id).state == "accepted"
        with pytest.raises(NotFound):
            service.disclose([record_id])
    with city.acting("scjg.discloser"):
        assert service.disclose([record_id]) == 1
        assert service.disclose([record_id]) == 0
        assert record_id not in [row.Record.id for row in db.session.execute(queries.to_disclose())]
        assert [record.id for record in queries.accepted_records(public_only=True)].count(record_id) == 1
    with city.acting("mzj.planner"):
        shown = disclosures.of_subject("result", record_id)
        assert shown is not None and shown.content["results"] == ["未发现问题"]
        assert shown.content["items"][0]["results"] == ["未发现问题"]


def test_dates_are_moved_by_the_lead_and_put_off_by_a_party(going: DrawnCampaign) -> None:
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
        partner = going.partner(visit_id)
        visit = queries.visit(visit_id)
        calendar, before = queries.calendar(), visit.scheduled_on
        later = calendar.add_working_days(before, 1 if before < visit.ends_on else 0)
        with pytest.raises(ClerkError, match="之间"):
            service.reschedule(visit_id, visit.ends_on + timedelta(days=366), "")
        service.reschedule(visit_id, later, "店主外出")
    with city.acting(f"{partner.lower()}.officer"):
        with pytest.raises(ClerkError, match="写明原因"):
            service.postpone(visit_id, calendar.add_working_days(later, 1), "")
        service.postpone(visit_id, calendar.add_working_days(later, 1), "执法车辆故障")
    with city.acting("scjg.planner"):
        standing = queries.visit_state(queries.visit(visit_id))
        assert standing.state is VisitState.POSTPONED
        assert standing.day == calendar.add_working_days(later, 1)


def test_a_cancelled_visit_stays_to_be_seen_and_cannot_begin(going: DrawnCampaign) -> None:
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
        with pytest.raises(ClerkError, match="写明原因"):
            service.cancel(visit_id, "")
        visit = queries.visit(visit_id)
        service.cancel(visit_id, "对象已停业整顿")
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.CANCELLED
        code, draw_id = visit.entity_code, visit.required_draw_id
    told_why_it_is_not_visited(city, draw_id, code, "对象已停业整顿")
    with city.acting("scjg.officer"), pytest.raises(Conflict):
        service.begin(visit_id, reason="试")


def told_why_it_is_not_visited(city: City, draw_id: UUID, code: str, reason: str) -> None:
    """R-D7: the draw stands, everybody reads the reason beside it, and the supervisor finds it on its desk and in its log."""
    with in_scope(scope.public(), city.app):
        shown = disclosures.of_subject("draw", draw_id)
        assert shown is not None
        assert {(each["object"], each["reason"]) for each in shown.content["called_off"]} >= {(code, reason)}
        assert code in {each["code"] for each in shown.content["objects"]}
    assert reason in city.client().get(f"/open/draws/{draw_id}").get_data(as_text=True)
    with city.acting("sfj.supervisor"):
        assert draw_id in {each.id for each in db.session.scalars(draws.called_off_lately())}
        mine = sa.select(AuditEntry.bureau_name).where(
            AuditEntry.subject_id == draw_id, AuditEntry.event == "draws.object.call_off"
        )
        assert set(db.session.scalars(mine)) == {"示范市市场监督管理局"}
    with city.acting("wsjk.operator"):
        assert list(db.session.scalars(draws.called_off_lately())) == []


def test_only_who_was_drawn_checks(going: DrawnCampaign) -> None:
    """R-D1."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
        with pytest.raises(Forbidden, match="检查组"):
            service.begin(visit_id, reason="试")


def test_backfilling_is_for_the_last_days_only(going: DrawnCampaign) -> None:
    """R-V2."""
    city = going.world.city
    with city.acting("scjg.planner"):
        visit_id = going.joint()
    with city.acting("scjg.officer"), pytest.raises(ClerkError) as wrong:
        service.begin(visit_id, reason="忘记扫码", at=now() - timedelta(days=366))
    assert "at" in wrong.value.fields
