"""What follows a finding: opened, given another day, ended; and the end of a bureau's part (R-V7).

The way of each kind to its end is kept by the room `followups`, which calls these.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from onedoor.disclosure import queries as disclosures
from onedoor.kernel import jobs
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Followup, Record, Visit
from onedoor.visits.rules.dates import due
from onedoor.visits.rules.results import HANDLING_NAMES, Handling, is_listable, names
from onedoor.visits.rules.states import FollowupState, RecordState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from onedoor.visits.service.conduct import my_part
from onedoor.visits.service.result_disclosure import publish
from tenants import settings, units


def follow(record: Record) -> None:
    """The rows for what follows an accepted record; nothing to do is done at once.

    Where the object was not found, or falsified what it published, market regulation decides on its list: a job sends it there.
    """
    handling = Handling(record.handling or Handling.NONE)
    first = _new(record, handling, record.handling_due_on, record.handling_note)
    if handling is Handling.NONE:
        first.state, first.outcome = "done", HANDLING_NAMES[handling]
        first.done_at, first.done_by = first.created_at, first.opened_by
    if is_listable(record.results):
        task = _new(record, Handling.ABNORMAL, None, "、".join(names(record.results)))
        jobs.enqueue(
            JobName.SEND_ABNORMAL,
            {"followup_id": str(task.id)},
            title=Sentence("%(name)s：送市场监管部门决定是否列入经营异常名录", name=record.entity_name),
            subject=("followup", task.id),
        )


def open_followup(
    record: Record, handling: Handling, due_on: date | None, note: str, came_from: UUID | None = None
) -> Followup:
    """One more handling of an accepted record of this bureau (R-V7)."""
    if record.tenant_id != own_bureau() or record.state != RecordState.ACCEPTED:
        raise Conflict("检查记录经科室审核通过后，才能确定后续处置。")
    if handling is Handling.NONE:
        raise ClerkError("请选择后续处置方式。", fields={"kind": [N_("请选择后续处置方式。")]})
    followup = _new(record, handling, due_on, note.strip(), came_from)
    visit = queries.visit(record.visit_id)
    my_part(visit).closed_at = None
    text = Sentence("确定后续处置：%(what)s", what=Sentence(HANDLING_NAMES[handling]))
    record_step(visit, "result", text, "followup.open", {"kind": handling.value})
    db.session.flush()
    return followup


def end_followup(followup_id: UUID, outcome: str, conclusion: str | None = None) -> Followup:
    """What followed is done, with its outcome and its code (R-V7)."""
    followup = open_one(followup_id)
    if not outcome.strip():
        raise ClerkError("请写明办理结果。", fields={"outcome": [N_("请写明办理结果。")]})
    followup.state, followup.outcome, followup.conclusion = "done", outcome.strip(), conclusion
    followup.done_at, followup.done_by = now(), current_scope().actor_name
    visit, name = queries.visit(followup.visit_id), HANDLING_NAMES[Handling(followup.kind)]
    text = Sentence("%(what)s办结：%(outcome)s", what=Sentence(name), outcome=outcome.strip())
    record_step(visit, "result", text, "followup.end", {"outcome": outcome.strip(), "conclusion": conclusion})
    record = queries.record(followup.record_id)
    close(visit, record)
    if disclosures.of_subject("result", record.id) is not None:
        publish(record)
    return followup


def open_one(followup_id: UUID) -> Followup:
    """A follow-up of this bureau that has not ended, locked."""
    followup = queries.followup(followup_id, lock=True)
    if followup.tenant_id != own_bureau() or followup.state == FollowupState.DONE:
        raise Conflict("这项后续处置已经办结。")
    return followup


def close(visit: Visit, record: Record) -> None:
    """A part is closed when its report is complete and what follows has ended."""
    db.session.flush()
    part = my_part(visit)
    is_open = any(followup.state == FollowupState.OPEN for followup in queries.followups_of(record.id))
    if part.closed_at is None and part.reported_at is not None and not is_open:
        part.closed_at = now()
        record_step(visit, "visit", Sentence("本部门检查办结"), "visit.close")
        db.session.flush()


def _new(
    record: Record, handling: Handling, due_on: date | None, note: str, came_from: UUID | None = None
) -> Followup:
    if due_on is None and handling is not Handling.NONE:
        # Whatever follows has a day by which somebody begins with it.
        begun = due(queries.calendar(), today(), settings.value("followup_begin_days"), today()).deadline
        due_on = begun.due if begun else None
    followup = Followup(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        visit_id=record.visit_id,
        kind=handling.value,
        due_on=due_on,
        note=note,
        unit_id=units.unit_of(record.submitted_by) if record.submitted_by else None,
        from_id=came_from,
        state=FollowupState.OPEN,
        created_at=now(),
        opened_by=current_scope().actor_name,
    )
    db.session.add(followup)
    db.session.flush()
    return followup
