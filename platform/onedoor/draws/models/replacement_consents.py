"""A replacement beyond the third at one slot: the lead asks its supervisor, who answers (draw.md, "Replacing an inspector")."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class Plea(Owned):
    """The lead asks for the replacement `number` at a slot, with the reason.

    `account_id` is who asked, which the database writes: nobody answers what they asked themselves (R-T5).
    """

    __tablename__ = "draw_plea"
    draw_id: Mapped[UUID]
    object_code: Mapped[str]
    slot: Mapped[int]
    number: Mapped[int]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    account_id: Mapped[UUID | None]
    __table_args__ = (of_draw(), Owned.pair(), sa.Index(None, "draw_id"))


class Consent(Owned):
    """The supervisor's answer to a plea, once and for all; `tenant_id` is the supervisor, `lead_id` who asked."""

    __tablename__ = "draw_consent"
    plea_id: Mapped[UUID] = mapped_column(unique=True)
    draw_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    agreed: Mapped[bool]
    reason: Mapped[str]
    given_at: Mapped[datetime]
    given_by: Mapped[str]
    account_id: Mapped[UUID | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(["plea_id", "lead_id"], ["draw_plea.id", "draw_plea.tenant_id"]),
        sa.Index(None, "draw_id"),
        sa.CheckConstraint("agreed OR reason <> ''", "refused_why"),
    )
