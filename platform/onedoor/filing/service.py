"""Handing in, and answering."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.filing import queries
from onedoor.filing.models import Filing, FilingAnswer, FilingFile
from onedoor.filing.rules import FilingKind
from onedoor.kernel import audit, trace
from onedoor.kernel.clock import SHANGHAI, local_day, now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, sentence_parts
from tenants import queries as bureaus

FiledFile = tuple[str, str, bytes]


def send(
    kind: str,
    subject_id: UUID,
    title: str,
    *,
    version: int,
    review: bool,
    due_on: date | None,
    summary: dict[str, Any],
    shared_with: Iterable[UUID] = (),
    series_id: UUID | None = None,
    link: str | None = None,
    written_by: UUID | None = None,
    files: Sequence[FiledFile] = (),
    receivers: Iterable[UUID] | None = None,
) -> list[Filing]:
    """Hand a thing to every bureau that supervises this one (or the `receivers` among them), but itself (R-P4, R-T3); none: an empty list.

    `series_id` names the thing through its versions (default: `subject_id`): what was filed of it before
    is replaced. `summary` maps Chinese labels to texts (a `Sentence` each) the receiver
    reads at once. `written_by` is the account that wrote the thing, if no approval says it. `files` (name, media type, bytes) are kept
    as they are handed in, for a thing that has no page of each version. Raises Conflict when this
    version is already filed.
    """
    sender = current_scope().tenant_id
    assert sender is not None
    series = series_id or subject_id
    _replace_former(kind, series, version)
    made = [
        _hand_in(
            receiver,
            kind=FilingKind(kind).value,
            subject_id=subject_id,
            series_id=series,
            title=title,
            version=version,
            review=review,
            due_on=due_on,
            summary=summary,
            summary_said={label: sentence_parts(value) for label, value in summary.items()},
            link=link,
            shared_with=list(shared_with),
            senders=_hands(written_by),
        )
        for receiver in (bureaus.supervisors_of(sender) if receivers is None else receivers)
        if receiver != sender
    ]
    db.session.flush()
    for filing in made:
        db.session.add_all(_kept(filing, *each) for each in files)
        _leave_a_trace(filing)
    db.session.flush()
    return made


def published_first(path: str, since: datetime) -> dict[str, Any]:
    """For the summary of what is published before it is filed: where and when, so that the receiver can look for itself (R-P1)."""
    moment = since.astimezone(SHANGHAI)
    return {
        Sentence("公布时间"): moment.strftime("%Y-%m-%d %H:%M"),
        Sentence("公布位置"): Sentence("本平台公示网站 %(path)s", path=path),
    }


def answer(filing_id: UUID, accepted: bool, reason: str = "") -> FilingAnswer:
    """Accept or return a filing, once, as its receiver; a return needs its reason (R-P4). Not by who sent it (R-T5)."""
    scope = current_scope()
    filing = queries.filing(filing_id)
    if filing.receiver_id != scope.tenant_id:
        raise Forbidden("这份材料不是报送给本单位的，只能查看。")
    if filing.answer is not None:
        raise Conflict("《%(title)s》已经答复过了，请刷新页面查看结果。", title=filing.title)
    if filing.replaced_at is not None:
        raise Conflict("《%(title)s》已由新版本替代，请办理新版本。", title=filing.title)
    if queries.is_own(filing):
        raise Forbidden(
            "《%(title)s》是您本人参与起草、提交或报送的（包括用其他单位的账户、由他人代办或代他人办理的），"
            "按规定不能由您答复，请由本单位其他有权限的人员办理。",
            title=filing.title,
        )
    if not accepted and not reason.strip():
        raise ClerkError("退回时请写明理由。", fields={"reason": ["请写明退回的理由和需要修改的内容。"]})
    given = FilingAnswer(
        id=new_id(),
        tenant_id=filing.receiver_id,
        filing_id=filing.id,
        sender_id=filing.tenant_id,
        accepted=accepted,
        reason=reason.strip() or None,
        answered_at=now(),
        answerer_name=scope.actor_name,
        answered_by=scope.actor_id,
        answered_for=scope.acting_for,
    )
    _keep_once(given, filing.title)
    _tell(filing, given)
    return given


def _hand_in(receiver: UUID, **given: Any) -> Filing:
    scope, moment = current_scope(), now()
    filing = Filing(
        id=new_id(),
        tenant_id=scope.tenant_id,
        receiver_id=receiver,
        sent_at=moment,
        sent_on=local_day(moment),
        sender_name=scope.actor_name,
        **given,
    )
    db.session.add(filing)
    return filing


def _kept(filing: Filing, name: str, media_type: str, content: bytes) -> FilingFile:
    return FilingFile(
        tenant_id=filing.tenant_id,
        filing_id=filing.id,
        name=name,
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _hands(written_by: UUID | None) -> list[UUID]:
    """Who had a hand in this, as far as the application knows; the database adds those of the approvals."""
    scope = current_scope()
    return list(dict.fromkeys(one for one in (scope.actor_id, scope.acting_for, written_by) if one))


def _replace_former(kind: str, series: UUID, version: int) -> None:
    former = db.session.scalars(
        sa.select(Filing).where(
            Filing.tenant_id == current_scope().tenant_id,
            Filing.kind == kind,
            Filing.series_id == series,
            Filing.replaced_at.is_(None),
        )
    )
    for filing in former:
        if filing.version >= version:
            raise Conflict("《%(title)s》的这个版本已经报送备案，不必重复报送。", title=filing.title)
        filing.replaced_at = now()
    db.session.flush()


def _leave_a_trace(filing: Filing) -> None:
    receiver = bureaus.bureau(filing.receiver_id)
    text = (
        Sentence("《%(title)s》向%(receiver)s报送备案审核", title=filing.title, receiver=receiver.name)
        if filing.review
        else Sentence("《%(title)s》向%(receiver)s报送备案", title=filing.title, receiver=receiver.name)
    )
    trace.step(
        _stage(filing),
        text,
        [filing.subject_id, filing.series_id, filing.id],
        shared_with=[filing.receiver_id, *filing.shared_with],
    )
    audit.record(
        "filing.filing.send",
        ("filing", filing.id),
        filing.title,
        after={"receiver": receiver.name, "version": filing.version, "review": filing.review},
    )


def _keep_once(given: FilingAnswer, title: str) -> None:
    """Insert the answer; two who answer at the same moment are told apart by the table's uniqueness."""
    try:
        with db.session.begin_nested():
            db.session.add(given)
    except sa.exc.IntegrityError as error:
        raise Conflict("《%(title)s》已经答复过了，请刷新页面查看结果。", title=title) from error


def _tell(filing: Filing, given: FilingAnswer) -> None:
    db.session.expire(filing, ["answer"])
    trace.step(
        _stage(filing),
        _answered(filing, given),
        [filing.subject_id, filing.series_id, filing.id],
        shared_with=[filing.tenant_id, *filing.shared_with],
    )
    audit.record(
        f"filing.filing.{'accept' if given.accepted else 'return'}",
        ("filing", filing.id),
        filing.title,
        after={"reason": given.reason},
    )


def _answered(filing: Filing, given: FilingAnswer) -> Sentence:
    if given.accepted and filing.review:
        return Sentence("《%(title)s》通过备案审核", title=filing.title)
    if given.accepted:
        return Sentence("《%(title)s》通过备案", title=filing.title)
    if filing.review:
        return Sentence("《%(title)s》退回备案审核：%(reason)s", title=filing.title, reason=given.reason)
    return Sentence("《%(title)s》退回备案：%(reason)s", title=filing.title, reason=given.reason)


def _stage(filing: Filing) -> str:
    return "plan" if filing.kind == FilingKind.PLAN else "item"
