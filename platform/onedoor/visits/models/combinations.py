"""Two bureaus that would visit the same object apart, and go there together instead (R-J4)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned

_VISIT = ["visit.id", "visit.tenant_id"]


class Combination(Owned):
    """A bureau asks another to go to the same object on the day of its own visit; `tenant_id` asks.

    Each keeps its own visit, number, code, team and record: nothing of a draw changes but the day. What the other reads of
    the visit is copied; `day` follows the visit's.
    """

    __tablename__ = "visit_combination"
    visit_id: Mapped[UUID]
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    visit_number: Mapped[str]
    entity_id: Mapped[UUID] = mapped_column(sa.ForeignKey("entity.id"))
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    entity_address: Mapped[str]
    day: Mapped[date]
    matters: Mapped[list[str]]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.UniqueConstraint("visit_id", "receiver_id"),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.Index("ix_visit_combination_receiver", "receiver_id", sa.text("asked_at DESC")),
        sa.CheckConstraint("receiver_id <> tenant_id", "receiver"),
    )


class CombinationAnswer(Owned):
    """What the bureau that was asked says; `tenant_id` is that bureau. Where it comes along, `visit_id` is its own visit."""

    __tablename__ = "visit_combination_answer"
    combination_id: Mapped[UUID] = mapped_column(unique=True)
    asker_id: Mapped[UUID]
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(server_default="")
    visit_id: Mapped[UUID | None] = mapped_column(index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    __table_args__ = (
        # The three together, so that an answer reaches who asked and nobody else.
        sa.ForeignKeyConstraint(
            ["combination_id", "tenant_id", "asker_id"],
            ["visit_combination.id", "visit_combination.receiver_id", "visit_combination.tenant_id"],
        ),
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.CheckConstraint("accepted = (visit_id IS NOT NULL)", "accepted"),
        sa.CheckConstraint("accepted OR reason <> ''", "reason"),
    )


class ApartNotice(Owned):
    """That this bureau's people were told once that another bureau would soon visit the object of one of its visits too."""

    __tablename__ = "visit_apart_notice"
    visit_id: Mapped[UUID]
    bureau_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    told_on: Mapped[date]
    __table_args__ = (
        sa.ForeignKeyConstraint(["visit_id", "tenant_id"], _VISIT),
        sa.UniqueConstraint("visit_id", "bureau_id"),
    )
