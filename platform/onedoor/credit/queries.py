"""Reads of exports; row policies show a bureau its own only (access.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.credit import rules
from onedoor.credit.models import Export, ExportAttempt, ExportRecord, Receipt, RepairApplication
from onedoor.credit.platforms import in_use, layouts_of
from onedoor.credit.rules import RecordState, RepairState
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.entities import queries as entity_queries
from onedoor.kernel.codes import is_provisional
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries as visits


@dataclass(frozen=True)
class Sent:
    """One attempt with its batch, its record and, once it is there, its receipt."""

    attempt: ExportAttempt
    export: Export
    record: ExportRecord
    receipt: Receipt | None


def export(export_id: UUID, *, lock: bool = False) -> Export:
    """A batch of this bureau."""
    found = db.session.get(Export, export_id, with_for_update=lock)
    if found is None:
        raise NotFound("没有找到这个报送批次。")
    return found


def exports() -> sa.Select[Any]:
    """This bureau's batches with their counted receipts, as `Export`, `accepted`, `rejected`, for a list."""
    counted = (
        sa.select(
            ExportAttempt.export_id,
            sa.func.count().filter(Receipt.state == RecordState.ACCEPTED).label("accepted"),
            sa.func.count().filter(Receipt.state == RecordState.REJECTED).label("rejected"),
        )
        .outerjoin(Receipt, Receipt.attempt_id == ExportAttempt.id)
        .group_by(ExportAttempt.export_id)
        .subquery()
    )
    return sa.select(Export, counted.c.accepted, counted.c.rejected).join(
        counted, counted.c.export_id == Export.id
    )


def records() -> sa.Select[ExportRecord]:
    """This bureau's records for outside platforms, for a list."""
    return sa.select(ExportRecord)


def record(record_id: UUID, *, lock: bool = False) -> ExportRecord:
    """One record of this bureau."""
    found = db.session.get(ExportRecord, record_id, with_for_update=lock)
    if found is None:
        raise NotFound("没有找到这条报送记录。")
    return found


def attempts(export_id: UUID) -> list[Sent]:
    """What went out in a batch, in order, with the receipts."""
    return _sent(ExportAttempt.export_id == export_id)


def history(record_id: UUID) -> list[Sent]:
    """Every attempt to send a record, oldest first."""
    return _sent(ExportAttempt.record_id == record_id)


def _sent(condition: sa.ColumnElement[bool]) -> list[Sent]:
    query = (
        sa.select(ExportAttempt, Export, ExportRecord, Receipt)
        .join(Export, Export.id == ExportAttempt.export_id)
        .join(ExportRecord, ExportRecord.id == ExportAttempt.record_id)
        .outerjoin(Receipt, Receipt.attempt_id == ExportAttempt.id)
        .where(condition)
        .order_by(Export.sequence, ExportAttempt.position)
    )
    return [Sent(*row) for row in db.session.execute(query)]


def under_way() -> sa.ColumnElement[bool]:
    """The condition that a record is in a batch whose receipt has not come."""
    return sa.exists().where(
        ExportAttempt.record_id == ExportRecord.id,
        ~sa.exists().where(Receipt.attempt_id == ExportAttempt.id),
    )


def to_send(platform: str, layout: str) -> Sequence[ExportRecord]:
    """Records for a platform that wait and are in no batch under way, oldest first, as many as one batch takes."""
    query = (
        sa.select(ExportRecord)
        .where(
            ExportRecord.platform == platform,
            ExportRecord.layout == layout,
            ExportRecord.state == rules.RecordState.WAITING.value,
            ~under_way(),
        )
        .order_by(ExportRecord.made_at, ExportRecord.id)
        .limit(rules.MOST_IN_A_BATCH)
    )
    return db.session.scalars(query).all()


def layouts_waiting(platform: str) -> Sequence[str]:
    """By which layouts records wait for a platform."""
    query = sa.select(ExportRecord.layout).where(
        ExportRecord.platform == platform,
        ExportRecord.state == rules.RecordState.WAITING.value,
        ~under_way(),
    )
    return db.session.scalars(query.distinct().order_by(ExportRecord.layout)).all()


def not_taken_up(platform: str = "credit", kind: str = "result") -> sa.Select[Disclosure]:
    """This bureau's public things of a kind that no record for the platform was made of yet."""
    return disclosures.search(kind).where(
        Disclosure.tenant_id == current_scope().tenant_id,
        ~sa.exists().where(
            ExportRecord.platform == platform,
            ExportRecord.subject_id == Disclosure.subject_id,
            ExportRecord.version == Disclosure.version,
            ExportRecord.tenant_id == Disclosure.tenant_id,
        ),
    )


def _published_again() -> sa.ColumnElement[bool]:
    """The condition that the same result is public in another version."""
    return sa.exists().where(
        Disclosure.tenant_id == ExportRecord.tenant_id,
        Disclosure.kind == ExportRecord.kind,
        Disclosure.subject_id == ExportRecord.subject_id,
        disclosures.open_now(),
    )


def _ended() -> sa.ColumnElement[bool]:
    """The condition that a record's publication has ended, and it is neither withdrawn nor on the way."""
    still_open = sa.exists().where(Disclosure.id == ExportRecord.disclosure_id, disclosures.open_now())
    return sa.and_(
        ExportRecord.state != rules.RecordState.WITHDRAWN.value,
        ExportRecord.action == rules.Action.PUBLISH.value,
        ~still_open,
        ~under_way(),
    )


def ended() -> Sequence[tuple[ExportRecord, bool]]:
    """Records whose publication has ended, locked, each with whether the result is public in another version."""
    query = sa.select(ExportRecord, _published_again()).where(_ended()).with_for_update(of=ExportRecord)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def older(given: ExportRecord) -> Sequence[ExportRecord]:
    """Earlier versions of the same result that are not withdrawn."""
    query = sa.select(ExportRecord).where(
        ExportRecord.platform == given.platform,
        ExportRecord.subject_id == given.subject_id,
        ExportRecord.version < given.version,
        ExportRecord.state != rules.RecordState.WITHDRAWN.value,
    )
    return db.session.scalars(query).all()


def last_sequence(platform: str) -> int:
    """The sequence of this bureau's newest batch for a platform; 0 if there is none."""
    return db.session.scalar(sa.select(sa.func.max(Export.sequence)).where(Export.platform == platform)) or 0


def last_made(platform: str) -> datetime | None:
    """When this bureau's newest batch for a platform was made."""
    return db.session.scalar(sa.select(sa.func.max(Export.made_at)).where(Export.platform == platform))


def without_code(code: str) -> bool:
    """Whether it is a provisional number whose entity has no credit code yet."""
    return is_provisional(entity_queries.credit_code_now(code))


def waiting_for_code() -> int:
    """How many public things wait for the credit code of their entity before they go to a platform."""
    found = set()
    for one in in_use():
        for kind in layouts_of(one):
            unsent = not_taken_up(one.code, kind).where(Disclosure.entity_code.like("ZB%"))
            found |= {
                thing.id for thing in db.session.scalars(unsent) if without_code(thing.entity_code or "")
            }
    return len(found)


def waiting_count() -> int:
    """How many results, mended records and withdrawals the next batch would take."""
    found = -waiting_for_code()
    for one in in_use():
        for kind in layouts_of(one):
            fresh = sa.select(sa.func.count()).select_from(not_taken_up(one.code, kind).subquery())
            found += db.session.scalar(fresh) or 0
        found += sum(len(to_send(one.code, layout)) for layout in layouts_waiting(one.code))
    accepted = ExportRecord.state == rules.RecordState.ACCEPTED.value
    leaving = sa.select(sa.func.count()).where(_ended(), accepted, ~_published_again())
    return found + (db.session.scalar(leaving) or 0)


def withdrawn_count() -> int:
    """How many records platforms have withdrawn, each confirmed by its receipt (R-O3)."""
    confirmed = sa.exists().where(
        ExportAttempt.record_id == ExportRecord.id,
        ExportAttempt.action == rules.Action.WITHDRAW.value,
        Receipt.attempt_id == ExportAttempt.id,
        Receipt.state == rules.RecordState.ACCEPTED.value,
    )
    query = sa.select(sa.func.count()).where(
        ExportRecord.state == rules.RecordState.WITHDRAWN.value, confirmed
    )
    return db.session.scalar(query) or 0


def results_sent() -> int:
    """How many results of this bureau a platform has accepted."""
    query = (
        sa.select(sa.func.count())
        .select_from(Receipt)
        .join(ExportAttempt, ExportAttempt.id == Receipt.attempt_id)
        .join(ExportRecord, ExportRecord.id == ExportAttempt.record_id)
        .where(
            ExportRecord.kind == "result",
            ExportAttempt.action == rules.Action.PUBLISH.value,
            Receipt.state == rules.RecordState.ACCEPTED.value,
        )
    )
    return db.session.scalar(query) or 0


def unconfirmed(before: datetime, day: date) -> Sequence[ExportRecord]:
    """Records and withdrawals no platform has confirmed since a moment, and of which that was not told on a day."""
    query = sa.select(ExportRecord).where(
        ExportRecord.tenant_id == current_scope().tenant_id,
        sa.or_(
            sa.and_(
                ExportRecord.action == rules.Action.WITHDRAW.value,
                ExportRecord.state != rules.RecordState.WITHDRAWN.value,
            ),
            ExportRecord.state == rules.RecordState.SENT.value,
            sa.and_(ExportRecord.state == rules.RecordState.WAITING.value, under_way()),
        ),
        ExportRecord.changed_at < before,
        sa.or_(ExportRecord.chased_on.is_(None), ExportRecord.chased_on < day),
    )
    return db.session.scalars(query).all()


def repairs() -> sa.Select[Any]:
    """Applications for credit repair of this bureau's records, for a list."""
    return sa.select(RepairApplication).where(RepairApplication.tenant_id == current_scope().tenant_id)


def repair(repair_id: UUID, *, lock: bool = False) -> RepairApplication:
    """One of them."""
    found = db.session.get(RepairApplication, repair_id, with_for_update=lock)
    if found is None:
        raise NotFound("没有找到这项信用修复申请。")
    return found


def public_record(kind: str, subject_id: UUID) -> Disclosure:
    """What is public of a record of this bureau."""
    found = disclosures.of_subject(kind, subject_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    return found


def repair_of(subject_id: UUID) -> RepairApplication | None:
    """The open application about a record, if there is one."""
    return db.session.scalar(
        sa.select(RepairApplication).where(
            RepairApplication.subject_id == subject_id, RepairApplication.state == RepairState.OPEN
        )
    )


def rejected_records() -> sa.Select[Any]:
    """The records that the platforms sent back, for a count."""
    return sa.select(ExportRecord).where(ExportRecord.state == rules.RecordState.REJECTED.value)


def counts() -> dict[str, int]:
    """How many records are in each state (all states named)."""
    query = sa.select(ExportRecord.state, sa.func.count()).group_by(ExportRecord.state)
    found = {state: count for state, count in db.session.execute(query)}  # noqa: C416 - rows, not pairs
    return {state.value: found.get(state.value, 0) for state in rules.RecordState}


def behind(subject_id: UUID) -> list[UUID]:
    """All that stands behind a result: itself, its visit, draw, campaign and plan line (R-D9).

    A result that no visit of this bureau stands behind has itself only.
    """
    try:
        visit = visits.visit(visits.record(subject_id).visit_id)
        campaign = campaigns.campaign(visit.campaign_id) if visit.campaign_id else None
    except NotFound:
        return [subject_id]
    source = visits.source_of(visit.id) if campaign is None else None
    line_id = campaign.plan_line_id if campaign else source.line_id if source else None
    things = (subject_id, visit.id, visit.draw_id, visit.campaign_id, line_id)
    return [thing for thing in things if thing is not None]


def reconciliation(export_id: UUID | None = None) -> rules.Reconciliation:
    """Sent against receipts: of one batch, or of all of this bureau's (R-O2)."""
    query = sa.select(sa.func.coalesce(Receipt.state, "")).select_from(ExportAttempt)
    query = query.outerjoin(Receipt, Receipt.attempt_id == ExportAttempt.id)
    if export_id is not None:
        query = query.where(ExportAttempt.export_id == export_id)
    return rules.reconcile(db.session.scalars(query))
