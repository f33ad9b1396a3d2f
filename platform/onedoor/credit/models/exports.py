"""Batches that go out, the records in them, each attempt to send one, and the receipts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Export(Owned):
    """A batch for one platform; `number` is its idempotency key, `sequence` runs within bureau and platform.

    `answered_at` stands once the platform has decided on every record in it.
    """

    __tablename__ = "export"
    platform: Mapped[str]
    layout: Mapped[str]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    records: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "platform", "sequence"),
        sa.CheckConstraint("answered_at IS NULL OR sent_at IS NOT NULL", "answered"),
    )


class ExportRecord(Owned):
    """One version of one public result or penalty (`kind`) for one platform: the unique key keeps it from going out twice (R-O2).

    `fields` are what goes out (next); `action` is publish or withdraw; `reason` says why it was rejected
    or withdrawn. `attempt` counts how often it was put into a batch. `chased_on` is when it was last told that the platform
    has not confirmed a withdrawal.
    """

    __tablename__ = "export_record"
    platform: Mapped[str]
    layout: Mapped[str]
    kind: Mapped[str] = mapped_column(server_default="result")
    subject_id: Mapped[UUID]
    version: Mapped[int]
    disclosure_id: Mapped[UUID]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    title: Mapped[str]
    action: Mapped[str] = mapped_column(server_default="publish")
    fields: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default="waiting")
    reason: Mapped[str] = mapped_column(server_default="")
    reason_said: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    chased_on: Mapped[date | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "platform", "subject_id", "version"),
        sa.ForeignKeyConstraint(["disclosure_id", "tenant_id"], ["disclosure.id", "disclosure.tenant_id"]),
        sa.Index("ix_export_record_state", "tenant_id", "state", "made_at"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'accepted', 'rejected', 'withdrawn')", "state"),
        sa.CheckConstraint("kind IN ('result', 'penalty')", "kind"),
        sa.CheckConstraint("action IN ('publish', 'withdraw')", "action"),
        sa.CheckConstraint("state <> 'rejected' OR reason <> ''", "reason"),
    )


class ExportAttempt(Owned):
    """A record in a batch, with its fields as they were sent; kept for ever."""

    __tablename__ = "export_attempt"
    export_id: Mapped[UUID]
    record_id: Mapped[UUID]
    attempt: Mapped[int]
    position: Mapped[int]
    action: Mapped[str]
    fields: Mapped[dict[str, Any]]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["export_id", "tenant_id"], ["export.id", "export.tenant_id"]),
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], ["export_record.id", "export_record.tenant_id"]),
        sa.UniqueConstraint("export_id", "position"),
        sa.UniqueConstraint("export_id", "record_id"),
        sa.UniqueConstraint("record_id", "attempt"),
    )


class Receipt(Owned):
    """The platform's decision on one attempt: one, and never changed. `number` is the platform's own."""

    __tablename__ = "receipt"
    attempt_id: Mapped[UUID]
    state: Mapped[str]
    number: Mapped[str]
    reason: Mapped[str]
    received_at: Mapped[datetime]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["attempt_id", "tenant_id"], ["export_attempt.id", "export_attempt.tenant_id"]
        ),
        sa.UniqueConstraint("attempt_id"),
        sa.CheckConstraint("state IN ('accepted', 'rejected')", "state"),
    )


class RepairApplication(Owned):
    """A request that a record of dishonesty be repaired (信用修复): it came from 信用中国 or a clerk entered it; the body that
    made the record decides, with its paper (R-O3). `due_on` is None where the year has no calendar yet."""

    __tablename__ = "repair_application"
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    title: Mapped[str]
    source: Mapped[str]
    applicant: Mapped[str]
    applied_on: Mapped[date]
    reason: Mapped[str]
    paper: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    due_on: Mapped[date | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    decided_at: Mapped[datetime | None]
    decider_name: Mapped[str | None]
    decision: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.Index("ix_repair_application_state", "tenant_id", "state", "due_on"),
        sa.Index(
            "uq_repair_application_open",
            "tenant_id",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.CheckConstraint("kind IN ('result', 'penalty')", "kind"),
        sa.CheckConstraint("source IN ('clerk', 'platform')", "source"),
        sa.CheckConstraint("state IN ('open', 'granted', 'refused')", "state"),
        sa.CheckConstraint("state = 'open' OR (decided_at IS NOT NULL AND decision <> '')", "decided"),
    )
