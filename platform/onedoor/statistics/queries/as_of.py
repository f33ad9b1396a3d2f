"""What was known at a moment: the conditions that every figure counts by, each once (R-S2). Without a moment: now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array

from onedoor.visits.models import Record, RecordRevision, Visit, VisitPart
from onedoor.visits.rules.results import NO_PROBLEM, Result
from onedoor.visits.rules.states import RecordState, RevisionState, VisitState

PROBLEMS = [result.value for result in Result if result not in NO_PROBLEM]
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Ask:
    """Whose figure, of which days, as known when; `part` narrows it to one item or one campaign."""

    bureau: UUID
    starts_on: date
    ends_on: date
    cutoff: datetime
    part: Any = None

    def covers(self, day: Any) -> Condition:
        """Whether a day lies in the period."""
        return sa.and_(day >= self.starts_on, day <= self.ends_on)

    def happened(self, moment: Any) -> Condition:
        """Whether it happened in the period, and was known at the cut-off."""
        day = sa.cast(sa.func.timezone("Asia/Shanghai", moment), sa.Date)
        return sa.and_(moment <= self.cutoff, self.covers(day))


def going_on(at: datetime | None = None) -> Condition:
    """A visit that was made and not called off."""
    if at is None:
        return Visit.state != VisitState.CANCELLED.value
    later = Visit.cancelled_at > at
    return sa.and_(Visit.created_at <= at, sa.or_(Visit.state != VisitState.CANCELLED.value, later))


def begun(at: datetime | None = None) -> Condition:
    """A part of a visit that was begun."""
    return VisitPart.begun_at.is_not(None) if at is None else VisitPart.begun_at <= at


def accepted(at: datetime | None = None) -> Condition:
    """A record that its unit accepted."""
    now = Record.state == RecordState.ACCEPTED.value
    return now if at is None else sa.and_(now, Record.decided_at <= at)


def with_problem(at: datetime | None = None) -> Condition:
    """A record that counts as 发现问题 (forms.md, definitions), by what it said then: a later correction is not known yet."""
    now = sa.type_coerce(Record.results, ARRAY(sa.Text)).overlap(PROBLEMS)
    if at is None:
        return now
    former = (
        sa.select(RecordRevision.former["results"])
        .where(*_approved(), RecordRevision.decided_at > at)
        .order_by(RecordRevision.version)
        .limit(1)
        .correlate(Record)
        .scalar_subquery()
    )
    return sa.case((former.is_not(None), sa.type_coerce(former, JSONB).has_any(array(PROBLEMS))), else_=now)


def record_version(at: datetime) -> sa.ColumnElement[str]:
    """Which record, in which version it was then."""
    corrections = (
        sa.select(sa.func.count())
        .select_from(RecordRevision)
        .where(*_approved(), RecordRevision.decided_at <= at)
        .correlate(Record)
        .scalar_subquery()
    )
    return sa.func.concat(Record.id, "/", corrections + 1)


def _approved() -> tuple[Condition, Condition]:
    return RecordRevision.record_id == Record.id, RecordRevision.state == RevisionState.APPROVED
