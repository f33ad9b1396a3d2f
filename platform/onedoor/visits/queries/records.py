"""Reads of records, reports, follow-ups, and of what is due for disclosure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure.models import Disclosure, Withholding, WithholdingState
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import Followup, Record, RecordItem, RecordPhoto, RecordSubmission, Report, Visit
from onedoor.visits.rules.results import Handling
from onedoor.visits.rules.states import RecordState

_WAITING = (RecordState.SUBMITTED.value, RecordState.RETURNED.value, RecordState.ACCEPTED.value)


def record(record_id: UUID, *, lock: bool = False) -> Record:
    """The record, if it is this bureau's own, or accepted and of a visit it is on."""
    found = db.session.get(Record, record_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound("没有找到这份检查记录，它可能尚未审核通过，或不属于本单位可见的范围。")
    return found


def my_record(visit_id: UUID, *, lock: bool = False) -> Record | None:
    """This bureau's record of a visit, if it was begun."""
    query = sa.select(Record).where(
        Record.visit_id == visit_id, Record.tenant_id == current_scope().tenant_id
    )
    return db.session.scalar(_locked(query) if lock else query)


def records(visit_id: UUID) -> list[Record]:
    """The records of a visit this bureau may read: its own, and the others' once accepted."""
    return list(db.session.scalars(sa.select(Record).where(Record.visit_id == visit_id)))


def items(record_id: UUID) -> list[RecordItem]:
    """What was found, matter by matter."""
    query = sa.select(RecordItem).where(RecordItem.record_id == record_id).order_by(RecordItem.number)
    return list(db.session.scalars(query))


def item(record_id: UUID, matter_id: UUID, *, lock: bool = False) -> RecordItem | None:
    """What was found of one matter, if anything was saved."""
    query = sa.select(RecordItem).where(RecordItem.record_id == record_id, RecordItem.matter_id == matter_id)
    return db.session.scalar(_locked(query) if lock else query)


def photos(record_id: UUID) -> list[RecordPhoto]:
    """The photos of a record of this bureau, as they were added; the pictures themselves are read when asked for."""
    query = sa.select(RecordPhoto).where(RecordPhoto.record_id == record_id)
    return list(db.session.scalars(query.order_by(RecordPhoto.added_at, RecordPhoto.id)))


def photos_of(record_id: UUID, matter_id: UUID) -> dict[int, list[RecordPhoto]]:
    """The photos that points of a matter asked for, by the point's place in its checklist."""
    found: dict[int, list[RecordPhoto]] = {}
    for photo in photos(record_id):
        if photo.matter_id == matter_id and photo.point is not None:
            found.setdefault(photo.point, []).append(photo)
    return found


def photo(photo_id: UUID) -> RecordPhoto:
    """One photo of this bureau's."""
    found = db.session.get(RecordPhoto, photo_id)
    if found is None:
        raise NotFound("没有找到这张照片，它可能已被删去。")
    return found


def _locked(query: sa.Select[Any]) -> sa.Select[Any]:
    """For update, and as it is after the lock was had, whatever this Session saw before."""
    return query.with_for_update().execution_options(populate_existing=True)


def submission(key: str) -> RecordSubmission | None:
    """The submission with this key, if it came in already (R-V4)."""
    query = sa.select(RecordSubmission).where(
        RecordSubmission.key == key, RecordSubmission.tenant_id == current_scope().tenant_id
    )
    return db.session.scalar(query)


def first_submission(record_id: UUID) -> RecordSubmission | None:
    """The first time a record came in."""
    query = sa.select(RecordSubmission).where(RecordSubmission.record_id == record_id)
    return db.session.scalar(query.order_by(RecordSubmission.at, RecordSubmission.id).limit(1))


def report(record_id: UUID) -> Report | None:
    """The report of a record, once it is complete."""
    return db.session.scalar(sa.select(Report).where(Report.record_id == record_id))


def reports_due() -> Any:
    """Accepted records of this bureau without a report, with their visit, for a list (R-V5)."""
    return (
        sa.select(Record, Visit)
        .join(Visit, Visit.id == Record.visit_id)
        .where(
            Record.tenant_id == current_scope().tenant_id,
            Record.state == RecordState.ACCEPTED.value,
            ~sa.exists().where(Report.record_id == Record.id),
        )
    )


def followups() -> Any:
    """What follows from this bureau's findings, with record and visit, for a list; not where nothing follows."""
    return (
        sa.select(Followup, Record, Visit)
        .join(Record, Record.id == Followup.record_id)
        .join(Visit, Visit.id == Followup.visit_id)
        .where(Followup.tenant_id == current_scope().tenant_id, Followup.kind != Handling.NONE.value)
    )


def followup(followup_id: UUID, *, lock: bool = False) -> Followup:
    """One follow-up of this bureau."""
    found = db.session.get(Followup, followup_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


def followups_of(record_id: UUID) -> list[Followup]:
    """What follows from one record."""
    query = sa.select(Followup).where(Followup.record_id == record_id).order_by(Followup.created_at)
    return list(db.session.scalars(query))


def disclosed(at: datetime | None = None) -> sa.ColumnElement[bool]:
    """The condition that a record's result is public now, or was `at` a moment."""
    moment = at or now()
    return sa.exists().where(
        Disclosure.kind == "result",
        Disclosure.subject_id == Record.id,
        Disclosure.tenant_id == Record.tenant_id,
        Disclosure.since <= moment,
        sa.or_(Disclosure.until.is_(None), Disclosure.until > moment),
    )


def withheld() -> sa.ColumnElement[bool]:
    """The condition that law keeps a record's result from the public, as was approved (R-O1)."""
    return sa.exists().where(
        Withholding.kind == "result",
        Withholding.subject_id == Record.id,
        Withholding.tenant_id == Record.tenant_id,
        Withholding.state == WithholdingState.APPROVED,
    )


def completed_on(campaign_id: UUID) -> date | None:
    """When a campaign this bureau takes part in is complete: its last due record accepted, or its period over (R-O1)."""
    return db.session.scalar(sa.select(sa.func.campaign_completed_on(campaign_id, type_=sa.Date())))


def unpublished_of_campaigns() -> list[tuple[Record, Visit]]:
    """This bureau's ended records of campaigns whose result is not public, with their visit."""
    query = to_disclose().with_only_columns(Record, Visit).where(Visit.campaign_id.is_not(None))
    return [(row[0], row[1]) for row in db.session.execute(query.with_for_update(of=Record))]


def overdue_by_person(day: date) -> list[Any]:
    """Of this bureau's records, by who submitted them: reports and disclosures overdue on a day (R-V5, R-O1)."""
    report_late = sa.and_(
        Record.state == RecordState.ACCEPTED.value,
        Record.report_due_on < day,
        ~sa.exists().where(Report.record_id == Record.id),
    )
    public_late = sa.and_(Record.state.in_(_WAITING), Record.disclose_due_on < day, ~disclosed(), ~withheld())
    query = (
        sa.select(
            Record.submitter_name.label("name"),
            sa.func.count().filter(report_late).label("reports"),
            sa.func.count().filter(public_late).label("disclosures"),
        )
        .where(Record.tenant_id == current_scope().tenant_id, sa.or_(report_late, public_late))
        .group_by(Record.submitted_by, Record.submitter_name)
        .order_by(Record.submitter_name)
    )
    return list(db.session.execute(query))


def to_disclose() -> Any:
    """This bureau's submitted and accepted records whose result is not public, with their visit (R-O1).

    Accepted ones can be published; the others wait for the unit. `withdrawn` is why a former publication ended.
    """
    former = (
        sa.select(Disclosure.ended_because)
        .where(
            Disclosure.kind == "result",
            Disclosure.subject_id == Record.id,
            Disclosure.tenant_id == Record.tenant_id,
        )
        .order_by(Disclosure.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(Record, Visit, former.label("withdrawn"))
        .join(Visit, Visit.id == Record.visit_id)
        .where(
            Record.tenant_id == current_scope().tenant_id,
            Record.state.in_(_WAITING),
            Record.ended_at.is_not(None),
            ~disclosed(),
            ~withheld(),
        )
    )


def accepted_records(*, public_only: bool = False) -> list[Record]:
    """This bureau's accepted records, oldest first; with `public_only` those whose result is public."""
    query = sa.select(Record).where(
        Record.tenant_id == current_scope().tenant_id, Record.state == RecordState.ACCEPTED.value
    )
    if public_only:
        query = query.where(disclosed())
    return list(db.session.scalars(query.order_by(Record.decided_at, Record.id)))
