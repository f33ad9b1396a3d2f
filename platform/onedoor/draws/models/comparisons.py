"""Whether lists of two draws of one lead have an entity in common (draw.md, "Above the line")."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class DrawComparison(Owned):
    """One frozen list beside one of another draw of the same lead (`tenant_id`); `compare_pools()` alone writes.

    `meets`: an entity is in both, by its credit code, whatever unit and status, former numbers followed.
    """

    __tablename__ = "draw_comparison"
    draw_id: Mapped[UUID]
    deposit_id: Mapped[UUID]
    other_draw_id: Mapped[UUID]
    other_id: Mapped[UUID]
    meets: Mapped[bool]
    compared_at: Mapped[datetime]
    __table_args__ = (
        of_draw(),
        sa.ForeignKeyConstraint(
            ["other_draw_id", "tenant_id"], ["draw.id", "draw.tenant_id"], name="fk_draw_comparison_other"
        ),
        sa.UniqueConstraint("deposit_id", "other_id"),
        sa.Index(None, "draw_id"),
        sa.Index(None, "other_draw_id"),
        sa.Index(None, "other_id"),
    )
