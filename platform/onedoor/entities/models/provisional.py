"""Entities that have no unified social credit code yet, by the number that their keeper gives them meanwhile (R-L5, R-T4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned


class ProvisionalNumber(Owned):
    """A provisional number (`kernel.codes.PROVISIONAL`), kept for good: the same entity has the same one in every file.

    `known_by` is what its keeper knows it by: its registration number, else name and address. `code` is the credit code
    that it has since `cleared_at`; both find it.
    """

    __tablename__ = "provisional_number"
    tenant_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    number: Mapped[str] = mapped_column(unique=True)
    registration_number: Mapped[str] = mapped_column(server_default="")
    known_by: Mapped[str]
    name: Mapped[str]
    given_at: Mapped[datetime]
    given_by: Mapped[str]
    code: Mapped[str | None] = mapped_column(index=True)
    cleared_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "known_by"),
        # Never as long as a credit code or an identity number, and no such number.
        sa.CheckConstraint("number ~ '^ZB[0-9]{6}-[0-9]{6,8}$'", name="number"),
        sa.CheckConstraint("(code IS NULL) = (cleared_at IS NULL)", name="cleared"),
    )
