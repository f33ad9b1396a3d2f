"""What a draw of closed pools adds (draw.md, "Pool"): the secret of its files, who signed for them, each firm's own lot."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class DrawSecret(Owned):
    """The `z` of all pools of a closed draw, made once by the lead's system and encrypted as its nonce is."""

    __tablename__ = "draw_secret"
    draw_id: Mapped[UUID] = mapped_column(unique=True)
    sealed: Mapped[bytes]
    __table_args__ = (of_draw(),)


class DrawReceipt(Owned):
    """A holder's receipt for one list of a closed draw: it has the file with this digest (hex). Once; accounts as in `Commitment`."""

    __tablename__ = "draw_receipt"
    draw_id: Mapped[UUID]
    list_name: Mapped[str]
    digest: Mapped[str]
    received_at: Mapped[datetime]
    received_by: Mapped[str]
    account_id: Mapped[UUID | None]
    account_for: Mapped[UUID | None]
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "tenant_id", "list_name"),
        sa.ForeignKeyConstraint(
            ["draw_id", "tenant_id"],
            ["draw_party.draw_id", "draw_party.bureau_id"],
            name="fk_draw_receipt_party",
        ),
        sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", "digest"),
    )


class DrawLot(Owned):
    """The lot of an object that a closed draw drew or keeps in reserve, in one list: for that firm alone (R-D8)."""

    __tablename__ = "draw_lot"
    draw_id: Mapped[UUID]
    list_name: Mapped[str]
    object_code: Mapped[str]
    content: Mapped[bytes] = deferred(mapped_column(sa.LargeBinary, nullable=False))
    __table_args__ = (of_draw(), sa.UniqueConstraint("draw_id", "object_code", "list_name"))
