"""Checks that were made outside this platform: those of a former one, and those somebody made without any (R-V9, 001 §7)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class OutsideCheck(Owned):
    """One line of F11 that no visit of this platform stands behind.

    `origin` is former (it came in with the ledger of another platform, `import_id`) or outside (made without a platform,
    with its `cause`). `kind`, `source`, `methods` and `results` are the codes of visits. The object is copied as it was
    told; `entity_id` is None where the register does not have it. `number` is the check's own elsewhere. `measures`
    and `supervision` are F11's 检查措施 and 监督检查记录. `entered`: it counts as an entry for the cap (R-P6).
    `key` is what it is known by again: the client's, or of a file's row its number or what it says.
    """

    __tablename__ = "outside_check"
    origin: Mapped[str]
    cause: Mapped[str | None]
    cause_note: Mapped[str] = mapped_column(server_default="")
    kind: Mapped[str]
    source: Mapped[str]
    number: Mapped[str] = mapped_column(server_default="")
    entity_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("entity.id"), index=True)
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    checked_on: Mapped[date]
    inspectors: Mapped[list[str]] = mapped_column(server_default="{}")
    matters: Mapped[list[str]] = mapped_column(server_default="{}")
    methods: Mapped[list[str]] = mapped_column(server_default="{}")
    measures: Mapped[str] = mapped_column(server_default="")
    results: Mapped[list[str]] = mapped_column(server_default="{}")
    supervision: Mapped[str] = mapped_column(server_default="")
    entered: Mapped[bool]
    key: Mapped[str]
    import_id: Mapped[UUID | None] = mapped_column(index=True)
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]
    changed_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index("ix_outside_check_day", "tenant_id", "checked_on", "id"),
        sa.CheckConstraint("origin IN ('former', 'outside')", "origin"),
        sa.CheckConstraint("(origin = 'outside') = (cause IS NOT NULL)", "cause"),
        sa.CheckConstraint("kind IN ('random', 'daily', 'special', 'single')", "kind"),
    )


class OutsideCorrection(Owned):
    """A correction of what somebody entered as done outside the platform: what stood there, what stands there now, and why.

    `version` is that which it makes (from 2); `before` and `after` hold the fields that changed.
    """

    __tablename__ = "outside_correction"
    check_id: Mapped[UUID]
    version: Mapped[int]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    corrected_at: Mapped[datetime]
    corrected_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["check_id", "tenant_id"], ["outside_check.id", "outside_check.tenant_id"]),
        sa.UniqueConstraint("check_id", "version"),
        sa.CheckConstraint("reason <> ''", "reason"),
    )
