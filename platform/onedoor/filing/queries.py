"""Reads of filings: the sender's, the receiver's, and those about a thing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from onedoor.filing import rules
from onedoor.filing.models import Filing, FilingAnswer, FilingFile
from onedoor.filing.rules import FilingState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants import approvals


def filing(filing_id: UUID) -> Filing:
    """The filing, if this bureau sent it, received it, or is part of it."""
    found = db.session.get(Filing, filing_id)
    if found is None:
        raise NotFound("没有找到这份备案材料，它可能不存在，或不是报送给本单位的。")
    return found


def files(filing_id: UUID) -> list[FilingFile]:
    """The files of a filing, without their content."""
    query = sa.select(FilingFile).where(FilingFile.filing_id == filing_id)
    return list(db.session.scalars(query.order_by(FilingFile.name)))


def file(filing_id: UUID, file_id: UUID) -> FilingFile:
    """One file of a filing that this bureau sent, received, or is part of."""
    found = db.session.get(FilingFile, file_id)
    if found is None or found.filing_id != filing_id:
        raise NotFound("没有找到这个文件。")
    return found


def of_subject(subject_id: UUID) -> list[Filing]:
    """Filings of a thing, or of all versions of a series, newest first; each with its `answer`.

    After a draw this is how the campaign learns that its plan was returned (R-P4).
    """
    query = (
        sa.select(Filing)
        .where(sa.or_(Filing.subject_id == subject_id, Filing.series_id == subject_id))
        .order_by(Filing.sent_at.desc(), Filing.id.desc())
    )
    return list(db.session.scalars(query))


def of_subjects(subjects: Collection[UUID]) -> dict[UUID, list[Filing]]:
    """Filings of several versions of things, by the version, newest first; each with its `answer`."""
    query = sa.select(Filing).where(Filing.subject_id.in_(subjects))
    found: dict[UUID, list[Filing]] = {}
    for one in db.session.scalars(query.order_by(Filing.sent_at.desc(), Filing.id.desc())):
        found.setdefault(one.subject_id, []).append(one)
    return found


def state(given: Filing) -> FilingState:
    """Sent, accepted, returned or replaced."""
    return rules.state_of(given.answer.accepted if given.answer else None, given.replaced_at is not None)


def is_own(given: Filing) -> bool:
    """Whether whoever works here had a hand in sending it, by whichever account and in whichever bureau (R-T5)."""
    return approvals.is_mine(given.senders or [])


def is_late(given: Filing) -> bool:
    """Whether it was handed in after its last day (R-P4)."""
    return rules.is_late(given.sent_on, given.due_on)


def sent() -> sa.Select[Filing]:
    """What this bureau filed; joined with the answer, for lists."""
    return _with_answer().where(Filing.tenant_id == current_scope().tenant_id)


def inbox() -> sa.Select[Filing]:
    """What was filed with this bureau; joined with the answer, for lists (备案箱)."""
    return _with_answer().where(Filing.receiver_id == current_scope().tenant_id)


def next_waiting() -> Filing | None:
    """What waits longest for this bureau's answer, and is not one's own (R-T5); None if nothing does."""
    found = db.session.scalars(in_state(inbox(), FilingState.SENT).order_by(Filing.sent_at, Filing.id))
    return next((one for one in found if not is_own(one)), None)


def in_state(query: sa.Select[Filing], wanted: str) -> sa.Select[Filing]:
    """Narrow `sent()` or `inbox()` to a state."""
    conditions = {
        FilingState.SENT: sa.and_(FilingAnswer.id.is_(None), Filing.replaced_at.is_(None)),
        FilingState.REPLACED: sa.and_(FilingAnswer.id.is_(None), Filing.replaced_at.is_not(None)),
        FilingState.ACCEPTED: FilingAnswer.accepted.is_(True),
        FilingState.RETURNED: FilingAnswer.accepted.is_(False),
    }
    return query.where(conditions[FilingState(wanted)])


def late(query: sa.Select[Filing]) -> sa.Select[Filing]:
    """Narrow to what came after its last day."""
    return query.where(Filing.sent_on > Filing.due_on)


def _with_answer() -> sa.Select[Filing]:
    return sa.select(Filing).outerjoin(FilingAnswer, FilingAnswer.filing_id == Filing.id)
