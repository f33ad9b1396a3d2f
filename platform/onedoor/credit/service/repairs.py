"""Credit repair (信用修复): asked for, decided by the body that made the record, withdrawn wherever it was sent (R-O3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from onedoor.credit import queries
from onedoor.credit.models import RepairApplication
from onedoor.credit.rules import Gravity, RepairState
from onedoor.credit.service.withdrawals import enqueue_withdrawals
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.disclosure.models import Disclosure
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.visits import queries as visits
from tenants import approvals, settings
from tenants.models import Approval
from tenants.rules import Permission

KIND = "repair"
REPAIRABLE = ("result", "penalty")


def apply_for_repair(disclosure_id: UUID, given: Mapping[str, Any]) -> RepairApplication:
    """Enter a request about something this bureau has made public; the head decides.

    Raises `ClerkError` with the fields, and before the least days of the dishonesty's gravity are over.
    """
    public = disclosures.one(disclosure_id)
    if public.tenant_id != current_scope().tenant_id or public.kind not in REPAIRABLE:
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    applied = given.get("applied_on")
    missing = {
        name: [text]
        for name, lacking, text in (
            ("applicant", not (given.get("applicant") or "").strip(), N_("请填写申请人。")),
            (
                "reason",
                not (given.get("reason") or "").strip(),
                N_("请写明申请的理由和履行义务、纠正失信行为的情况。"),
            ),
            ("applied_on", applied is None or applied > today(), N_("申请日期不能晚于今天。")),
        )
        if lacking
    }
    if missing:
        raise ClerkError("信用修复申请还没有填完。", fields=missing)
    if queries.repair_of(public.subject_id) is not None:
        raise Conflict("这条记录已有信用修复申请正在办理。")
    _check_least_days(public)
    made = RepairApplication(
        id=new_id(),
        tenant_id=public.tenant_id,
        kind=public.kind,
        subject_id=public.subject_id,
        entity_code=public.entity_code or "",
        entity_name=public.entity_name or "",
        title=public.title,
        source=given.get("source") or "clerk",
        applicant=given["applicant"].strip(),
        applied_on=applied,
        reason=given["reason"].strip(),
        paper=(given.get("paper") or "").strip(),
        state=RepairState.OPEN,
        due_on=_due(),
        entered_at=now(),
        entered_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    title = Sentence("%(name)s：信用修复", name=made.entity_name)
    approvals.ask(KIND, made.id, title, "approve", Permission.VISIT_APPROVE)
    _leave_step(made, Sentence("受理信用修复申请"), "apply")
    return made


def decide_repair(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> RepairApplication:
    """Granted, the record leaves the public and, with the next hour's batch, every platform; refused, it says why."""
    made = queries.repair(approval.subject_id, lock=True)
    if made.state != RepairState.OPEN:
        raise Conflict("这项信用修复申请已经办结。")
    approvals.decide(approval, approved, reason, permissions)
    made.decided_at, made.decider_name = now(), current_scope().actor_name
    made.state, made.decision = "granted" if approved else "refused", reason.strip() or "准予信用修复"
    if approved:
        if disclosures.of_subject(made.kind, made.subject_id) is not None:
            disclosure.withdraw(made.kind, made.subject_id, "信用修复", "repaired")
        enqueue_withdrawals()
    text = (
        Sentence("准予信用修复，终止公示并从各平台撤回")
        if approved
        else Sentence("不予信用修复：%(reason)s", reason=reason.strip())
    )
    _leave_step(made, text, "grant" if approved else "refuse")
    return made


def _check_least_days(public: Disclosure) -> None:
    gravity = public.content.get("gravity")
    if gravity not in tuple(Gravity):
        return
    days = {
        Gravity.LIGHT: settings.value("repair.light_least_days"),
        Gravity.ORDINARY: settings.value("repair.ordinary_least_days"),
        Gravity.SERIOUS: settings.value("repair.serious_least_days"),
    }[Gravity(gravity)]
    first = date.fromisoformat(public.content["decided_on"]) + timedelta(days=days)
    if today() < first:
        raise Conflict("最短公示期未满，%(day)s 起才能申请信用修复。", day=first)


def _due() -> date | None:
    try:
        return visits.calendar().add_working_days(today(), int(settings.value("repair.decide_days")))
    except CalendarUnknown:
        return None


def _leave_step(made: RepairApplication, text: Sentence, event: str) -> None:
    trace.step("disclosure", text, queries.behind(made.subject_id), link=f"/exports/repairs/{made.id}")
    audit.record(f"credit.repair.{event}", ("repair", made.id), made.title)
    db.session.flush()
