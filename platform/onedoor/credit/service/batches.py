"""Making a batch: results taken up, what ended withdrawn, all that waits put in order (R-O2, R-O3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onedoor.campaigns import queries as campaigns
from onedoor.credit import queries, rules
from onedoor.credit.layouts import PENALTY, Layout
from onedoor.credit.models import Export, ExportAttempt, ExportRecord, OutsidePlatform
from onedoor.credit.platforms import ChannelKind, in_use, layout, layouts_of
from onedoor.disclosure.models import Disclosure
from onedoor.entities import queries as entity_queries
from onedoor.kernel import audit, jobs, locks, trace
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence
from onedoor.plans import queries as plans
from tenants import queries as bureaus


def make_batch() -> Export | None:
    """Put all that is public and was not sent, and all that was mended, into a batch for each platform and layout, and have
    them sent; returns the first.

    None if all that is new was refused by our own check (it then stands among the rejected). Raises
    `ClerkError` if nothing waits. One bureau makes its batches at one time.
    """
    made, refused = make_batches()
    if not made and not refused:
        raise ClerkError(
            "没有等待报送的检查结果：已公示的都已报送，被退回的请先更正。新的检查结果公示后即可报送。"
        )
    return made[0] if made else None


def make_batches(
    *, only_known: bool = False, to: Sequence[OutsidePlatform] | None = None
) -> tuple[list[Export], int]:
    """A batch for each platform (of `to`, or all) and layout for which something waits, and how many our own check refused.

    With `only_known` of what is new only versions of what the platform has already: a correction follows by itself (R-O3).
    What was made by a former version of a layout goes out by that version.
    """
    locks.hold(f"export {current_scope().tenant_id}")
    _follow_endings()
    made, refused = [], 0
    for platform in in_use() if to is None else to:
        for kind, name in layouts_of(platform).items():
            refused += _take_up(platform, kind, name, only_known)
        for name in queries.layouts_waiting(platform.code):
            waiting = queries.to_send(platform.code, name)
            if only_known:
                waiting = [one for one in waiting if _is_known(one)]
            if waiting:
                made.append(_send_off(platform, name, waiting))
    return made, refused


def _is_known(record: ExportRecord) -> bool:
    """The platform has it in this version or an earlier one."""
    return record.action == rules.Action.WITHDRAW.value or bool(queries.older(record))


def _send_off(platform: OutsidePlatform, name: str, waiting: Sequence[ExportRecord]) -> Export:
    export = _export(platform, name, waiting)
    title = Sentence("报送批次 %(number)s（%(count)s 条）", number=export.number, count=export.records)
    if platform.channel != ChannelKind.MANUAL:
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


def _take_up(platform: OutsidePlatform, kind: str, name: str, only_known: bool) -> int:
    """Make records of what has none; returns how many our own check refused."""
    refused, shape = 0, layout(name)
    query = queries.not_taken_up(platform.code, kind).order_by(Disclosure.since, Disclosure.id)
    for found in db.session.scalars(query):
        if queries.without_code(found.entity_code or ""):
            # Platforms know entities by their credit code: it goes as soon as that came.
            continue
        record = _record(found, platform, shape)
        if only_known and not queries.older(record):
            continue
        wrong = rules.problems(shape, record.fields)
        if wrong:
            record.state = rules.RecordState.REJECTED.value
            problem = rules.in_one_sentence(shape, wrong)
            store_sentence(record, "reason", Sentence("报送前检查未通过。%(problems)s", problems=problem))
            refused += 1
        db.session.add(record)
    db.session.flush()
    return refused


def exported_fields(found: Disclosure, entity: tuple[str, str], shape: Layout) -> dict[str, Any]:
    """What goes out of a disclosure, as the layout wants it; nothing of it is typed."""
    until = local_day(found.until) if found.until else None
    facts = (
        rules.penalty_fields(found.content, entity, until)
        if found.kind == PENALTY
        else rules.result_fields(found.content, entity, found.bureau_name, _plan(found))
    )
    return rules.fitted(shape, facts)


def _record(found: Disclosure, platform: OutsidePlatform, shape: Layout) -> ExportRecord:
    entity = entity_queries.credit_code_now(found.entity_code or ""), found.entity_name or ""
    return ExportRecord(
        tenant_id=found.tenant_id,
        platform=platform.code,
        layout=shape.name,
        kind=found.kind,
        subject_id=found.subject_id,
        version=found.version,
        disclosure_id=found.id,
        entity_code=entity[0],
        entity_name=entity[1],
        title=found.title,
        action=rules.Action.PUBLISH.value,
        fields=exported_fields(found, entity, shape),
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


def _export(platform: OutsidePlatform, name: str, waiting: Sequence[ExportRecord]) -> Export:
    scope, sequence = current_scope(), queries.last_sequence(platform.code) + 1
    assert scope.tenant_id is not None
    export = Export(
        id=new_id(),
        tenant_id=scope.tenant_id,
        platform=platform.code,
        layout=name,
        sequence=sequence,
        number=rules.batch_number(bureaus.my_bureau().code, today(), sequence, platform.mark),
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
