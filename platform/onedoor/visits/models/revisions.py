"""Corrections of records that were accepted (R-O3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class RecordRevision(Owned):
    """A correction of an accepted record: proposed by one, decided by another of its bureau.

    `requested_by` says who asked for it. `proposed` is the new text, `former` the record as it was before, with its
    signature, submitter and reviewer: kept when the correction is approved. `version` is that which it makes (from 2).
    """

    __tablename__ = "record_revision"
    record_id: Mapped[UUID]
    version: Mapped[int]
    reason: Mapped[str]
    requested_by: Mapped[str]
    proposed: Mapped[dict[str, Any]]
    former: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(server_default="proposed")
    created_at: Mapped[datetime]
    author_name: Mapped[str]
    decided_at: Mapped[datetime | None]
    decider_name: Mapped[str | None]
    return_reason: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["record_id", "tenant_id"], ["record.id", "record.tenant_id"]),
        sa.Index(
            "uq_record_revision_going",
            "record_id",
            unique=True,
            postgresql_where=sa.text("state = 'proposed'"),
        ),
        sa.Index(
            "uq_record_revision_version",
            "record_id",
            "version",
            unique=True,
            postgresql_where=sa.text("state = 'approved'"),
        ),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'returned')", "state"),
        sa.CheckConstraint("state <> 'approved' OR former IS NOT NULL", "former"),
        sa.CheckConstraint("reason <> '' AND requested_by <> ''", "reason"),
    )
