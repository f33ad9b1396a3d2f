"""Certified officers (R-L7, R-L8): what everybody may read, what only their bureau may, and recusals."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_INSPECTOR = ["inspector.id", "inspector.tenant_id"]


class Inspector(Owned):
    """An officer: the columns of F2 and what a draw needs.

    `code` names the officer in published files, is unique and says nothing of the person. One without a
    certificate does daily supervision and is never drawn. `leads`: may lead a team. `status`: proposed
    (not in the library yet, R-L9), active, suspended, left.
    """

    __tablename__ = "inspector"
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sort_key: Mapped[str]
    sex: Mapped[str]
    body: Mapped[str]
    unit_id: Mapped[UUID | None]
    post: Mapped[str]
    certificate_number: Mapped[str | None]
    certificate_expires_on: Mapped[date | None]
    # Whether that day is the register's of certificates (R-T4), and which one the bureau itself said.
    certificate_kept: Mapped[bool] = mapped_column(server_default=sa.false())
    own_expires_on: Mapped[date | None]
    kinds: Mapped[str]
    area: Mapped[str]
    qualifications: Mapped[list[str]]
    leads: Mapped[bool]
    status: Mapped[str] = mapped_column(server_default="active")
    # `certificate` where the library suspended by itself, and takes it back by itself.
    suspended_for: Mapped[str | None]
    # What one who is proposed becomes when the head agrees: `suspended`, or at work where there is nothing.
    proposed_as: Mapped[str | None]
    remark: Mapped[str]
    user_id: Mapped[UUID | None]
    updated_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.ForeignKeyConstraint(["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]),
        sa.CheckConstraint("status IN ('proposed', 'active', 'suspended', 'left')", name="status"),
        sa.CheckConstraint("suspended_for IS NULL OR status = 'suspended'", name="suspended"),
        sa.CheckConstraint(
            "proposed_as IS NULL OR (status = 'proposed' AND proposed_as = 'suspended')", name="proposed_as"
        ),
        # An account is one officer's, until they leave (R-L7).
        sa.Index(
            "uq_inspector_account",
            "tenant_id",
            "user_id",
            unique=True,
            postgresql_where=sa.text("user_id IS NOT NULL AND status <> 'left'"),
        ),
        sa.CheckConstraint("code ~ '^[0-9A-Za-z-]{1,20}$'", name="code"),
        sa.Index(
            "uq_inspector_certificate",
            "tenant_id",
            "certificate_number",
            unique=True,
            postgresql_where=sa.text("certificate_number IS NOT NULL"),
        ),
    )


class InspectorPrivate(Owned):
    """Identity number and phone of an officer, encrypted; the bureau's own, each reveal logged (R-T7).

    Beside each its keyed hash, by which the exact number is found.
    """

    __tablename__ = "inspector_private"
    inspector_id: Mapped[UUID] = mapped_column(unique=True)
    identity_number: Mapped[bytes | None]
    phone: Mapped[bytes | None]
    identity_index: Mapped[str | None]
    phone_index: Mapped[str | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], _INSPECTOR, ondelete="CASCADE"),
        sa.Index("ix_inspector_private_identity_index", "tenant_id", "identity_index"),
        sa.Index("ix_inspector_private_phone_index", "tenant_id", "phone_index"),
    )


class Recusal(Owned):
    """An officer who may not check an entity (回避, R-D5). `reason_code` is the letters a roster shows."""

    __tablename__ = "recusal"
    inspector_id: Mapped[UUID]
    entity_code: Mapped[str]
    reason_code: Mapped[str]
    reason: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], _INSPECTOR, ondelete="CASCADE"),
        sa.CheckConstraint("reason_code ~ '^[A-Z]{1,8}$'", name="reason_code"),
        sa.Index("ix_recusal_inspector", "inspector_id"),
    )
