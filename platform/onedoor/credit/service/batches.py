"""Making a batch: results taken up, what ended withdrawn, all that waits put in order (R-O2, R-O3)."""

from __future__ import annotations

from collections.abc import Sequence

from onedoor.campaigns import queries as campaigns
from onedoor.credit import queries, rules
from onedoor.credit.layouts import layout
from onedoor.credit.models import Export, ExportAttempt, ExportRecord
from onedoor.disclosure.models import Disclosure
from onedoor.kernel import audit, jobs, locks, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence
from onedoor.plans import queries as plans
from tenants import queries as bureaus


def make_batch() -> Export | None:
    """Put all that is public and was not sent, and all that was mended, into a batch and have it sent.

    None if all that is new was refused by our own check (it then stands among the rejected). Raises
    `ClerkError` if nothing waits. One bureau makes one batch at a time.
    """
    locks.hold(f"export {current_scope().tenant_id}")
    _follow_endings()
    refused = _take_up()
    waiting = queries.to_send()
    if not waiting and refused:
        return None
    if not waiting:
        raise ClerkError(
            "没有等待报送的检查结果：已公示的都已报送，被退回的请先更正。新的检查结果公示后即可报送。"
        )
    export = _export(waiting)
    title = Sentence("报送批次 %(number)s（%(count)s 条）", number=export.number, count=export.records)
    jobs.enqueue(
        JobName.SEND_EXPORT, {"export_id": str(export.id)}, title=title, subject=("export", export.id)
    )
    trace.step("export", Sentence("生成%(title)s", title=title), [export.id], link=f"/exports/{export.id}")
    audit.record(
        "credit.export.make", ("export", export.id), export.number, after={"records": export.records}
    )
    return export


def _follow_endings() -> None:
    """What is no longer public is withdrawn: there, if the platform has it; here, if it never went (R-O3).

    What a newer version replaces stays with the platform until that version takes its place.
    """
    for record, replaced in queries.ended():
        if replaced and record.state == rules.RecordState.ACCEPTED.value:
            continue
        record.changed_at = now()
        if record.state != rules.RecordState.ACCEPTED.value:
            record.state = rules.RecordState.WITHDRAWN.value
            store_sentence(record, "reason", Sentence("公示已经结束，不再报送。"))
        else:
            record.state, record.action = rules.RecordState.WAITING.value, rules.Action.WITHDRAW.value
            store_sentence(record, "reason", Sentence("公示已经结束，等待从报送平台撤回。"))
    db.session.flush()


def _take_up() -> int:
    """Make records of results that have none; returns how many our own check refused."""
    refused = 0
    shape = layout(rules.RESULT_LAYOUT)
    for found in db.session.scalars(queries.not_taken_up().order_by(Disclosure.since, Disclosure.id)):
        record = _record(found)
        wrong = rules.problems(shape, record.fields)
        if wrong:
            record.state = rules.RecordState.REJECTED.value
            problem = rules.in_one_sentence(shape, wrong)
            store_sentence(record, "reason", Sentence("报送前检查未通过。%(problems)s", problems=problem))
            refused += 1
        db.session.add(record)
    db.session.flush()
    return refused


def _record(found: Disclosure) -> ExportRecord:
    entity = found.entity_code or "", found.entity_name or ""
    return ExportRecord(
        tenant_id=found.tenant_id,
        platform=queries.PLATFORM,
        layout=rules.RESULT_LAYOUT,
        subject_id=found.subject_id,
        version=found.version,
        disclosure_id=found.id,
        entity_code=entity[0],
        entity_name=entity[1],
        title=found.title,
        action=rules.Action.PUBLISH.value,
        fields=rules.result_fields(found.content, entity, found.bureau_name, _plan(found)),
        state=rules.RecordState.WAITING.value,
        reason="",
        attempt=0,
        made_at=now(),
        changed_at=now(),
    )


def _plan(found: Disclosure) -> rules.PlanFacts | None:
    """The plan behind a result; an ad-hoc campaign's reference and reason stand in its place (R-P3)."""
    content = found.content
    if content.get("plan_number"):
        return rules.PlanFacts(content["plan_number"], content.get("plan_name", ""))
    if not content.get("drawn", True):
        return rules.PlanFacts(
            content.get("visit_number", ""), f"计划外检查，来源：{content.get('source_name', '')}"
        )
    try:
        campaign = campaigns.by_code(content.get("campaign_code", ""))
        if campaign.plan_id is None:
            return rules.PlanFacts(campaign.reference or "", campaign.reason or "")
        plan = plans.plan(campaign.plan_id)
    except NotFound:
        return None
    return rules.PlanFacts(plan.number, plan.title)


def _export(waiting: Sequence[ExportRecord]) -> Export:
    scope, sequence = current_scope(), queries.last_sequence() + 1
    assert scope.tenant_id is not None
    export = Export(
        id=new_id(),
        tenant_id=scope.tenant_id,
        platform=queries.PLATFORM,
        layout=rules.RESULT_LAYOUT,
        sequence=sequence,
        number=rules.batch_number(bureaus.my_bureau().code, today(), sequence),
        records=len(waiting),
        made_at=now(),
        made_by=scope.actor_name,
    )
    db.session.add(export)
    db.session.flush()
    for position, record in enumerate(waiting, start=1):
        record.attempt += 1
        db.session.add(
            ExportAttempt(
                tenant_id=scope.tenant_id,
                export_id=export.id,
                record_id=record.id,
                attempt=record.attempt,
                position=position,
                action=record.action,
                fields=record.fields,
            )
        )
    db.session.flush()
    return export
