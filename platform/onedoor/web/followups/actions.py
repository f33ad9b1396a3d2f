"""What can be done with a follow-up: for each kind the steps that are open now, the shape of their form and the service's call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from onedoor.followups import queries, rules, schemas, service
from onedoor.followups.rules import DECLINES, Answer, PoliceAnswer
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import Handling

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Action:
    """A step: its words, its form's shape, and what does it."""

    label: Any
    schema: type[Schema]
    do: Callable[[UUID, dict[str, Any]], Any]
    done: Any


class NothingSchema(Schema):
    """A step that needs no more than the wish."""


def _add_proof(followup_id: UUID, given: Given) -> Any:
    sent = request.files.get("file")
    file = (sent.filename or "", sent.mimetype, sent.read()) if sent and sent.filename else None
    return service.add_proof(followup_id, given, file)


def _end_remedy(followup_id: UUID, given: Given) -> Any:
    penalty = queries.penalty(followup_id)
    pending = [one for one in queries.remedies(penalty.id) if one.ended_on is None] if penalty else []
    return [service.end_remedy(followup_id, one.id, given) for one in pending[:1]]


ACTIONS: dict[str, Action] = {
    "order": Action(
        _l("责令改正"),
        schemas.OrderSchema,
        lambda key, data: service.order_correction(key, data["demands"], data["due_on"]),
        _l("已责令改正。"),
    ),
    "receipt": Action(
        _l("登记签收"),
        schemas.ReceiptSchema,
        lambda key, data: service.note_receipt(key, data["receipt_on"], data["receipt_by"]),
        _l("已登记签收。"),
    ),
    "proof": Action(_l("录入改正材料"), schemas.ProofSchema, _add_proof, _l("已录入改正材料。")),
    "recheck": Action(_l("复查"), schemas.RecheckSchema, service.recheck, _l("已登记复查。")),
    "case": Action(_l("立案"), schemas.CaseSchema, service.open_case, _l("已立案。")),
    "penalty": Action(
        _l("录入行政处罚决定"), schemas.PenaltySchema, service.decide_penalty, _l("已录入行政处罚决定。")
    ),
    "paid": Action(
        _l("登记履行"),
        schemas.DaySchema,
        lambda key, data: service.note_paid(key, data["on"]),
        _l("已登记履行。"),
    ),
    "contest": Action(_l("登记复议或诉讼"), schemas.RemedySchema, service.contest, _l("已登记。")),
    "remedy": Action(_l("登记复议或诉讼结果"), schemas.RemedyEndSchema, _end_remedy, _l("已登记。")),
    "close": Action(_l("结案"), schemas.CaseEndSchema, service.end_case, _l("已结案。")),
    "pass": Action(_l("移送或抄告"), schemas.TransferSchema, service.pass_on, _l("已送出，对方会收到。")),
    "designate": Action(
        _l("报请指定管辖"),
        schemas.OutcomeSchema,
        lambda key, data: service.ask_designation(key, data["outcome"]),
        _l("已报请指定管辖。"),
    ),
    "abnormal": Action(
        _l("送市场监管部门"), NothingSchema, lambda key, _data: service.send_abnormal(key), _l("已送出。")
    ),
    "police": Action(_l("提请移送公安机关"), schemas.PoliceSchema, service.prepare, _l("已提交负责人决定。")),
    "police_send": Action(_l("登记移送"), schemas.PoliceSendSchema, service.send_police, _l("已登记移送。")),
    "police_receipt": Action(
        _l("登记公安机关接收"), schemas.PoliceReceiptSchema, service.note_police_receipt, _l("已登记。")
    ),
    "police_answer": Action(
        _l("登记公安机关答复"), schemas.PoliceAnswerSchema, service.note_police_answer, _l("已登记答复。")
    ),
    "police_review": Action(
        _l("提请复议"),
        schemas.PoliceReviewSchema,
        lambda key, data: service.ask_police_review(key, data["review_asked_on"]),
        _l("已登记提请复议。"),
    ),
    "police_end": Action(
        _l("办结"),
        schemas.OutcomeSchema,
        lambda key, data: service.end_police(key, data["outcome"]),
        _l("已办结。"),
    ),
    "end": Action(
        _l("办结"),
        schemas.OutcomeSchema,
        lambda key, data: service.end_other(key, data["outcome"]),
        _l("已办结。"),
    ),
}


def open_actions(followup: Followup) -> list[str]:
    """The steps that are open now, the next one first; none while another has it."""
    if followup.state == "done":
        return []
    return _BY_KIND[Handling(followup.kind)](followup)


def _of_correction(followup: Followup) -> list[str]:
    order = queries.order(followup.id)
    if order is None:
        return ["order"]
    return ["recheck", "proof", *([] if order.receipt_on else ["receipt"])]


def _of_case(followup: Followup) -> list[str]:
    if queries.case(followup.id) is None:
        return ["case"]
    penalty = queries.penalty(followup.id)
    if penalty is None:
        return ["penalty", "close"]
    pending = any(one.ended_on is None for one in queries.remedies(penalty.id))
    return [*(["remedy"] if pending else ["close"]), *([] if penalty.paid_on else ["paid"]), "contest"]


def _of_transfer(followup: Followup) -> list[str]:
    own = [] if followup.kind == Handling.TRANSFER else ["end"]
    last = queries.latest_transfer(followup.id)
    if last is None:
        return ["pass", *own]
    said = queries.answers(last.id)
    if last.mode == rules.Mode.DESIGNATE or not said or said[-1].kind != Answer.DECLINE:
        return []
    return ["designate"] if queries.declines(followup.id) >= DECLINES else ["pass", *own]


def _of_police(followup: Followup) -> list[str]:
    police = queries.police(followup.id)
    if police is None or police.return_reason is not None:
        return ["police"]
    if police.approved_at is None:
        return []
    if police.sent_on is None:
        return ["police_send"]
    if police.received_on is None:
        return ["police_receipt"]
    if police.answer is None:
        return ["police_answer"]
    refused = police.answer in (PoliceAnswer.DECLINED, PoliceAnswer.RETURNED)
    return (
        ["police_answer", "police_end"]
        if police.review_asked_on
        else ["police_end", "police_review"]
        if refused
        else []
    )


def _of_abnormal(followup: Followup) -> list[str]:
    return ["abnormal"] if queries.latest_transfer(followup.id) is None else []


_BY_KIND: dict[Handling, Callable[[Followup], list[str]]] = {
    Handling.NONE: lambda _followup: [],
    Handling.STOP: _of_transfer,
    Handling.OTHER: _of_transfer,
    Handling.TRANSFER: _of_transfer,
    Handling.CORRECT: _of_correction,
    Handling.CASE: _of_case,
    Handling.POLICE: _of_police,
    Handling.ABNORMAL: _of_abnormal,
}
