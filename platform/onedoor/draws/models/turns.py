"""Whose list waits for another draw's end before it is frozen (R-P6; draw.md, "Above the line")."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from tenants.models import Owned


class ListTurn(Owned):
    """What a party's freeze found, its own row: the earlier draw it waits for, or that nothing is in its way.

    Whoever takes part in the draw reads it, and in it no object. `freed_at` is when a list that waited could go on.
    """

    __tablename__ = "list_turn"
    draw_id: Mapped[UUID]
    waits_for: Mapped[UUID | None]
    waits_number: Mapped[str | None]
    looked_at: Mapped[datetime]
    freed_at: Mapped[datetime | None]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "tenant_id"),
        sa.ForeignKeyConstraint(
            ["draw_id", "tenant_id"],
            ["draw_party.draw_id", "draw_party.bureau_id"],
            name="fk_list_turn_party",
        ),
        sa.CheckConstraint("(waits_for IS NULL) = (waits_number IS NULL)", "number"),
    )
