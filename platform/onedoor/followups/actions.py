"""The steps of every follow-up: what each needs and what does it, and which are open now. Pages and interface read this one table (R-V7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marshmallow import Schema

from onedoor.followups import queries, rules, schemas, service
from onedoor.followups.rules import DECLINES, Answer, PoliceAnswer
from onedoor.kernel.errors import Conflict
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import Handling
from onedoor.visits.rules.states import FollowupState
from tenants.rules import Permission

Given = Mapping[str, Any]
# Who has follow-ups in hand: officers, who arranges visits, and the unit's reviewer.
HANDLERS = (Permission.VISIT_RECORD, Permission.VISIT_MANAGE, Permission.VISIT_REVIEW)


@dataclass(frozen=True)
class Step:
    """A step: the shape of what is given, and what does it."""

    schema: type[Schema]
    do: Callable[[UUID, dict[str, Any]], Any]


def _end_remedy(followup_id: UUID, given: Given) -> Any:
    penalty = queries.penalty(followup_id)
    pending = [one for one in queries.remedies(penalty.id) if one.ended_on is None] if penalty else []
    if not pending:
        raise Conflict("没有等待结果的行政复议或者诉讼。")
    return service.end_remedy(followup_id, pending[0].id, given)


STEPS: dict[str, Step] = {
    "order": Step(
        schemas.OrderSchema, lambda key, data: service.order_correction(key, data["demands"], data["due_on"])
    ),
    "receipt": Step(
        schemas.ReceiptSchema,
        lambda key, data: service.note_receipt(key, data["receipt_on"], data["receipt_by"]),
    ),
    "proof": Step(schemas.ProofSchema, service.add_proof),
    "recheck": Step(schemas.RecheckSchema, service.recheck),
    "case": Step(schemas.CaseSchema, service.open_case),
    "penalty": Step(schemas.PenaltySchema, service.decide_penalty),
    "paid": Step(schemas.DaySchema, lambda key, data: service.note_paid(key, data["on"])),
    "contest": Step(schemas.RemedySchema, service.contest),
    "remedy": Step(schemas.RemedyEndSchema, _end_remedy),
    "close": Step(schemas.CaseEndSchema, service.end_case),
    "pass": Step(schemas.TransferSchema, service.pass_on),
    "designate": Step(schemas.OutcomeSchema, lambda key, data: service.ask_designation(key, data["outcome"])),
    "abnormal": Step(schemas.NothingSchema, lambda key, _data: service.send_abnormal(key)),
    "police": Step(schemas.PoliceSchema, service.prepare),
    "police_send": Step(schemas.PoliceSendSchema, service.send_police),
    "police_receipt": Step(schemas.PoliceReceiptSchema, service.note_police_receipt),
    "police_answer": Step(schemas.PoliceAnswerSchema, service.note_police_answer),
    "police_review": Step(
        schemas.PoliceReviewSchema, lambda key, data: service.ask_police_review(key, data["review_asked_on"])
    ),
    "police_end": Step(schemas.OutcomeSchema, lambda key, data: service.end_police(key, data["outcome"])),
    "end": Step(schemas.OutcomeSchema, lambda key, data: service.end_other(key, data["outcome"])),
}


def open_steps(followup: Followup) -> list[str]:
    """The steps that are open now, the next one first; none while another has it."""
    if followup.state == FollowupState.DONE:
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
