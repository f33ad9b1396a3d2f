"""Each kind of handling in its own way to its end (R-V7), by the people whose part it is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from onedoor.followups import queries, service
from onedoor.kernel import trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import in_scope
from onedoor.messages.models import Message
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from tenants import approvals, units
from tenants.models import UserAccount
from tenants.scope import identity
from tests.fixtures.city import City
from tests.followups.conftest import Finding
from tests.visits.builders import HEAD, DrawnCampaign

PENALTY: dict[str, Any] = {
    "party_name": "示范商贸有限公司", "party_kind": "legal", "party_code": "91990100MA00000001", "representative": "甲",
    "facts": "销售过期食品", "reason": "经营超过保质期的食品", "basis": "《食品安全法》第一百二十四条", "sanctions": ["fine"],
    "content": "罚款一万元", "fine": Decimal("1"), "confiscated": None, "licence": "", "valid_until": None,
    "public_until": None, "authority": "示范市市场监督管理局", "authority_code": "11990100000000000A",
    "source": "示范市市场监督管理局", "source_code": "11990100000000000A", "remark": "",
}  # fmt: skip


def state(followup_id: UUID) -> tuple[str, str | None]:
    found = visits.followup(followup_id)
    return found.state, found.conclusion


def test_ordered_to_correct_prolonged_and_ended(going: DrawnCampaign, finding: Finding) -> None:
    followup = finding()
    with going.world.city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="今天或以后"):
            service.order_correction(followup, "补齐标识", today() - timedelta(days=1))
        with pytest.raises(Conflict, match="先作出责令改正"):
            service.note_receipt(followup, today(), "王店长")
        order = service.order_correction(followup, "补齐标识\n\n整改消防通道", today() + timedelta(days=10))
        assert order.demands == ["补齐标识", "整改消防通道"]
        service.note_receipt(followup, today(), "王店长")
        given = {"received_on": today(), "brought_by": "王店长", "text": "已补齐"}
        proof = service.add_proof(followup, given, ("照片.jpg", "image/jpeg", b"x"))
        assert proof.entered_by == going.world.city.person("scjg.officer").display_name
        seen = {"result": "not_corrected", "seen": "通道仍被占用", "visit": ""}
        with pytest.raises(ClerkError) as refused:
            service.recheck(followup, {**seen, "next": "ended"})
        assert "next" in refused.value.fields
        with pytest.raises(ClerkError) as refused:
            service.recheck(
                followup, {**seen, "next": "prolonged", "due_on": today() + timedelta(days=20), "reason": " "}
            )
        assert "reason" in refused.value.fields
        later = today() + timedelta(days=20)
        service.recheck(followup, {**seen, "next": "prolonged", "due_on": later, "reason": "等待验收"})
        assert visits.followup(followup).due_on == later
        service.recheck(followup, {"result": "corrected", "seen": "通道畅通", "visit": "", "next": "ended"})
        assert state(followup) == ("done", "corrected")
        with pytest.raises(Conflict, match="已经办结"):
            service.note_receipt(followup, today(), "王店长")
        said = "\n".join(step.text for step in trace.of(followup))
        for text in ("责令改正，限", "签收", "代为录入", "延长至", "复查：通道畅通"):
            assert text in said


def test_a_recheck_is_tied_to_a_visit_of_the_same_object(going: DrawnCampaign, finding: Finding) -> None:
    followup = finding()
    other = going.joint()
    with going.world.city.acting("scjg.officer"):
        service.order_correction(followup, "补齐标识", today() + timedelta(days=1))
        for number in (visits.visit(other).number, "没有这个编号"):
            with pytest.raises(ClerkError) as refused:
                service.recheck(
                    followup, {"result": "corrected", "seen": "好", "next": "ended", "visit": number}
                )
            assert "visit" in refused.value.fields


def test_not_corrected_turns_into_a_case_with_its_penalty_paid_and_contested(
    going: DrawnCampaign, finding: Finding
) -> None:
    followup, city = finding(), going.world.city
    with city.acting("scjg.officer"):
        service.order_correction(followup, "补齐标识", today() + timedelta(days=1))
        service.recheck(
            followup, {"result": "not_corrected", "seen": "仍未补齐", "next": "case", "visit": ""}
        )
        assert state(followup) == ("done", "turned")
        record = visits.followup(followup).record_id
        case_id = next(one.id for one in visits.followups_of(record) if one.from_id == followup)
        given = {
            "number": f"示市监案〔2026〕{case_id}号",
            "opened_on": today(),
            "cause": "经营超过保质期的食品",
        }
        with pytest.raises(Conflict, match="先立案"):
            service.decide_penalty(case_id, {**PENALTY, "number": "罚1", "decided_on": today()})
        with pytest.raises(ClerkError):
            service.open_case(case_id, {**given, "opened_on": today() + timedelta(days=1)})
        service.open_case(case_id, given)
        with pytest.raises(ClerkError) as refused:
            service.decide_penalty(
                case_id, {**PENALTY, "number": "", "basis": " ", "fine": None, "decided_on": today()}
            )
        assert set(refused.value.fields) == {"number", "basis", "fine"}
        with pytest.raises(Conflict):
            service.end_case(case_id, {"conclusion": "penalised", "ended_on": today(), "outcome": "已缴"})
        penalty = service.decide_penalty(
            case_id, {**PENALTY, "number": f"罚{case_id}", "decided_on": today()}
        )
        assert penalty.fine == 1 and penalty.party_code == "91990100MA00000001"
        service.note_paid(case_id, today())
        service.contest(case_id, {"kind": "review", "body": "示范市人民政府", "filed_on": today()})
        with pytest.raises(Conflict, match="还没有结果"):
            service.end_case(case_id, {"conclusion": "penalised", "ended_on": today(), "outcome": "已缴"})
        remedy = queries.remedies(penalty.id)[0]
        service.end_remedy(case_id, remedy.id, {"ended_on": today(), "outcome": "维持"})
        service.end_case(case_id, {"conclusion": "penalised", "ended_on": today(), "outcome": "罚款已缴"})
        assert state(case_id) == ("done", "penalised")


def test_a_case_number_comes_once(going: DrawnCampaign, finding: Finding) -> None:
    first, second = finding("case"), finding("case")
    given = {"number": "示市监案〔2026〕77号", "opened_on": today(), "cause": "无照经营"}
    with going.world.city.acting("scjg.officer"):
        service.open_case(first, given)
        with pytest.raises(ClerkError, match="已经用过") as refused:
            service.open_case(second, given)
        assert "number" in refused.value.fields
        assert queries.case(second) is None


def test_a_transfer_is_declined_and_ended_by_a_second(
    going: DrawnCampaign, finding: Finding, jobs: Any
) -> None:
    followup, city = finding("transfer"), going.world.city
    fire, health = city.bureaus["XFJY"], city.bureaus["MZJ"]
    with city.acting("scjg.officer"):
        given = {"mode": "transfer", "facts": "消防通道堵塞", "reason": "不属本局职责"}
        with pytest.raises(ClerkError, match="不能移送给本单位"):
            service.pass_on(followup, {**given, "receiver_id": city.bureaus["SCJG"]})
        with pytest.raises(ClerkError) as refused:
            service.pass_on(followup, {**given, "receiver_id": fire, "facts": " "})
        assert "facts" in refused.value.fields
        sent = service.pass_on(followup, {**given, "receiver_id": health}).id
        with pytest.raises(Conflict, match="正在等待"):
            service.pass_on(followup, {**given, "receiver_id": fire})
        with pytest.raises(Forbidden):
            service.answer_transfer(sent, {"kind": "accept"})
    jobs()
    with city.acting("mzj.officer"):
        result = db.session.scalars(
            sa.select(Message.link).where(Message.link == f"/followups/transfers/{sent}")
        ).all()
        assert result
        with pytest.raises(NotFound):
            queries.followup(followup)
        with pytest.raises(ClerkError, match="退回的理由"):
            service.answer_transfer(sent, {"kind": "decline", "text": " "})
        service.answer_transfer(sent, {"kind": "decline", "text": "不属民政职责"})
        with pytest.raises(Conflict):
            service.answer_transfer(sent, {"kind": "accept"})
    with city.acting("xfjy.officer"), pytest.raises(NotFound):
        queries.transfer(sent)
    jobs()
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="已经退回过"):
            service.pass_on(followup, {**given, "receiver_id": health})
        second = service.pass_on(followup, {**given, "receiver_id": fire})
        assert second.attempt == 2
        second_id = second.id
    with city.acting("xfjy.officer"):
        service.answer_transfer(second_id, {"kind": "accept"})
        service.answer_transfer(second_id, {"kind": "answer", "text": "已责令清理并复查合格"})
    jobs()
    with city.acting("scjg.officer"):
        assert state(followup) == ("done", "answered")
        assert visits.followup(followup).outcome == "已责令清理并复查合格"


def test_declined_twice_justice_enters_the_designation(
    going: DrawnCampaign, finding: Finding, jobs: Any
) -> None:
    """The named bureau takes it and cannot decline."""
    followup, city = finding("transfer"), going.world.city
    given = {"mode": "transfer", "facts": "无证办学", "reason": ""}
    for letters in ("MZJ", "XFJY"):
        with city.acting("scjg.officer"):
            with pytest.raises(Conflict):
                service.ask_designation(followup, "无人受理")
            sent = service.pass_on(followup, {**given, "receiver_id": city.bureaus[letters]}).id
        with city.acting(f"{letters.lower()}.officer"):
            service.answer_transfer(sent, {"kind": "decline", "text": "不属职责"})
        jobs()
    with city.acting("scjg.officer"):
        with pytest.raises(Conflict, match="指定管辖"):
            service.pass_on(followup, {**given, "receiver_id": city.bureaus["YJGL"]})
        asked = service.ask_designation(followup, "两个单位均退回")
        assert asked.receiver_id == city.bureaus["SFJ"] and "不属职责" in asked.facts
        asked_id = asked.id
    with city.acting("sfj.supervisor"):
        said = {"kind": "answer", "text": "政府已研究"}
        with pytest.raises(ClerkError) as refused:
            service.answer_transfer(asked_id, said)
        assert set(refused.value.fields) == {"named_id", "paper"}
        named = {"named_id": city.bureaus["YJGL"], "paper": "示政函〔2026〕5号"}
        service.answer_transfer(asked_id, {**said, **named})
    jobs()
    with city.acting("yjgl.officer"):
        found = next(
            row.Transfer
            for row in db.session.execute(queries.inbox())
            if row.Transfer.followup_id == followup
        )
        assert found.designated_by == "示政函〔2026〕5号"
        with pytest.raises(Conflict):
            service.answer_transfer(found.id, {"kind": "decline", "text": "不办"})
        service.answer_transfer(found.id, {"kind": "accept"})
        service.answer_transfer(found.id, {"kind": "answer", "text": "已取缔"})
    jobs()
    with city.acting("scjg.officer"):
        assert state(followup) == ("done", "answered")


def test_a_unit_answers_and_a_bureau_is_told(going: DrawnCampaign, finding: Finding, jobs: Any) -> None:
    daily, result, city = finding("stop"), finding("other"), going.world.city
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError) as refused:
            service.pass_on(daily, {"mode": "daily", "facts": "已停业"})
        assert "unit_id" in refused.value.fields
        unit = db.session.scalar(sa.text("SELECT id FROM unit LIMIT 1"))
        sent = service.pass_on(daily, {"mode": "daily", "facts": "已停业", "unit_id": unit}).id
        service.answer_transfer(sent, {"kind": "answer", "text": "纳入日常监管"})
        copy = service.pass_on(
            result, {"mode": "inform", "facts": "供参考", "receiver_id": city.bureaus["XFJY"]}
        ).id
    with city.acting("xfjy.officer"):
        service.answer_transfer(copy, {"kind": "receipt"})
    jobs()
    with city.acting("scjg.officer"):
        assert state(daily) == ("done", "answered") and state(result) == ("done", "informed")


def test_who_is_not_found_is_put_before_market_regulation(going: DrawnCampaign, jobs: Any) -> None:
    """无法联系: a task to decide on the list of abnormal operation; the exit comes to the same record."""
    city, visit_id = going.world.city, going.joint()
    partner = going.partner(visit_id)
    record_id = going.record(visit_id, partner, ["concealed"])
    going.accept(record_id, partner)
    jobs()
    with city.acting(f"{partner.lower()}.officer"):
        task = next(one.id for one in visits.followups_of(record_id) if one.kind == "abnormal")
        sent = queries.latest_transfer(task)
        assert sent is not None and sent.receiver_id == city.bureaus["SCJG"]
        sent_id = sent.id
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="是否列入"):
            service.answer_transfer(sent_id, {"kind": "answer", "text": "经核实"})
        answer = {"kind": "answer", "text": "经核实", "listed": "yes", "decided_on": today()}
        service.answer_transfer(sent_id, answer)
    jobs()
    with city.acting("scjg.officer"):
        service.answer_transfer(sent_id, {"kind": "exit", "exit_on": today()})
    jobs()
    with city.acting(f"{partner.lower()}.officer"):
        assert state(task) == ("done", "listed")
        assert queries.answers(sent_id)[-1].exit_on == today()


def test_to_the_police_by_the_heads_decision(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding("police"), going.world.city
    given = {"ground": "finding", "finding": "涉嫌销售假药", "crime": "销售假药罪", "police": "示范市公安局"}
    send = {"number": "两法2026-1", "sent_on": today(), "copied_to": "示范市人民检察院", "copied_on": today()}
    with city.acting("scjg.officer"):
        with pytest.raises(ClerkError, match="不能移送公安"):
            service.prepare(followup, {**given, "finding": " "})
        with pytest.raises(Conflict):
            service.send_police(followup, send)
        police = service.prepare(followup, given).id
        with pytest.raises(Conflict, match="负责人批准"):
            service.send_police(followup, send)
    with city.acting("scjg.head"):
        asked = approvals.waiting_for("police", police)
        assert asked is not None
        service.decide_police(asked, False, "补充检验报告", HEAD)
    with city.acting("scjg.officer"):
        service.prepare(followup, {**given, "finding": "涉嫌销售假药，检验报告附后"})
    with city.acting("scjg.head"):
        asked = approvals.waiting_for("police", police)
        assert asked is not None
        service.decide_police(asked, True, "", HEAD)
    with city.acting("scjg.officer"):
        sent = service.send_police(followup, send)
        assert sent.answer_by is not None and visits.followup(followup).due_on == sent.answer_by
        service.note_police_receipt(followup, {"received_on": today(), "receiver_name": "李警官"})
        said = {"answered_on": today(), "answer_note": ""}
        service.note_police_answer(followup, {"answer": "declined", **said})
        service.ask_police_review(followup, today())
        service.note_police_answer(followup, {"answer": "filed", **said})
        assert state(followup) == ("done", "police_filed")


def test_nothing_goes_to_the_police_on_a_clean_record_without_the_heads_word(going: DrawnCampaign) -> None:
    city = going.world.city
    record_id = going.record(going.joint(), "SCJG")
    going.accept(record_id, "SCJG")
    given = {"ground": "finding", "finding": "举报涉嫌犯罪", "crime": "诈骗罪", "police": "示范市公安局"}
    with city.acting("scjg.officer"):
        followup = service.open_more(record_id, {"kind": "police", "note": "举报"}).id
        with pytest.raises(ClerkError, match="没有发现问题"):
            service.prepare(followup, given)
        service.prepare(followup, {**given, "ground": "head"})


def test_a_record_has_several_and_the_part_closes_with_the_last(
    going: DrawnCampaign, finding: Finding
) -> None:
    followup, city = finding("other"), going.world.city
    with city.acting("scjg.officer"):
        record_id = visits.followup(followup).record_id
        visit_id = visits.record(record_id).visit_id
        more = service.open_more(record_id, {"kind": "case", "due_on": None, "note": "另案处理"}).id
        with pytest.raises(ClerkError):
            service.open_more(record_id, {"kind": "case", "due_on": today() - timedelta(days=1)})
        visiting.complete_report(visit_id, "规范", "处理")
        service.end_other(followup, "已办")
        part = visits.parts(visit_id)[city.bureaus["SCJG"]]
        assert part.closed_at is None
        service.open_case(more, {"number": f"案{more}", "opened_on": today(), "cause": "无照"})
        service.end_case(more, {"conclusion": "not_penalised", "ended_on": today(), "outcome": "情节轻微"})
        db.session.refresh(part)
        assert part.closed_at is not None


def test_what_is_due_is_told_once_and_counted_when_over(going: DrawnCampaign, finding: Finding) -> None:
    followup, city = finding("other"), going.world.city
    with city.acting("scjg.officer"):
        visits.followup(followup).due_on = today() - timedelta(days=10)
        before = queries.counts()["overdue"]
        assert before >= 1
        result = service.watch_followups()
        assert result >= 1 and service.watch_followups() == 0
        link = f"/followups/{followup}"
        messages = db.session.scalars(sa.select(Message.text).where(Message.link == link)).all()
        assert len(messages) == 1 and "已超过期限" in messages[0]


def belongs(city: City, tenant: Any, unit: UUID | None) -> None:
    with in_scope(identity(tenant), city.app):
        change = sa.update(UserAccount).where(UserAccount.username == "scjg.officer")
        db.session.execute(change.values(unit_id=unit))
        db.session.commit()


def test_a_unit_declines_and_another_ends_it(going: DrawnCampaign, finding: Finding, jobs: Any) -> None:
    """R-V7: between units of one bureau as between bureaus, and only by the unit's own people."""
    city = going.world.city
    with city.acting("scjg.admin"):
        first, second = units.add_unit("食品科A").id, units.add_unit("药品科A").id
    followup = finding("transfer")
    given = {"mode": "unit", "facts": "属药品监管", "reason": ""}
    with city.acting("scjg.officer") as person:
        assert visits.followup(followup).due_on is not None
        with pytest.raises(ClerkError) as refused:
            service.pass_on(followup, given)
        assert "unit_id" in refused.value.fields
        sent = service.pass_on(followup, {**given, "unit_id": first})
        assert sent.accept_by is not None and sent.answer_by is not None
        sent_id = sent.id
        tenant = person.tenant_id
    belongs(city, tenant, second)
    try:
        with city.acting("scjg.officer"), pytest.raises(Forbidden, match="别的科室"):
            service.answer_transfer(sent_id, {"kind": "accept"})
    finally:
        belongs(city, tenant, None)
    with city.acting("scjg.officer"):
        service.answer_transfer(sent_id, {"kind": "decline", "text": "不属本科室"})
    jobs()
    with city.acting("scjg.officer"):
        assert visits.followup(followup).due_on is not None, "declined: it has a day again"
        with pytest.raises(ClerkError, match="已经退回过"):
            service.pass_on(followup, {**given, "unit_id": first})
        taken = service.pass_on(followup, {**given, "unit_id": second}).id
        service.answer_transfer(taken, {"kind": "accept"})
        service.answer_transfer(taken, {"kind": "answer", "text": "已纳入专项"})
    jobs()
    with city.acting("scjg.officer"):
        assert state(followup) == ("done", "answered")


@pytest.mark.parametrize("kind", ["case", "other", "transfer", "police", "stop"])
def test_whatever_follows_has_a_day(going: DrawnCampaign, finding: Finding, kind: str) -> None:
    """R-V7, R-S3: without a day of its own somebody begins with it within the days the place says."""
    followup = finding(kind, handling_due_on=None)
    with going.world.city.acting("scjg.officer"):
        assert visits.followup(followup).due_on == visits.calendar().add_working_days(today(), 5)
