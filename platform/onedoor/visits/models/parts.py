"""What a party owns: its part of a visit, its record, report and what follows; one writer per row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from tenants.models import BUREAU, Owned

_PARTY = ["visit_party.visit_id", "visit_party.bureau_id"]
_RECORD = ["record.id", "record.tenant_id"]


def _of_party() -> sa.ForeignKeyConstraint:
    """Only a bureau on the visit has a row here."""
    return sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _PARTY)


class VisitPart(Owned):
    """How far one bureau is: the shared face of its part, which the lead and the other parties read.

    `scanned` says whether the visit's code was scanned on entry; otherwise `unscanned_reason` stands and
    the beginning was back-filled (R-V2). What needs no entry begins without a scan: `entered` is false (R-V3). `outcome` is done, unreachable or refused, of the whole object. `number` is the
    bureau's own of its record: the visit's for the lead, else one of the bureau's `year` with its `serial` (R-J2).
    """

    __tablename__ = "visit_part"
    visit_id: Mapped[UUID]
    begun_at: Mapped[datetime | None]
    begun_by: Mapped[str | None]
    entered: Mapped[bool] = mapped_column(server_default=sa.true())
    scanned: Mapped[bool | None]
    unscanned_reason: Mapped[str | None]
    # Whether the page behind the code was opened from the address that the officer's phone has too.
    same_address: Mapped[bool | None]
    postponed_to: Mapped[date | None]
    postponed_reason: Mapped[str | None]
    outcome: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str | None]
    __table_args__ = (
        _of_party(),
        sa.UniqueConstraint("visit_id", "tenant_id"),
        sa.UniqueConstraint("tenant_id", "year", "serial"),
        sa.CheckConstraint("outcome IN ('done', 'unreachable', 'refused')", "outcome"),
        sa.CheckConstraint("scanned IS NOT false OR unscanned_reason IS NOT NULL", "unscanned"),
    )


class PartApproval(Owned):
    """That the head of a partner approved its part of a joint visit (R-J2); `tenant_id` is the partner."""

    __tablename__ = "visit_part_approval"
    visit_id: Mapped[UUID]
    approved_at: Mapped[datetime]
    approved_by: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        _of_party(),
        sa.UniqueConstraint("visit_id", "tenant_id"),
    )


class Record(Owned):
    """One bureau's part of the record sheet (现场检查笔录, R-V4); `whole` is set when the object could not
    be found or refused. `results` are the object's codes of this bureau's part (R-V6). `signature` is
    signed or refused, of the text with `signed_digest`. `handling` is what follows (R-V7). A due date is None where the year has no calendar yet; the days of
    disclosure count from `disclose_from` (R-O1). `…_warned` is the last warning of a deadline that was told, near or overdue."""

    __tablename__ = "record"
    visit_id: Mapped[UUID]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="draft")
    method: Mapped[str] = mapped_column(server_default="on_site")
    whole: Mapped[str | None]
    whole_note: Mapped[str | None]
    # Who else saw that the firm refused, where there is no photo.
    whole_witness: Mapped[str] = mapped_column(server_default="")
    results: Mapped[list[str]] = mapped_column(server_default="{}")
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(server_default="")
    attendee: Mapped[str] = mapped_column(server_default="")
    attendee_post: Mapped[str] = mapped_column(server_default="")
    signature: Mapped[str | None]
    signature_note: Mapped[str] = mapped_column(server_default="")
    signed_digest: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default="")
    handling: Mapped[str | None]
    handling_due_on: Mapped[date | None]
    handling_note: Mapped[str] = mapped_column(server_default="")
    inspectors: Mapped[list[Any]] = mapped_column(server_default="[]")
    report_due_on: Mapped[date | None]
    disclose_from: Mapped[date | None]
    disclose_due_on: Mapped[date | None]
    report_warned: Mapped[str | None]
    disclose_warned: Mapped[str | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    submitter_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decider_name: Mapped[str | None]
    return_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        _of_party(),
        sa.UniqueConstraint("visit_id", "tenant_id"),
        sa.Index("ix_record_state", "tenant_id", "state", "submitted_at"),
        sa.Index("ix_record_entity_code", "entity_code"),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'returned', 'accepted')", "state"),
        sa.CheckConstraint("whole IN ('unreachable', 'obstructed')", "whole"),
        sa.CheckConstraint("signature IN ('signed', 'refused')", "signature"),
        sa.CheckConstraint(
            "state <> 'accepted' OR (cardinality(results) > 0 AND ended_at IS NOT NULL)", "accepted"
        ),
    )


class RecordItem(Owned):
    """What was found of one matter: answers to its checklist, result codes, a note. `revision` counts the
    saves, so that two officers do not overwrite each other unseen."""

    __tablename__ = "record_item"
    record_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    item_id: Mapped[UUID]
    number: Mapped[str]
    name: Mapped[str]
    basis: Mapped[str]
    answers: Mapped[list[Any]]
    results: Mapped[list[str]]
    note: Mapped[str]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], _RECORD),
        sa.ForeignKeyConstraint(["matter_id", "tenant_id"], ["visit_matter.id", "visit_matter.bureau_id"]),
        sa.UniqueConstraint("record_id", "matter_id"),
    )


class RecordPhoto(Owned):
    """A photo of one bureau's part (R-V4), written anew without what the camera put in. Width and height in pixels, size in
    bytes, `digest` is SHA-256 in hex; the same photo stands once on a record. `matter_id` and `point` (its place in the
    matter's checklist, from 0) say what it was asked for; None: of the whole visit."""

    __tablename__ = "record_photo"
    record_id: Mapped[UUID]
    matter_id: Mapped[UUID | None]
    point: Mapped[int | None]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    digest: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    thumbnail: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    added_at: Mapped[datetime]
    added_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], _RECORD),
        sa.ForeignKeyConstraint(["matter_id", "tenant_id"], ["visit_matter.id", "visit_matter.bureau_id"]),
        sa.UniqueConstraint("record_id", "digest"),
        sa.CheckConstraint("(matter_id IS NULL) = (point IS NULL)", "asked_for"),
    )


class RecordSubmission(Owned):
    """One submission as it came in, kept whole. The same `key` sent twice counts once (R-V4)."""

    __tablename__ = "record_submission"
    record_id: Mapped[UUID]
    key: Mapped[str]
    at: Mapped[datetime]
    actor_name: Mapped[str]
    content: Mapped[dict[str, Any]]
    __table_args__ = (
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], _RECORD),
        sa.UniqueConstraint("tenant_id", "key"),
    )


class Report(Owned):
    """The inspection report of one bureau's part, within five working days of the check's end (R-V5)."""

    __tablename__ = "report"
    record_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    assessment: Mapped[str]
    proposed: Mapped[str]
    completed_at: Mapped[datetime]
    completed_by: Mapped[str]
    __table_args__ = (
        _of_party(),
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], _RECORD),
        sa.UniqueConstraint("record_id"),
    )


class Followup(Owned):
    """What follows a finding, to its end (后续处置, R-V7); a record may have several, each of its own kind.

    `kind` is a `rules.results.Handling`; its own way to the end is kept by the room `followups`. `unit_id` has it in hand
    (None: nobody's yet), `from_id` is the handling that turned into this one, `conclusion` how it ended by its code,
    `warned` the last warning that was told. `to_bureau_id` is from before transfers had an inbox.
    """

    __tablename__ = "followup"
    record_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    kind: Mapped[str]
    due_on: Mapped[date | None]
    note: Mapped[str]
    unit_id: Mapped[UUID | None]
    from_id: Mapped[UUID | None]
    to_bureau_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(BUREAU))
    state: Mapped[str] = mapped_column(server_default="open")
    created_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(server_default="")
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    outcome: Mapped[str | None]
    conclusion: Mapped[str | None]
    warned: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], _RECORD),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.ForeignKeyConstraint(["from_id", "tenant_id"], ["followup.id", "followup.tenant_id"]),
        sa.Index("ix_followup_record_id", "record_id"),
        sa.Index("ix_followup_state", "tenant_id", "state", "due_on"),
        sa.CheckConstraint("state IN ('open', 'done')", "state"),
        sa.CheckConstraint("state = 'open' OR (done_at IS NOT NULL AND outcome IS NOT NULL)", "done"),
    )
