"""The documents that follow a check, issued with the step they belong to (forms.md, "Documents of one check")."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from onedoor.followups.models import CorrectionOrder, PoliceTransfer, Recheck, Transfer
from onedoor.followups.rules import RECHECK_NAMES, Mode, RecheckNext
from onedoor.followups.service.steps import me
from onedoor.kernel.clock import local_day
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.messages import queries as documents
from onedoor.messages import service as messages
from onedoor.messages.models import Document
from onedoor.messages.rules import Letter
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup, Record
from onedoor.visits.rules.results import HANDLING_NAMES, Handling, names
from onedoor.visits.rules.states import RecordState
from tenants import queries as tenants


def issue_result_notice(record_id: UUID) -> Document:
    """检查结果告知书 of an accepted record of this bureau."""
    record = visits.record(record_id)
    if record.tenant_id != me():
        raise NotFound()
    if record.state != RecordState.ACCEPTED or record.ended_at is None:
        raise Conflict("检查记录经科室审核通过后，才能出具检查结果告知书。")
    handlings = [HANDLING_NAMES[Handling(one.kind)] for one in visits.followups_of(record.id)]
    values = {
        "bureaus": tenants.my_bureau().name,
        "day": _day(local_day(record.ended_at)),
        "results": "、".join(names(record.results)),
        "handling": "、".join(dict.fromkeys(handlings)) or HANDLING_NAMES[Handling.NONE],
    }
    return _issue(Letter.RESULT_NOTICE, record, record.id, values)


def issue_first_result_notice(record_id: UUID) -> Document | None:
    """It, once the record was accepted; None where there is one."""
    there = [one for one in documents.documents_of(record_id) if one.kind == Letter.RESULT_NOTICE]
    return None if there else issue_result_notice(record_id)


def issue_order(followup: Followup, order: CorrectionOrder) -> Document:
    """责令改正通知书, with the order."""
    values = {"demands": list(order.demands), "due": _day(order.due_on)}
    return _issue(Letter.CORRECTION_ORDER, _record(followup), followup.id, values)


def issue_recheck(followup: Followup, made: Recheck) -> Document:
    """复查意见, with each re-check."""
    conclusion = RECHECK_NAMES[RecheckNext(made.next)]
    if made.due_on is not None:
        conclusion = f"{conclusion}至 {_day(made.due_on)}（{made.reason}）"
    values = {"seen": made.seen, "conclusion": conclusion}
    return _issue(Letter.RECHECK, _record(followup), followup.id, values)


def issue_transfer(followup: Followup, sent: Transfer) -> Document | None:
    """案件移送函, which the receiver reads; to a unit of one's own there is none."""
    if sent.mode in (Mode.UNIT, Mode.DAILY):
        return None
    values = {
        "receiver": tenants.bureau(sent.receiver_id).name,
        "facts": sent.facts,
        "reason": sent.reason or "依法移送",
        "answer_by": _day(sent.answer_by) if sent.answer_by else "规定的期限",
    }
    shared = [sent.receiver_id] if sent.receiver_id != me() else []
    return _issue(Letter.TRANSFER, _record(followup), followup.id, values, shared)


def issue_police(followup: Followup, police: PoliceTransfer) -> Document:
    """涉嫌犯罪案件移送书, with its number and copy."""
    values = {
        "police": police.police,
        "crime": police.crime,
        "finding": police.finding,
        "platform_number": police.number,
        "copied_to": police.copied_to,
    }
    return _issue(Letter.POLICE_TRANSFER, _record(followup), followup.id, values)


def _issue(
    letter: Letter, record: Record, subject: UUID, values: dict[str, Any], shared: list[UUID] | None = None
) -> Document:
    bureau = tenants.my_bureau().name
    members = [{**person, "bureau": bureau, "leader": ""} for person in record.inspectors]
    entity = {"name": record.entity_name, "code": record.entity_code, "address": record.place}
    return messages.issue(letter, subject, entity, {**values, "members": members}, shared or ())


def _record(followup: Followup) -> Record:
    return visits.record(followup.record_id)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
