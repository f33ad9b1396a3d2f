"""To the police (移送公安): prepared, decided by the head, sent with its number and copy, received, answered, reviewed (R-V7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.followups import queries
from onedoor.followups.models import PoliceTransfer
from onedoor.followups.rules import POLICE_NAMES, Ground, PoliceAnswer, check_past
from onedoor.followups.service.letters import issue_police
from onedoor.followups.service.steps import due_after, of_kind, set_due, step
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup
from onedoor.visits.rules.conclusions import Conclusion
from onedoor.visits.rules.results import Handling, found_a_problem
from tenants import approvals, settings
from tenants.models import Approval
from tenants.rules import Permission

KIND = "police"
Given = Mapping[str, Any]


def prepare(followup_id: UUID, given: Given) -> PoliceTransfer:
    """Put before the head what is to go to the police; needs what was found, of a record that found a problem or by the head's word."""
    followup = of_kind(followup_id, Handling.POLICE)
    held = queries.police(followup_id, lock=True)
    if held is not None and held.return_reason is None:
        raise Conflict("已经提交负责人决定，不必重复提交。")
    if not given["finding"].strip():
        text = N_("没有写明涉嫌犯罪的事实或者负责人决定的依据，不能移送公安机关。")
        raise ClerkError(text, fields={"finding": [text]})
    record = visits.record(followup.record_id)
    if given["ground"] == Ground.FINDING.value and not found_a_problem(record.results):
        text = N_("检查没有发现问题；没有检查发现的，须有负责人的决定。")
        raise ClerkError(text, fields={"ground": [text]})
    police = held or PoliceTransfer(id=new_id(), tenant_id=followup.tenant_id, followup_id=followup.id)
    for name in ("ground", "finding", "crime", "police"):
        setattr(police, name, given[name].strip())
    police.prepared_by, police.return_reason = current_scope().actor_name, None
    db.session.add(police)
    db.session.flush()
    title = Sentence("%(name)s：移送公安机关", name=record.entity_name)
    approvals.ask(KIND, police.id, title, "approve", Permission.VISIT_APPROVE)
    step(followup, Sentence("提请移送公安机关：%(crime)s", crime=police.crime), "police.prepare")
    return police


def decide_police(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """The head lets it go, or not, with the reason."""
    police = queries.police_transfer(approval.subject_id)
    followup = visiting.open_one(police.followup_id)
    approvals.refuse_systems_alone(approval)
    approvals.decide(approval, approved, reason, permissions)
    if not approved:
        police.return_reason = reason.strip()
        text = Sentence("不批准移送公安机关：%(reason)s", reason=reason.strip())
        step(followup, text, "police.return", {"reason": reason.strip()})
        return
    police.approved_at, police.approver_name = now(), current_scope().actor_name
    police.send_by = due_after(settings.value("police_send_days"))
    set_due(followup, police.send_by)
    step(followup, Sentence("批准移送公安机关"), "police.approve")


def send_police(followup_id: UUID, given: Given) -> PoliceTransfer:
    """It went to the police, with its 两法衔接 number and a copy to the procuratorate."""
    followup, police = _prepared(followup_id)
    if police.approved_at is None:
        raise Conflict("须经负责人批准，才能移送公安机关。")
    if police.sent_on is not None:
        raise Conflict("移送情况已经登记。")
    since = local_day(police.approved_at)
    police.sent_on = check_past("sent_on", given["sent_on"], today(), since)
    police.copied_on = check_past("copied_on", given["copied_on"], today(), since)
    police.number, police.copied_to = given["number"].strip(), given["copied_to"].strip()
    police.answer_by = due_after(settings.value("police_answer_days"), police.sent_on)
    set_due(followup, police.answer_by)
    text = Sentence("移送%(police)s，两法衔接编号 %(number)s", police=police.police, number=police.number)
    step(followup, text, "police.send", {"number": police.number, "copied_to": police.copied_to})
    issue_police(followup, police)
    return police


def note_police_receipt(followup_id: UUID, given: Given) -> PoliceTransfer:
    """The police received it."""
    followup, police = _sent(followup_id)
    if police.received_on is not None:
        raise Conflict("回执已经登记。")
    police.received_on = check_past("received_on", given["received_on"], today(), police.sent_on)
    police.receiver_name = given["receiver_name"].strip()
    police.answer_by = due_after(settings.value("police_answer_days"), police.received_on)
    set_due(followup, police.answer_by)
    step(followup, Sentence("公安机关接收"), "police.receipt", {"on": police.received_on.isoformat()})
    return police


def note_police_answer(followup_id: UUID, given: Given) -> PoliceTransfer:
    """What the police answered; a case filed ends it, a refusal leaves it open for a review or the bureau's own end."""
    followup, police = _sent(followup_id)
    if police.received_on is None:
        raise Conflict("请先登记公安机关的接收回执。")
    if police.answered_on is not None and police.review_asked_on is None:
        raise Conflict("答复已经登记。")
    answer = PoliceAnswer(given["answer"])
    police.answered_on = check_past("answered_on", given["answered_on"], today(), police.received_on)
    police.answer, police.answer_note = answer.value, given["answer_note"].strip()
    text = Sentence("公安机关答复：%(answer)s", answer=Sentence(POLICE_NAMES[answer]))
    step(followup, text, "police.answer", {"answer": answer.value})
    if answer is PoliceAnswer.FILED:
        _end(followup, police.answer_note or POLICE_NAMES[answer], Conclusion.POLICE_FILED)
    else:
        set_due(followup, due_after(settings.value("police_answer_days")))
    return police


def ask_police_review(followup_id: UUID, on: date) -> PoliceTransfer:
    """The bureau asks the police to look again at their refusal."""
    followup, police = _refused(followup_id)
    if police.review_asked_on is not None:
        raise Conflict("已经提请复议。")
    police.review_asked_on = check_past("review_asked_on", on, today(), police.answered_on)
    set_due(followup, due_after(settings.value("police_answer_days"), on))
    step(followup, Sentence("提请公安机关复议"), "police.review", {"on": on.isoformat()})
    return police


def end_police(followup_id: UUID, outcome: str) -> Followup:
    """The refusal stands, with or without a review: how the bureau goes on."""
    followup, police = _refused(followup_id)
    police.review_outcome = outcome.strip() if police.review_asked_on else None
    return _end(followup, outcome, Conclusion.POLICE_DECLINED)


def _end(followup: Followup, outcome: str, conclusion: Conclusion) -> Followup:
    return visiting.end_followup(followup.id, outcome, conclusion.value)


def _prepared(followup_id: UUID) -> tuple[Followup, PoliceTransfer]:
    followup = of_kind(followup_id, Handling.POLICE)
    police = queries.police(followup_id, lock=True)
    if police is None:
        raise Conflict("请先写明涉嫌犯罪的事实，提交负责人决定。")
    return followup, police


def _sent(followup_id: UUID) -> tuple[Followup, PoliceTransfer]:
    followup, police = _prepared(followup_id)
    if police.sent_on is None:
        raise Conflict("请先登记移送日期和两法衔接编号。")
    return followup, police


def _refused(followup_id: UUID) -> tuple[Followup, PoliceTransfer]:
    followup, police = _sent(followup_id)
    if police.answer in (None, PoliceAnswer.FILED.value):
        raise Conflict("公安机关没有作出不予立案或者退回的答复。")
    return followup, police
