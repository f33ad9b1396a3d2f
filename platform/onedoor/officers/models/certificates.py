"""Enforcement certificates as justice keeps them, from which bureaus select their officers (R-T4)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Certificate(Owned):
    """A certificate (执法证) of somebody of some body, kept by a justice bureau and read by every bureau.

    `status`: valid, suspended, revoked; `stopped_on` is the first day it does not serve, where it is not valid.
    """

    __tablename__ = "certificate"
    number: Mapped[str]
    name: Mapped[str]
    sort_key: Mapped[str]
    body: Mapped[str]
    kinds: Mapped[str]
    area: Mapped[str]
    expires_on: Mapped[date]
    status: Mapped[str] = mapped_column(server_default="valid")
    stopped_on: Mapped[date | None]
    remark: Mapped[str]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.UniqueConstraint("tenant_id", "number"),
        sa.CheckConstraint("status IN ('valid', 'suspended', 'revoked')", name="status"),
        sa.CheckConstraint("(status = 'valid') = (stopped_on IS NULL)", name="stopped"),
        sa.Index("ix_certificate_number", "number"),
        sa.Index("ix_certificate_order", "sort_key", "id"),
    )
