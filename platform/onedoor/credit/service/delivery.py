"""Sending a batch and recording its receipts.

It goes out inside the job's one transaction on purpose. If the worker dies after the platform took the
batch and before we commit, nothing of the receipts is known here; the job runs again, sends the same
batch under the same key, and the platform answers with the same receipts. So nothing is sent twice in
effect and nothing is lost (R-O2). Sent fields come from `ExportAttempt`, which never changes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from onedoor.credit import platforms, queries, rules
from onedoor.credit.channels import Channel, channel_of
from onedoor.credit.models import Export, ExportRecord, Receipt
from onedoor.credit.platform_client import Verdict
from onedoor.credit.queries import Sent
from onedoor.kernel import audit, jobs, trace
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence, store_sentence
from onedoor.visits import queries as visits
from tenants import queries as bureaus

WHAT = {"result": Sentence("检查结果"), "penalty": Sentence("行政处罚")}
ASK_AGAIN_AFTER, AT_LATEST = timedelta(seconds=30), timedelta(hours=6)
STATES = {
    "accepted": rules.RecordState.ACCEPTED,
    "rejected": rules.RecordState.REJECTED,
    "received": rules.RecordState.SENT,
}


def send(export_id: UUID, channel: Channel | None = None, asked: int = 0) -> dict[str, Any]:
    """Send a batch and record its receipts; an answered one is left alone. Returns the counts.

    It goes the way its platform is reached now, or by the `channel` that is given.

    Where the platform has only received a record, it is asked again later, each time after twice as
    long (`asked` counts the times). Raises `ClerkError` if the platform cannot be reached or its answer
    cannot be read.
    """
    export = queries.export(export_id, lock=True)
    if export.answered_at is None:
        sent = queries.attempts(export_id)
        way = channel or channel_of(platforms.platform(export.platform))
        verdicts = way.deliver(wire_form(export, sent))
        for one in sent:
            if one.receipt is None:
                take_verdict(one, verdicts[record_number(one.record)])
        _ask_again(export, asked)
    return counts_of(export)


def wire_form(export: Export, sent: list[Sent]) -> dict[str, Any]:
    """The batch as it goes over the wire: always the same for the same batch."""
    return {
        "batch": export.number,
        "sequence": export.sequence,
        "sender": bureaus.my_bureau().code,
        "layout": export.layout,
        "records": [
            {
                "number": record_number(one.record),
                "version": one.record.version,
                "action": one.attempt.action,
                "fields": one.attempt.fields,
            }
            for one in sent
        ],
    }


def record_number(record: ExportRecord) -> str:
    """The record's name on the platform: the same through its versions, which replace each other there."""
    return str(record.subject_id)


def take_verdict(one: Sent, verdict: Verdict) -> None:
    record, moment = one.record, now()
    record.state, record.changed_at = STATES[verdict.state].value, moment
    store_sentence(record, "reason", verdict.reason)
    if verdict.state == "received":
        return
    db.session.add(
        Receipt(
            tenant_id=record.tenant_id,
            attempt_id=one.attempt.id,
            state=verdict.state,
            number=verdict.number,
            reason=verdict.reason,
            received_at=moment,
        )
    )
    if verdict.state == "accepted":
        _settle(record, one.attempt.action)
    _leave_step(one, verdict)


def _settle(record: ExportRecord, action: str) -> None:
    """A withdrawal accepted ends the record; a publication accepted ends the versions before it."""
    if action == rules.Action.WITHDRAW.value:
        record.state = rules.RecordState.WITHDRAWN.value
        store_sentence(record, "reason", Sentence("已从报送平台撤回。"))
        return
    for former in queries.older(record):
        former.state, former.changed_at = rules.RecordState.WITHDRAWN.value, now()
        store_sentence(former, "reason", Sentence("已由更正后的新版本替代。"))


def _told(one: Sent, verdict: Verdict) -> Sentence:
    facts = {
        "platform": Sentence(platforms.titles().get(one.export.platform, one.export.platform)),
        "what": WHAT[one.record.kind],
        "batch": one.export.number,
    }
    withdrawn = one.attempt.action == rules.Action.WITHDRAW.value
    if verdict.state == "accepted" and withdrawn:
        return Sentence(
            "%(platform)s已撤回%(what)s（批次 %(batch)s，回执 %(number)s）", **facts, number=verdict.number
        )
    if verdict.state == "accepted":
        return Sentence(
            "%(platform)s已接收%(what)s（批次 %(batch)s，回执 %(number)s）", **facts, number=verdict.number
        )
    if withdrawn:
        return Sentence(
            "%(platform)s退回撤回%(what)s的请求（批次 %(batch)s）：%(reason)s", **facts, reason=verdict.reason
        )
    return Sentence("%(platform)s退回%(what)s（批次 %(batch)s）：%(reason)s", **facts, reason=verdict.reason)


def _leave_step(one: Sent, verdict: Verdict) -> None:
    # The result and its visit: on the page of the whole campaign every result's step would be too many.
    about = queries.behind(one.record.subject_id)[:2]
    shared = set(visits.party_ids(about[1])) - {one.record.tenant_id} if len(about) > 1 else set()
    text = _told(one, verdict)
    trace.step("export", text, about, link=f"/exports/records/{one.record.id}", shared_with=sorted(shared))


def _ask_again(export: Export, asked: int) -> None:
    if close(export):
        jobs.enqueue(
            JobName.SEND_EXPORT,
            {"export_id": str(export.id), "asked": asked + 1},
            title=Sentence("查询报送批次 %(number)s 的回执", number=export.number),
            subject=("export", export.id),
            not_before=now() + min(ASK_AGAIN_AFTER * 2 ** min(asked, 20), AT_LATEST),
        )


def close(export: Export) -> int:
    """The batch is there; once every record is answered for, it is closed. Returns how many receipts are still to come."""
    db.session.flush()
    counted = queries.reconciliation(export.id)
    export.sent_at = export.sent_at or now()
    if not counted.open:
        export.answered_at = now()
    audit.record("credit.export.send", ("export", export.id), export.number, after=counts_of(export))
    return counted.open


def counts_of(export: Export) -> dict[str, Any]:
    """What was sent, and how it was answered."""
    counted = queries.reconciliation(export.id)
    return {
        "sent": counted.sent,
        "accepted": counted.accepted,
        "rejected": counted.rejected,
        "open": counted.open,
    }
