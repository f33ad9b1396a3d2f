"""Correcting a record that was accepted: with its reason, by two people, the former kept (R-O3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from onedoor.disclosure import queries as disclosures
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordItem, RecordRevision
from onedoor.visits.rules.results import Result, checked_set, names, of_object
from onedoor.visits.rules.states import RecordState, RevisionState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from onedoor.visits.service.records import content_of
from onedoor.visits.service.result_disclosure import publish
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission

KIND = "revision"
Given = Mapping[str, Any]


def propose_revision(
    record_id: UUID, reason: str, requested_by: str, items: Given, note: str
) -> RecordRevision:
    """Propose a correction of an accepted record of this bureau; `items` are results and note by the item's id.

    Raises `ClerkError` for a reason or asker that is missing, for results that contradict each other, and if nothing changes.
    """
    record = queries.record(record_id, lock=True)
    if record.tenant_id != own_bureau():
        raise NotFound()
    if record.state != RecordState.ACCEPTED.value:
        raise Conflict("检查记录审核通过以后才需要更正；还没有通过的，由科室退回后修改。")
    if approvals.waiting_among(KIND, [one.id for one in queries.revisions(record_id)]):
        raise Conflict("这份记录的更正正在等待审批。")
    _check_asked(reason, requested_by)
    held = queries.items(record.id)
    proposed = {"items": _read(held, items), "note": note.strip()}
    if proposed == {"items": _as_is(held), "note": record.note}:
        raise ClerkError("更正的内容与原记录相同，请修改后再提交。")
    revision = RecordRevision(
        id=new_id(),
        tenant_id=record.tenant_id,
        record_id=record.id,
        version=_version(record.id) + 1,
        reason=reason.strip(),
        requested_by=requested_by.strip(),
        proposed=proposed,
        state=RevisionState.PROPOSED,
        created_at=now(),
        author_name=current_scope().actor_name,
    )
    db.session.add(revision)
    db.session.flush()
    title = Sentence("%(name)s：更正检查记录", name=record.entity_name)
    approvals.ask(KIND, revision.id, title, "approve", Permission.VISIT_REVIEW)
    text = Sentence("提请更正检查记录：%(reason)s", reason=revision.reason)
    record_step(queries.visit(record.visit_id), "record", text, "record.revise")
    return revision


def decide_revision(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> RecordRevision:
    """Another than who wrote the correction lets it stand, or returns it; then public and exports have the new text."""
    revision = queries.revision(approval.subject_id, lock=True)
    record = queries.record(revision.record_id, lock=True)
    approvals.decide(approval, approved, reason, permissions)
    revision.decided_at, revision.decider_name = now(), current_scope().actor_name
    visit = queries.visit(record.visit_id)
    if not approved:
        revision.state, revision.return_reason = "returned", reason.strip()
        text = Sentence("退回记录更正：%(reason)s", reason=reason.strip())
        record_step(visit, "record", text, "record.revise_return", {"reason": reason.strip()})
        return revision
    _apply(record, revision)
    found = [Sentence(name) for name in names(record.results)]
    text = Sentence("检查记录更正为第 %(version)s 版：%(found)s", version=revision.version, found=found)
    record_step(
        visit, "result", text, "record.corrected", {"version": revision.version, "results": record.results}
    )
    if disclosures.of_subject("result", record.id) is not None:
        publish(record)
    return revision


def _apply(record: Record, revision: RecordRevision) -> None:
    items = queries.items(record.id)
    revision.former = {
        **content_of(record, items),
        "submitter": record.submitter_name,
        "reviewer": record.decider_name,
        "accepted_at": record.decided_at.isoformat() if record.decided_at else None,
    }
    for item in items:
        given = revision.proposed["items"][str(item.id)]
        item.results, item.note = given["results"], given["note"]
    record.note = revision.proposed["note"]
    if record.whole is None:
        found = of_object([{Result(code) for code in item.results} for item in items])
        record.results = [result.value for result in Result if result in found]
    revision.state = RevisionState.APPROVED
    db.session.flush()


def _read(held: Sequence[RecordItem], given: Given) -> dict[str, Any]:
    made = {}
    for item in held:
        one = given.get(str(item.id)) or {"results": item.results, "note": item.note}
        results = checked_set(one["results"])
        ordered = [result.value for result in Result if result in results]
        made[str(item.id)] = {"results": ordered, "note": one["note"].strip()}
    return made


def _as_is(held: Sequence[RecordItem]) -> dict[str, Any]:
    return {str(item.id): {"results": item.results, "note": item.note} for item in held}


def _check_asked(reason: str, requested_by: str) -> None:
    missing = {
        name: [text]
        for name, value, text in (
            ("reason", reason, N_("请写明更正的理由。")),
            ("requested_by", requested_by, N_("请写明由谁提出更正。")),
        )
        if not value.strip()
    }
    if missing:
        raise ClerkError("记录更正还没有填完。", fields=missing)


def _version(record_id: UUID) -> int:
    last = queries.last_revision(record_id)
    return last.version if last else 1
