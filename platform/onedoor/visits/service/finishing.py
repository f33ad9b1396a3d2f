"""After the check: the unit's word, the report, what follows, and the end (R-V4, R-V5, R-V7)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits import queries
from onedoor.visits.models import Followup, Record, Report, Visit
from onedoor.visits.rules.results import HANDLING_NAMES, Handling, names
from onedoor.visits.rules.states import RecordState
from onedoor.visits.rules.words import N_
from onedoor.visits.service.carrying import my_part
from onedoor.visits.service.telling import left_step, me
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


def decide_record(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """The unit accepts the record, or returns it with the reason."""
    record = queries.record(approval.subject_id, lock=True)
    approvals.decide(approval, approved, reason, permissions)
    visit, part = queries.visit(record.visit_id), my_part(queries.visit(record.visit_id))
    record.decided_at, record.decider_name = now(), current_scope().actor_name
    if not approved:
        record.state, record.return_reason = RecordState.RETURNED.value, reason.strip()
        part.submitted_at, part.outcome = None, None
        left_step(
            visit,
            "record",
            Sentence("退回检查记录：%(reason)s", reason=reason.strip()),
            "record.return",
            {"reason": reason.strip()},
        )
        return
    record.state = RecordState.ACCEPTED.value
    part.accepted_at = now()
    _follow(record)
    text = Sentence("检查记录审核通过：%(found)s", found=[Sentence(name) for name in names(record.results)])
    left_step(visit, "result", text, "record.accept", {"results": record.results})
    db.session.flush()


def _follow(record: Record) -> None:
    """A row for what follows; nothing to do is done at once."""
    handling = Handling(record.handling or Handling.NONE)
    done = handling is Handling.NONE
    db.session.add(
        Followup(
            id=new_id(),
            tenant_id=me(),
            record_id=record.id,
            visit_id=record.visit_id,
            kind=handling.value,
            due_on=record.handling_due_on,
            note=record.handling_note,
            state="done" if done else "open",
            created_at=now(),
            done_at=now() if done else None,
            done_by=current_scope().actor_name if done else None,
            outcome=HANDLING_NAMES[handling] if done else None,
        )
    )


def complete_report(visit_id: UUID, assessment: str, proposed: str) -> Report:
    """The report of this bureau's part: what was found, its assessment, what is proposed (R-V5)."""
    visit = queries.visit(visit_id)
    record = queries.my_record(visit_id, lock=True)
    if record is None or record.state != RecordState.ACCEPTED.value:
        raise Conflict("检查记录经科室审核通过后，才能完成检查报告。")
    if queries.report(record.id) is not None:
        raise Conflict("这次检查的报告已经完成。")
    missing = {
        name: [text]
        for name, value, text in (
            ("assessment", assessment, N_("请填写检查评价。")),
            ("proposed", proposed, N_("请填写处理意见。")),
        )
        if not value.strip()
    }
    if missing:
        raise ClerkError("检查报告还没有填完。", fields=missing)
    report = Report(
        id=new_id(),
        tenant_id=me(),
        record_id=record.id,
        visit_id=visit_id,
        assessment=assessment.strip(),
        proposed=proposed.strip(),
        completed_at=now(),
        completed_by=current_scope().actor_name,
    )
    db.session.add(report)
    my_part(visit).reported_at = report.completed_at
    left_step(visit, "record", Sentence("完成检查报告"), "report.complete")
    _close(visit, record)
    return report


def end_followup(followup_id: UUID, outcome: str) -> Followup:
    """What followed is done, with its outcome (for an order to correct: the re-check's) (R-V7)."""
    followup = queries.followup(followup_id, lock=True)
    if followup.state == "done":
        raise Conflict("这项后续处置已经办结。")
    if not outcome.strip():
        raise ClerkError("请写明办理结果。", fields={"outcome": [N_("请写明办理结果。")]})
    followup.state, followup.outcome = "done", outcome.strip()
    followup.done_at, followup.done_by = now(), current_scope().actor_name
    visit, name = queries.visit(followup.visit_id), HANDLING_NAMES[Handling(followup.kind)]
    text = Sentence("%(what)s办结：%(outcome)s", what=Sentence(name), outcome=outcome.strip())
    left_step(visit, "result", text, "followup.end", {"outcome": outcome.strip()})
    _close(visit, queries.record(followup.record_id))
    return followup


def _close(visit: Visit, record: Record) -> None:
    """A part is closed when its report is complete and what follows has ended."""
    db.session.flush()
    part = my_part(visit)
    is_open = any(followup.state == "open" for followup in queries.followups_of(record.id))
    if part.closed_at is None and part.reported_at is not None and not is_open:
        part.closed_at = now()
        left_step(visit, "visit", Sentence("本部门检查办结"), "visit.close")
        db.session.flush()
