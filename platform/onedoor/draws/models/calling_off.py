"""A drawn object that is not visited after all, and for which nobody comes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class CallOff(Owned):
    """The lead called the visit of a drawn object off, with the reason; the draw stands (R-D7, R-V9).

    The protocol's log knows substitutes and replacements alone, so it has no entry in the register.
    """

    __tablename__ = "draw_call_off"
    draw_id: Mapped[UUID]
    object_code: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    made_by: Mapped[str]
    __table_args__ = (of_draw(), sa.Index("ix_draw_call_off_draw_id", "draw_id"))
