"""Who answers for this work in a bureau, and how its officers are trained (R-L13, F5)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned


class Duty(Owned):
    """Somebody's part in this work, from `since` to `until` (still, if none): `role` as in `rules.duties`.

    `contact` is how they are reached, encrypted (R-T7); `document` names what appointed them. Nothing is overwritten:
    who comes after is a row of its own.
    """

    __tablename__ = "duty"
    role: Mapped[str]
    name: Mapped[str]
    post: Mapped[str]
    # Read apart: a supervisor's role may not.
    contact: Mapped[bytes | None] = mapped_column(deferred=True)
    document: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint(
            "role IN ('work_lead', 'liaison', 'group_head', 'group_deputy', 'group_member')", name="role"
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name="days"),
        # One lead, one liaison, one head of the group at a time.
        sa.Index(
            "uq_duty_single",
            "tenant_id",
            "role",
            unique=True,
            postgresql_where=sa.text("until IS NULL AND role IN ('work_lead', 'liaison', 'group_head')"),
        ),
    )


class Training(Owned):
    """A training that was held; `hours` as counted for those who took part. `unit_id` is the unit that held it and keeps
    its record; none: the whole bureau (R-T5)."""

    __tablename__ = "training"
    title: Mapped[str]
    held_on: Mapped[date]
    hours: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    place: Mapped[str]
    trainer: Mapped[str]
    content: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    unit_id: Mapped[UUID | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["unit_id", "tenant_id"], ["unit.id", "unit.tenant_id"]),
        sa.CheckConstraint("hours > 0 AND hours <= 200", name="hours"),
        sa.Index("ix_training_held", "tenant_id", sa.text("held_on DESC")),
    )


class TrainingPlace(Owned):
    """An officer who was to take part; `attended` says whether they did, `result` what an examination said."""

    __tablename__ = "training_place"
    training_id: Mapped[UUID]
    inspector_id: Mapped[UUID]
    attended: Mapped[bool]
    result: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["training_id", "tenant_id"], ["training.id", "training.tenant_id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], ["inspector.id", "inspector.tenant_id"]),
        sa.UniqueConstraint("training_id", "inspector_id"),
        sa.Index("ix_training_place_inspector", "inspector_id"),
    )
