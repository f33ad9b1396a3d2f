"""Passing on, to another bureau, a unit of one's own, or market regulation; and the receiver's answer (R-V7, R-T2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.followups import queries, rules
from onedoor.followups.models import Transfer, TransferAnswer
from onedoor.followups.rules import DECLINES, MODE_NAMES, Answer, Mode, check_past
from onedoor.followups.service.letters import issue_transfer
from onedoor.followups.service.steps import due_after, me, of_kind, set_due, step
from onedoor.kernel import audit, jobs, locks, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import Handling
from tenants import queries as tenants
from tenants import settings, units

Given = Mapping[str, Any]


def pass_on(followup_id: UUID, given: Given) -> Transfer:
    """Pass a finding on to another bureau, tell one of it, or hand it to a unit of one's own."""
    mode = Mode(given["mode"])
    kinds = (Handling.STOP, Handling.TRANSFER, Handling.OTHER)
    followup = of_kind(followup_id, *kinds)
    _expect_free(followup)
    if mode in (Mode.UNIT, Mode.DAILY):
        unit_id = given.get("unit_id")
        if unit_id is None:
            raise ClerkError("请选择科室。", fields={"unit_id": [N_("请选择科室。")]})
        units.unit(unit_id)
        if mode is Mode.UNIT:
            _refuse_unit_again(followup, unit_id)
        return _send(followup, mode, me(), given["facts"], given.get("reason") or "", unit_id=unit_id)
    receiver = _other_bureau(given.get("receiver_id"))
    if mode is Mode.TRANSFER:
        _refuse_again(followup, receiver)
    return _send(followup, mode, receiver, given["facts"], given.get("reason") or "")


def ask_designation(followup_id: UUID, reason: str) -> Transfer:
    """Ask justice to have the government designate who takes it; after two bureaus declined (指定管辖)."""
    followup = of_kind(followup_id, Handling.TRANSFER)
    _expect_free(followup)
    if queries.declines(followup_id) < DECLINES:
        raise Conflict("有两个单位退回后，才报请指定管辖。")
    coordinator = queries.coordinator()
    if coordinator is None:
        raise Conflict("本地没有登记统筹协调的执法监督机关，请联系平台运维人员。")
    declined = [
        f"{tenants.bureau(one.receiver_id).name}：{answer.text}"
        for one in queries.transfers(followup_id)
        for answer in queries.answers(one.id)
        if answer.kind == Answer.DECLINE
    ]
    return _send(followup, Mode.DESIGNATE, coordinator, "\n".join(declined), reason)


def send_abnormal(followup_id: UUID) -> Transfer | None:
    """Open market regulation's task to decide on the list of abnormal operation (the job's one call)."""
    followup = of_kind(followup_id, Handling.ABNORMAL)
    receiver = queries.market_regulation()
    if receiver is None or queries.latest_transfer(followup_id) is not None:
        return None
    reason = "《企业经营异常名录管理暂行办法》"
    return _send(followup, Mode.ABNORMAL, receiver, followup.note, reason)


def answer_transfer(transfer_id: UUID, given: Given) -> TransferAnswer:
    """The receiver's next word; the sender learns of it by a job in its own scope."""
    locks.hold(f"transfer {transfer_id}")
    found, kind = queries.transfer(transfer_id), Answer(given["kind"])
    if found.receiver_id != me():
        raise Forbidden("这份移送不是送给本单位的，只能查看。")
    if found.mode == Mode.UNIT and units.is_others(found.unit_id):
        raise Forbidden("这份移送是送给别的科室的，由那个科室的人员答复。")
    said = queries.answers(transfer_id)
    last = said[-1].kind if said else None
    if kind not in rules.may_answer(found.mode, last, found.designated_by is not None):
        raise Conflict("这份移送已经办理到别的步骤，请刷新页面查看。")
    answer = TransferAnswer(
        id=new_id(),
        tenant_id=found.receiver_id,
        transfer_id=found.id,
        sender_id=found.tenant_id,
        kind=kind.value,
        text=(given.get("text") or "").strip(),
        at=now(),
        by=current_scope().actor_name,
        **_decision(found, kind, given),
    )
    db.session.add(answer)
    db.session.flush()
    _tell_sender(found, answer)
    return answer


def _decision(found: Transfer, kind: Answer, given: Given) -> dict[str, Any]:
    if kind is Answer.DECLINE and not (given.get("text") or "").strip():
        raise ClerkError("请写明退回的理由。", fields={"text": [N_("请写明退回的理由。")]})
    if kind is Answer.EXIT:
        return {"exit_on": check_past("exit_on", given.get("exit_on"), today())}
    if kind is not Answer.ANSWER:
        return {}
    if found.mode == Mode.ABNORMAL:
        if given.get("listed") not in ("yes", "no"):
            raise ClerkError("请选择是否列入。", fields={"listed": [N_("请选择是否列入。")]})
        return {
            "listed": given["listed"] == "yes",
            "decided_on": check_past("decided_on", given.get("decided_on"), today()),
        }
    if found.mode == Mode.DESIGNATE:
        return _designation(found, given)
    return {}


def _designation(found: Transfer, given: Given) -> dict[str, Any]:
    named, paper = given.get("named_id"), (given.get("paper") or "").strip()
    missing = {
        name: [text]
        for name, value, text in (
            ("named_id", named, N_("请选择指定的单位。")),
            ("paper", paper, N_("请填写指定管辖文件的文号。")),
        )
        if not value
    }
    if missing:
        raise ClerkError("指定管辖还没有填完。", fields=missing)
    assert isinstance(named, UUID)
    return {"named_id": tenants.bureau(named).id, "paper": paper, "decided_on": today()}


def _send(
    followup: Followup,
    mode: Mode,
    receiver: UUID,
    facts: str,
    reason: str,
    *,
    unit_id: UUID | None = None,
    designated_by: str | None = None,
) -> Transfer:
    if not facts.strip():
        raise ClerkError("请写明移送的事实。", fields={"facts": [N_("请写明移送的事实。")]})
    record = visits.record(followup.record_id)
    accept_by, answer_by = _days(mode)
    sent = Transfer(
        id=new_id(),
        tenant_id=followup.tenant_id,
        followup_id=followup.id,
        receiver_id=receiver,
        unit_id=unit_id,
        mode=mode.value,
        attempt=sum(one.mode == mode.value for one in queries.transfers(followup.id)) + 1,
        designated_by=designated_by,
        entity_code=record.entity_code,
        entity_name=record.entity_name,
        visit_number=visits.visit(followup.visit_id).number,
        results=list(record.results),
        facts=facts.strip(),
        reason=reason.strip(),
        sent_at=now(),
        sent_on=today(),
        sender_name=current_scope().actor_name,
        accept_by=accept_by,
        answer_by=answer_by,
    )
    db.session.add(sent)
    set_due(followup, sent.answer_by or sent.accept_by)
    name = tenants.bureau(receiver).name if unit_id is None else units.unit(unit_id).name
    text = Sentence("%(what)s：送%(name)s", what=Sentence(MODE_NAMES[mode]), name=name)
    step(
        followup,
        text,
        "transfer.send",
        {"mode": mode.value, "receiver": name},
        also=[sent.id],
        shared_with=[receiver],
    )
    issue_transfer(followup, sent)
    jobs.enqueue(
        JobName.NOTE_TRANSFER,
        {"transfer_id": str(sent.id)},
        title=Sentence("通知接收单位：%(name)s", name=record.entity_name),
        subject=("transfer", sent.id),
        for_bureau=receiver,
    )
    return sent


def _days(mode: Mode) -> tuple[date | None, date | None]:
    """Until when the receiver accepts, and until when it answers, by the place's settings."""
    if mode is Mode.DAILY:
        return None, due_after(settings.value("followup_daily_days"))
    if mode is Mode.ABNORMAL:
        return None, due_after(settings.value("followup_listing_days"))
    answer = due_after(settings.value("followup_answer_days"))
    if mode is Mode.DESIGNATE:
        return None, answer
    accept = due_after(settings.value("followup_accept_days"))
    return accept, answer if mode in (Mode.TRANSFER, Mode.UNIT) else None


def send_designated(followup: Followup, asked: Transfer, answer: TransferAnswer) -> Transfer | None:
    """To whom the government named, which cannot decline; None if that is the sender itself, which then goes on with it."""
    assert answer.named_id is not None
    if answer.named_id == followup.tenant_id:
        set_due(followup, due_after(settings.value("followup_answer_days")))
        return None
    facts = next(one.facts for one in queries.transfers(followup.id) if one.mode == Mode.TRANSFER)
    return _send(followup, Mode.TRANSFER, answer.named_id, facts, asked.reason, designated_by=answer.paper)


def _tell_sender(found: Transfer, answer: TransferAnswer) -> None:
    text = Sentence("%(name)s：%(what)s", name=tenants.my_bureau().name, what=answer_sentence(answer))
    trace.step(
        "result",
        text,
        [found.followup_id, found.id],
        link=f"/followups/transfers/{found.id}",
        shared_with=[found.tenant_id],
    )
    audit.record(
        f"followups.transfer.{answer.kind}",
        ("transfer", found.id),
        found.entity_name,
        after={"text": answer.text},
    )
    jobs.enqueue(
        JobName.NOTE_TRANSFER_ANSWER,
        {"transfer_id": str(found.id)},
        title=Sentence("登记接收单位的答复：%(name)s", name=found.entity_name),
        subject=("transfer", found.id),
        for_bureau=found.tenant_id,
    )


def answer_sentence(answer: TransferAnswer) -> Sentence:
    """What a receiver said, as trace and messages say it."""
    said = {
        Answer.ACCEPT: Sentence("已接收"),
        Answer.DECLINE: Sentence("退回：%(text)s", text=answer.text),
        Answer.RECEIPT: Sentence("已收到抄告"),
        Answer.ANSWER: Sentence("答复：%(text)s", text=answer.text),
        Answer.EXIT: Sentence("移出经营异常名录（%(day)s）", day=answer.exit_on),
    }
    return said[Answer(answer.kind)]


def _other_bureau(receiver_id: UUID | None) -> UUID:
    if receiver_id is None:
        raise ClerkError("请选择接收单位。", fields={"receiver_id": [N_("请选择接收单位。")]})
    if receiver_id == me():
        text = N_("不能移送给本单位；交本单位科室办理的，请选择“反馈日常监管”。")
        raise ClerkError(text, fields={"receiver_id": [text]})
    receiver = tenants.bureau(receiver_id)
    if not receiver.active:
        raise ClerkError("这个单位已经停用。", fields={"receiver_id": [N_("这个单位已经停用。")]})
    return receiver.id


def _expect_free(followup: Followup) -> None:
    """Nobody has it now: what was passed on before was declined."""
    last = queries.latest_transfer(followup.id)
    said = queries.answers(last.id) if last else []
    if last is not None and (not said or said[-1].kind != Answer.DECLINE):
        raise Conflict("已经送出，正在等待对方办理。")


def _refuse_again(followup: Followup, receiver: UUID) -> None:
    declined = {one.receiver_id for one in queries.transfers(followup.id) if one.mode == Mode.TRANSFER}
    if receiver in declined:
        text = N_("这个单位已经退回过，请选择别的单位；两个单位退回后报请指定管辖。")
        raise ClerkError(text, fields={"receiver_id": [text]})
    if len(declined) >= DECLINES:
        raise Conflict("两个单位已经退回，请报请指定管辖。")


def _refuse_unit_again(followup: Followup, unit_id: UUID) -> None:
    if unit_id == followup.unit_id:
        text = N_("不能交给承办这项处置的科室自己。")
        raise ClerkError(text, fields={"unit_id": [text]})
    if any(one.mode == Mode.UNIT and one.unit_id == unit_id for one in queries.transfers(followup.id)):
        text = N_("这个科室已经退回过，请选择别的科室或者移送其他部门。")
        raise ClerkError(text, fields={"unit_id": [text]})
