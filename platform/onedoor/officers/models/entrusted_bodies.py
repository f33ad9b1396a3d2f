"""Entrusted bodies (受委托组织): they check in their principal's name, within what the agreement says (R-T5)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class EntrustedBody(Owned):
    """A body that acts in this bureau's name: the agreement, what it may check, from when until when.

    Its officers belong to the unit `unit_id`; `file_id` is the letter of entrustment (委托书), which is public. `ended_on` is
    the last day of one that was ended before its time.
    """

    __tablename__ = "entrusted_body"
    name: Mapped[str]
    unit_id: Mapped[UUID]
    agreement: Mapped[str]
    scope: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    file_id: Mapped[UUID]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(server_default="")
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.ForeignKeyConstraint(["file_id", "tenant_id"], ["stored_file.id", "stored_file.tenant_id"]),
        sa.CheckConstraint("until >= since", name="period"),
    )
