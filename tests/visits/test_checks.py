"""Checks that no draw made: what opens them, who approves them, and that they go the way of any other (R-V9, R-V1, R-P3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries as disclosures
from onedoor.entities import queries as entity_queries
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel import trace
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import DbRole, Scope, in_scope
from onedoor.officers.models import Recusal
from onedoor.plans.models import CapEntry, Plan, PlanLine, VisitCap
from onedoor.supervision import queries as supervision
from onedoor.visits import queries, service
from onedoor.visits.models import VisitComplainant, VisitSource
from onedoor.visits.rules.kinds import Exceptional, Kind, Source
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service import RepeatedCheck
from tenants import approvals
from tenants.models import JurisdictionSetting
from tests.campaigns.builders import World
from tests.visits.builders import HEAD, REVIEWER
from tests.visits.check_builders import CLERK, Desk


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation's desk, the firms of the module its own."""
    return Desk(world)


def refused(desk: Desk, field: str, match: str | None = None, **more: Any) -> ClerkError:
    """What a proposal is answered; the sentence stands beside the field, and nothing is kept."""
    proposal = desk.proposal(**more)
    with desk.world.city.acting(CLERK):
        with pytest.raises(ClerkError, match=match) as caught:
            service.propose(proposal)
        db.session.rollback()
    assert field in caught.value.fields, caught.value.fields
    return caught.value


def public(record_id: UUID) -> dict[str, Any]:
    """What the public reads of a result."""
    found = disclosures.of_subject("result", record_id)
    assert found is not None
    return found.content


def source_of(visit_id: UUID) -> VisitSource:
    """What a check goes back to."""
    found = queries.source_of(visit_id)
    assert found is not None
    return found


def test_a_single_check_goes_from_its_source_to_disclosure(desk: Desk) -> None:
    """R-V9: approval, notice, code, record, report, disclosure, trace and cap entry, and everywhere not drawn."""
    city = desk.world.city
    visit_id = desk.proposed()
    with city.acting("scjg.officer"), pytest.raises(Conflict, match="尚未经负责人批准"):
        service.begin(visit_id, reason="试")
    with city.acting(CLERK):
        service.submit_check(visit_id)
    desk.approve(visit_id)
    with city.acting(CLERK):
        visit = service.issue_notice(visit_id)
        assert visit.state == VisitState.NOTICED
        values = service.visit_values(visit)
        assert "不是随机抽取产生" in values["origin"] and values["draw"] == "非抽取产生"
    record_id = desk.record(visit_id)
    with city.acting("scjg.officer"):
        service.complete_report(visit_id, "总体规范", "无")
    with city.acting("scjg.discloser"):
        service.disclose([record_id])
        content = public(record_id)
        assert (content["drawn"], content["check_kind"], content["source"]) == (False, "single", "complaint")
        assert "campaign_name" not in content and "群众反映" not in str(content)
    with city.acting(CLERK):
        steps = " ".join(step.text for step in trace.of(visit_id))
        assert "登记个案检查" in steps and "批准检查" in steps
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == visit_id)).one()
        assert entry.kind == "single"
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.CLOSED


def test_nobody_approves_what_they_submitted_nor_the_check_they_go_on(desk: Desk) -> None:
    """R-T5: not who proposed it, and not an officer who is on the team."""
    city = desk.world.city
    visit_id = desk.submitted()
    with pytest.raises(Forbidden, match="自己提交"):
        desk.decide(visit_id, CLERK, REVIEWER)
    with pytest.raises(Forbidden, match="检查组成员不能"):
        desk.decide(visit_id, "scjg.officer", REVIEWER)
    with pytest.raises(Forbidden):
        desk.decide(visit_id, "scjg.head", HEAD)
    desk.decide(visit_id, "scjg.reviewer", REVIEWER)
    with pytest.raises(Forbidden, match="自己提交"):
        desk.decide(visit_id, CLERK, HEAD)
    with pytest.raises(Forbidden, match="检查组成员不能"):
        desk.decide(visit_id, "scjg.officer", HEAD)
    desk.decide(visit_id, "scjg.head", HEAD, False, "理由不清")
    with city.acting(CLERK):
        assert queries.visit(visit_id).state == VisitState.PROPOSED
        service.submit_check(visit_id)
    desk.approve(visit_id)
    with city.acting(CLERK):
        assert queries.visit(visit_id).approved_by == city.person("scjg.head").display_name


def test_the_database_lets_no_check_start_without_the_heads_word(desk: Desk) -> None:
    visit_id = desk.submitted()
    with desk.world.city.acting(CLERK):
        queries.visit(visit_id).state = VisitState.APPROVED.value
        with pytest.raises(sa.exc.ProgrammingError, match="R-V1"):
            db.session.flush()
        db.session.rollback()
        queries.visit(visit_id).source = "request"
        with pytest.raises(sa.exc.ProgrammingError, match="R-V1"):
            db.session.flush()
        db.session.rollback()


def test_a_daily_check_needs_a_daily_line_and_keeps_to_it(desk: Desk) -> None:
    """R-P3: content, time, scope."""
    world = desk.world
    daily = {"kind": Kind.DAILY, "source": Source.PLAN_LINE, "reference": ""}
    refused(desk, "line_id", "须有已公布计划", **daily)
    refused(desk, "line_id", "不是本单位已公布计划", **daily, line_id=desk.line("random"))
    line_id = desk.line("daily", conditions={"kinds": ["91"]})
    refused(desk, "item_ids", "没有这些事项", **daily, line_id=line_id, item_ids=world.items["SCJG"][1:2])
    refused(
        desk,
        "entity_code",
        "对象范围",
        **daily,
        line_id=line_id,
        entity_code="92990100" and _individual(desk),
    )
    past = desk.line("daily", starts_on=date(today().year, 1, 1), ends_on=date(today().year, 1, 2))
    refused(desk, "starts_on", "不在其中", **daily, line_id=past)
    refused(desk, "source", "不能以", kind=Kind.DAILY, source=Source.COMPLAINT, line_id=line_id)
    firm = _enterprise(desk)
    visit_id = desk.approved(**daily, line_id=line_id, entity_code=firm)
    record_id = desk.record(visit_id)
    with world.city.acting("scjg.discloser"):
        service.disclose([record_id])
        content = public(record_id)
        assert content["plan_number"].startswith("示市监计") and content["check_kind"] == "daily"


def _individual(desk: Desk) -> str:
    code = desk.firm()
    while not code.startswith("92"):
        code = desk.firm()
    return code


def _enterprise(desk: Desk) -> str:
    code = desk.firm()
    while not code.startswith("91"):
        code = desk.firm()
    return code


def test_a_special_check_names_its_plan_and_who_approved_it(desk: Desk) -> None:
    """Number and approval paper of the special plan, until such plans come."""
    special = {"kind": Kind.SPECIAL, "source": Source.DEPLOYMENT}
    refused(desk, "special_number", **special)
    named = {"special_number": "示政专〔2031〕3号", "special_approval": "示政办函〔2031〕8号"}
    visit_id = desk.approved(**special, **named)
    record_id = desk.record(visit_id)
    with desk.world.city.acting("scjg.discloser"):
        service.disclose([record_id])
        assert public(record_id)["plan_number"] == named["special_number"]


def test_a_line_of_a_special_plan_says_its_number_and_who_approved_it(desk: Desk) -> None:
    """R-P7: what the published plan says is not typed again."""
    line_id = desk.line("special")
    with desk.world.city.acting(CLERK):
        plan = db.session.get_one(Plan, db.session.get_one(PlanLine, line_id).plan_id)
        plan.kind, plan.approving_body, plan.document_number = (
            "special",
            "示范市人民政府",
            "示政办函〔2031〕9号",
        )
        number = plan.number
    visit_id = desk.proposed(kind=Kind.SPECIAL, source=Source.PLAN_LINE, line_id=line_id)
    with desk.world.city.acting(CLERK):
        source = source_of(visit_id)
        assert (source.special_number, source.special_approval) == (
            number,
            "示范市人民政府 示政办函〔2031〕9号",
        )


def test_only_exempt_sources_open_a_check_outside_the_plan(desk: Desk) -> None:
    refused(desk, "source", "个案检查", source=Source.MONITORING)
    refused(desk, "source", "个案检查", source=Source.PLAN_LINE)
    for source in (Source.ACCIDENT, Source.FAILED_TEST, Source.DEPLOYMENT, Source.TRANSFER, Source.REQUEST):
        desk.proposed(source=source)


def test_a_random_check_comes_from_a_draw_alone(desk: Desk) -> None:
    refused(desk, "kind", "由抽取产生", kind=Kind.RANDOM, source=Source.DRAW)
    with desk.world.city.acting(CLERK):
        given = {"number": "SCJG-U1", "name": "不适合抽查的事项", "mode": "unfit", "remark": "对象唯一"}
        item = item_queries.item(desk.world.items["SCJG"][0])
        values = {column.key: getattr(item, column.key) for column in Item.__table__.columns}
        unfit = Item(**{**values, "id": new_id(), **given})
        db.session.add(unfit)
        db.session.flush()
        item_id = unfit.id
    refused(desk, "kind", "不适合随机抽查", kind=Kind.RANDOM, source=Source.DRAW, item_ids=[item_id])
    desk.proposed(item_ids=[item_id])


def test_what_is_typed_wrong_is_told_in_a_sentence(desk: Desk) -> None:
    """The issue's bad input; nothing of it is kept."""
    world = desk.world
    refused(desk, "entity_code", "名录里没有", entity_code="91990100MA00000000")
    with world.city.acting(CLERK):
        gone = entity_queries.entity(world.firms[79])
        gone.status = "deregistered"
    refused(desk, "entity_code", "已注销", entity_code=gone.code)
    refused(desk, "place_number", "没有编号为 7", place_number=7)
    refused(desk, "item_ids", "清单以外的事项不能检查", item_ids=world.items["YJGL"][:1])
    refused(
        desk,
        "inspector_ids",
        "不在本单位",
        inspector_ids=[world.officers["YJGL"][0], world.officers["SCJG"][0]],
    )
    refused(desk, "inspector_ids", "至少要有 2 名", inspector_ids=world.officers["SCJG"][:1])
    refused(desk, "leader_id", "组长", leader_id=world.officers["SCJG"][1])
    refused(desk, "starts_on", "早于今天", starts_on=today() - timedelta(days=1))
    refused(desk, "reason", reason=" ")
    refused(desk, "unannounced_basis", announced=False)
    refused(desk, "reason", complainant_name="王举报", reason="王举报反映后厨不洁")
    refused(
        desk, "line_id", "不是本单位已公布计划", kind=Kind.DAILY, source=Source.PLAN_LINE, line_id=new_id()
    )


def test_an_officer_whose_certificate_ended_or_who_is_recused_is_not_named(desk: Desk) -> None:
    """R-L8, R-D5."""
    world = desk.world
    code = desk.firm()
    with world.city.acting(CLERK):
        desk.officer(4).certificate_expires_on = today() - timedelta(days=1)
        db.session.add(
            Recusal(
                tenant_id=world.city.bureaus["SCJG"], inspector_id=world.officers["SCJG"][5], entity_code=code,
                reason_code="K", reason="亲属", since=today(), created_at=now(),
            )
        )  # fmt: skip
    team = world.officers["SCJG"]
    refused(desk, "inspector_ids", "已经失效", inspector_ids=[team[0], team[4]])
    refused(desk, "inspector_ids", "登记回避", inspector_ids=[team[0], team[5]], entity_code=code)
    with world.city.acting(CLERK):
        item = item_queries.item(world.items["SCJG"][1])
        item.qualifications = ["食品"]
    try:
        refused(desk, "inspector_ids", "至少要有 2 人具备", item_ids=world.items["SCJG"][1:2])
    finally:
        with world.city.acting(CLERK):
            item_queries.item(world.items["SCJG"][1]).qualifications = []
            desk.officer(4).certificate_expires_on = date(today().year + 3, 12, 31)


def test_a_cap_stops_a_daily_check_before_approval_and_lets_an_exempt_one_pass(desk: Desk) -> None:
    """R-P6."""
    world, firm = desk.world, _enterprise(desk)
    line_id = desk.line("daily")
    daily = {"kind": Kind.DAILY, "source": Source.PLAN_LINE, "line_id": line_id, "entity_code": firm}
    bureau = world.city.bureaus["SCJG"]
    with world.city.acting(CLERK):
        cap = VisitCap(tenant_id=bureau, year=today().year, entity_kind="91", visits=1, basis="试")
        db.session.add(cap)
        db.session.flush()
        cap_id = cap.id
    try:
        first = desk.submitted(**daily)
        desk.approve(first)
        other = world.items["SCJG"][1:2]
        refused(desk, "entity_code", "已到上限", **{**daily, "line_id": line_id}, repeat_reason="再查")
        desk.approved(entity_code=firm, item_ids=other)
        with world.city.acting(CLERK):
            db.session.get_one(VisitCap, cap_id).visits = 2
        second = desk.submitted(**daily, repeat_reason="整改后再看")
        with world.city.acting(CLERK):
            db.session.get_one(VisitCap, cap_id).visits = 1
        with pytest.raises(ClerkError, match="已到上限"):
            desk.decide(second, "scjg.reviewer", REVIEWER)
    finally:
        with world.city.acting(CLERK):
            db.session.delete(db.session.get_one(VisitCap, cap_id))


def test_the_same_matter_again_is_asked_with_the_former_check(desk: Desk) -> None:
    firm = desk.firm()
    former = desk.proposed(entity_code=firm)
    proposal = desk.proposal(entity_code=firm)
    with desk.world.city.acting(CLERK):
        with pytest.raises(RepeatedCheck) as asked:
            service.propose(proposal)
        db.session.rollback()
        assert asked.value.former.id == former
        assert service.propose(replace(proposal, repeat_reason="又有新的投诉")).id != former
    with desk.world.city.acting(CLERK):
        assert service.propose(replace(proposal, source=Source.RECHECK)).kind == "single"


def test_no_days_of_repeat_ask_nothing(desk: Desk) -> None:
    firm = desk.firm()
    desk.proposed(entity_code=firm)
    setting = _setting(desk, "visit_repeat_days", 0)
    try:
        desk.proposed(entity_code=firm)
    finally:
        _forget(desk, setting)


def _setting(desk: Desk, key: str, value: Any) -> Any:
    with in_scope(Scope(DbRole.OPERATOR), desk.world.city.app):
        row = JurisdictionSetting(
            jurisdiction_code="990100", key=key, value={"value": value}, since=today(), provenance="试"
        )
        db.session.add(row)
        db.session.commit()
        return row.id


def _forget(desk: Desk, setting: Any) -> None:
    with in_scope(Scope(DbRole.OPERATOR), desk.world.city.app):
        db.session.delete(db.session.get_one(JurisdictionSetting, setting))
        db.session.commit()


def test_an_emergency_begins_before_its_approval_which_is_made_up(desk: Desk) -> None:
    """R-V1."""
    city = desk.world.city
    refused(desk, "exceptional_reason", exceptional=Exceptional.EMERGENCY)
    now_ = {"exceptional": Exceptional.EMERGENCY, "exceptional_reason": "燃气泄漏", "starts_on": today()}
    refused(desk, "starts_on", "当天开始", **{**now_, "starts_on": today() + timedelta(days=1)})
    visit_id = desk.proposed(source=Source.ACCIDENT, **now_)
    with city.acting(CLERK):
        visit = queries.visit(visit_id)
        assert (visit.state, visit.announced) == ("pending", False)
        by = source_of(visit_id).approve_by
        assert by == queries.calendar().add_working_days(today(), 2)
    record_id = desk.record(visit_id)
    with city.acting("scjg.discloser"), pytest.raises(Conflict, match="没有补办审批"):
        service.disclose([record_id])
    with city.acting(CLERK):
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.RECORDED
        service.submit_check(visit_id)
    desk.approve(visit_id)
    with city.acting("scjg.discloser"):
        service.disclose([record_id])
        assert not service.is_made_up_late(queries.visit(visit_id))


def test_a_late_approval_is_counted_and_shown_to_the_supervisor(desk: Desk) -> None:
    given = {"exceptional": Exceptional.EMERGENCY, "exceptional_reason": "燃气泄漏", "starts_on": today()}
    visit_id = desk.proposed(source=Source.ACCIDENT, **given)
    with desk.world.city.acting(CLERK):
        source_of(visit_id).approve_by = today() - timedelta(days=1)
        assert service.is_made_up_late(queries.visit(visit_id))
    with desk.world.city.acting("sfj.supervisor", supervisor=True):
        records = supervision.all_visits()
        late = records.select().where(records.states["made_up_late"])
        assert visit_id in {row.id for row in db.session.execute(late)}
        pending = records.select().where(records.states["pending"], records.states["not_drawn"])
        assert visit_id in {row.id for row in db.session.execute(pending)}


def test_what_was_done_outside_the_plan_is_registered_as_a_deviation(desk: Desk) -> None:
    """R-P3: with whatever source, on the day it was done; approved afterwards."""
    done_on = today() - timedelta(days=20)
    given = {"exceptional": Exceptional.DEVIATION, "exceptional_reason": "临时起意", "starts_on": done_on}
    refused(desk, "starts_on", "一年之内", **{**given, "starts_on": today() + timedelta(days=1)})
    visit_id = desk.proposed(source=Source.MONITORING, **given)
    with desk.world.city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="实际开始的时间"):
            service.begin(visit_id, reason="补登")
        part = service.begin(visit_id, reason="补登", at=now() - timedelta(days=20))
        assert not part.scanned
    with desk.world.city.acting(CLERK):
        entry = db.session.scalars(sa.select(CapEntry).where(CapEntry.visit_id == visit_id)).one()
        assert entry.kind == "single"


def test_what_is_not_announced_by_law_gets_no_notice(desk: Desk) -> None:
    """R-V1: with its legal basis, approved and begun like any other; nobody is told beforehand."""
    city = desk.world.city
    visit_id = desk.approved(announced=False, unannounced_basis="《食品安全法》第一百一十条")
    with city.acting(CLERK):
        with pytest.raises(Conflict, match="依法不事先通知"):
            service.issue_notice(visit_id)
        visit = queries.visit(visit_id)
        assert (visit.state, visit.noticed_at) == ("approved", None)
        assert source_of(visit_id).unannounced_basis == "《食品安全法》第一百一十条"
    clerk = city.client(CLERK)
    assert "发出检查通知书" not in clerk.get(f"/visits/{visit_id}").get_data(as_text=True)
    assert clerk.post(f"/visits/{visit_id}/notice").status_code == 409
    desk.record(visit_id)
    with city.acting(CLERK):
        assert queries.visit_state(queries.visit(visit_id)).state is VisitState.RECORDED


def test_who_complained_is_sealed_and_each_look_is_logged(desk: Desk) -> None:
    """R-T7: in no document and no public content; another bureau and the supervisor have no row."""
    city = desk.world.city
    visit_id = desk.proposed(complainant_name="王举报", complainant_phone="13900001111")
    with city.acting(CLERK):
        row = queries.complainant_of(visit_id)
        assert row is not None and row.name and "王举报".encode() not in row.name
        with pytest.raises(ClerkError, match="理由"):
            service.reveal_complainant(visit_id, " ")
        shown = service.reveal_complainant(visit_id, "回访核实")
        assert (shown.name, shown.phone) == ("王举报", "13900001111")
        result = str(service.visit_values(queries.visit(visit_id)))
        assert "王举报" not in result and "13900001111" not in result
    with city.acting(CLERK):
        logged = sa.select(AuditEntry).where(AuditEntry.event == "visits.complainant.reveal")
        entry = db.session.scalars(logged.where(AuditEntry.subject_id == visit_id)).one()
        assert "王举报" not in str(entry.after) and "回访核实" in str(entry.after)
    with city.acting("sfj.supervisor", supervisor=True), pytest.raises(sa.exc.ProgrammingError):
        db.session.scalar(sa.select(sa.func.count()).select_from(VisitComplainant))
    with city.acting("yjgl.planner"):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(VisitComplainant)) == 0
        with pytest.raises(NotFound):
            service.reveal_complainant(visit_id, "看看")


def test_the_same_key_is_the_same_check(desk: Desk) -> None:
    proposal = desk.proposal(key="abc-1")
    with desk.world.city.acting(CLERK):
        first = service.propose(proposal).id
        assert service.propose(proposal).id == first
        with pytest.raises(Conflict, match="已经用于另一次检查"):
            service.propose(replace(proposal, source=Source.ACCIDENT))


def test_another_team_is_approved_again(desk: Desk) -> None:
    visit_id = desk.approved()
    team = desk.world.officers["SCJG"]
    with desk.world.city.acting(CLERK):
        service.issue_notice(visit_id)
        with pytest.raises(ClerkError, match="原因"):
            service.name_team(visit_id, team[3:5], None, "")
        visit = service.name_team(visit_id, team[3:5], None, "原组员生病")
        assert (visit.state, visit.approved_by) == ("proposed", None)
        assert [one.inspector_id for one in queries.team(visit_id)] == team[3:5]
        with pytest.raises(Conflict, match="科室指定"):
            service.replace_member(queries.team(visit_id)[0].id, "生病")
        assert service.why_no_substitute(visit) is not None
        service.submit_check(visit_id)
    desk.approve(visit_id)


def test_it_is_called_off_with_its_reason_and_moved_to_another_day(desk: Desk) -> None:
    visit_id = desk.proposed(ends_on=today() + timedelta(days=20))
    with desk.world.city.acting(CLERK):
        day = queries.calendar().add_working_days(today(), 3)
        assert service.reschedule(visit_id, day, "对方请假").scheduled_on == day
        assert service.set_announced(visit_id, False, "《食品安全法》").announced is False
        assert source_of(visit_id).unannounced_basis == "《食品安全法》"
        assert service.cancel(visit_id, "投诉撤回").state == VisitState.CANCELLED
        with pytest.raises(Conflict):
            service.submit_check(visit_id)


def test_nobody_else_decides_submits_or_reads_it(desk: Desk) -> None:
    """R-T1: another bureau with the id."""
    visit_id = desk.submitted()
    with desk.world.city.acting("yjgl.planner"):
        assert approvals.waiting_for("check", visit_id) is None
        for act in (service.submit_check, service.issue_notice, queries.visit):
            with pytest.raises(NotFound):
                act(visit_id)
        with pytest.raises(NotFound):
            service.name_team(visit_id, [], None, "试")


def test_what_a_public_look_at_the_code_says(desk: Desk) -> None:
    visit_id = desk.approved(complainant_name="王举报")
    with desk.world.city.acting(CLERK):
        code = queries.visit(visit_id).code
    answer = desk.world.city.client().get(f"/v/{code}")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "不是随机抽取产生" in text and "投诉举报" in text
    assert "王举报" not in text and "群众反映" not in text
