"""After the check: the unit's word and the report (R-V4, R-V5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel import jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Report
from onedoor.visits.rules.results import names
from onedoor.visits.rules.states import RecordState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from onedoor.visits.service.cancellations import settle_owed
from onedoor.visits.service.conduct import my_part
from onedoor.visits.service.followups import close, follow
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


def decide_record(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """The unit accepts the record, or returns it with the reason."""
    record = queries.record(approval.subject_id, lock=True)
    approvals.refuse_systems_alone(approval)
    approvals.decide(approval, approved, reason, permissions)
    visit, part = queries.visit(record.visit_id), my_part(queries.visit(record.visit_id))
    record.decided_at, record.decider_name = now(), current_scope().actor_name
    if not approved:
        record.state, record.return_reason = RecordState.RETURNED.value, reason.strip()
        part.submitted_at, part.outcome = None, None
        record_step(
            visit,
            "record",
            Sentence("退回检查记录：%(reason)s", reason=reason.strip()),
            "record.return",
            {"reason": reason.strip()},
        )
        return
    record.state = RecordState.ACCEPTED.value
    part.accepted_at = now()
    follow(record)
    settle_owed(visit)
    text = Sentence("检查记录审核通过：%(found)s", found=[Sentence(name) for name in names(record.results)])
    record_step(visit, "result", text, "record.accept", {"results": record.results})
    db.session.flush()
    # The room above writes what the firm gets of it.
    jobs.enqueue(
        JobName.ISSUE_RESULT_NOTICE,
        {"record_id": str(record.id)},
        title=Sentence("出具检查结果告知书：%(name)s", name=record.entity_name),
        subject=("record", record.id),
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
        tenant_id=own_bureau(),
        record_id=record.id,
        visit_id=visit_id,
        assessment=assessment.strip(),
        proposed=proposed.strip(),
        completed_at=now(),
        completed_by=current_scope().actor_name,
    )
    db.session.add(report)
    my_part(visit).reported_at = report.completed_at
    record_step(visit, "record", Sentence("完成检查报告"), "report.complete")
    close(visit, record)
    return report
