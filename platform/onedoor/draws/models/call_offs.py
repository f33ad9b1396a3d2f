"""A drawn object that is not visited after all, and for which nobody comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class CallOff(Owned):
    """The lead called the visit of a drawn object off, with the reason; the draw stands (R-D7, R-V9).

    `lists` are those that drew it and for which nobody comes, by their names in the plan; another list's bureau may come
    all the same. Rows from before the lists were kept have none: nobody came at all.
    The protocol's log knows substitutes and replacements alone, so it has no entry in the register (ADR 0009).
    """

    __tablename__ = "draw_call_off"
    draw_id: Mapped[UUID]
    object_code: Mapped[str]
    lists: Mapped[list[str]] = mapped_column(server_default="{}")
    reason: Mapped[str]
    reason_said: Mapped[dict[str, Any] | None]
    at: Mapped[datetime]
    made_by: Mapped[str]
    __table_args__ = (of_draw(), sa.Index("ix_draw_call_off_draw_id", "draw_id"))
