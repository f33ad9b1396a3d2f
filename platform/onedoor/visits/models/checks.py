"""Why a check that no draw made takes place (R-V9), and who complained or reported."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_VISIT = ["visit.id", "visit.tenant_id"]


class VisitSource(Owned):
    """What a check goes back to: its reason, the paper it refers to, and what foresees it.

    `line_id` is the published plan line of the check's kind, with its `line_code`; a special check has the number of its
    special plan and the paper that approved it (R-P7). `unannounced_basis` is the law by which there is no notice. Of one
    begun before its approval `exceptional_reason` says why, and `approve_by` until when the approval is made up, None where
    the year has no calendar yet. `repeat_reason` says why the same matter is checked again so soon. `key` is the client's:
    the same sent twice counts once. `owed_visit_id` is the visit of the draw at which its matters were not checked (R-J5).
    """

    __tablename__ = "visit_source"
    visit_id: Mapped[UUID] = mapped_column(unique=True)
    reason: Mapped[str]
    reference: Mapped[str]
    line_id: Mapped[UUID | None] = mapped_column(index=True)
    line_code: Mapped[str | None]
    special_number: Mapped[str | None]
    special_approval: Mapped[str | None]
    unannounced_basis: Mapped[str] = mapped_column(server_default="")
    exceptional_reason: Mapped[str] = mapped_column(server_default="")
    approve_by: Mapped[date | None]
    repeat_reason: Mapped[str] = mapped_column(server_default="")
    owed_visit_id: Mapped[UUID | None]
    key: Mapped[str]
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.ForeignKeyConstraint(["line_id", "tenant_id"], ["plan_line.id", "plan_line.tenant_id"]),
        sa.UniqueConstraint("tenant_id", "key"),
        sa.CheckConstraint("reason <> ''", "reason"),
        sa.CheckConstraint("(line_id IS NULL) = (line_code IS NULL)", "line"),
        sa.CheckConstraint("(special_number IS NULL) = (special_approval IS NULL)", "special"),
    )


class VisitComplainant(Owned):
    """Who complained or reported (投诉举报人), encrypted: the bureau's own, in no document and no list; each reveal is logged."""

    __tablename__ = "visit_complainant"
    visit_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
    )
