"""What is owed and what was handed over. The bureau that owes writes its matter, who is asked to take it its answer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import BUREAU, Owned


class OwedMatter(Owned):
    """A drawn matter that was not checked at its visit (R-J5); `tenant_id` is the bureau that owes it.

    `visit_id` and `matter_id` are of the draw's visit, which `lead_id` leads; what its bureau reads is copied, since who takes
    a matter over was not on that visit: then `from_id` is the bureau it came from. `cause` and `state` are those of `rules`.
    `check_visit_id` is the visit that makes up for it. `reminded_on` is the day its bureau was last reminded.
    """

    __tablename__ = "owed_matter"
    visit_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    from_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey(BUREAU))
    campaign_name: Mapped[str]
    draw_number: Mapped[str]
    visit_number: Mapped[str]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    entity_address: Mapped[str]
    place_number: Mapped[int | None]
    item_number: Mapped[str]
    item_name: Mapped[str]
    cause: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    since: Mapped[date]
    check_visit_id: Mapped[UUID | None]
    ended_on: Mapped[date | None]
    ended_by: Mapped[str | None]
    end_reason: Mapped[str | None]
    reminded_on: Mapped[date | None]
    created_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["check_visit_id", "tenant_id"], ["visit.id", "visit.tenant_id"]),
        sa.UniqueConstraint("tenant_id", "matter_id"),
        sa.Index("ix_owed_matter_state", "tenant_id", "state", "since"),
        sa.Index("ix_owed_matter_check_visit_id", "check_visit_id"),
        sa.CheckConstraint("cause IN ('withdrew', 'absent', 'silent', 'taken_over')", "cause"),
        sa.CheckConstraint(
            "state IN ('open', 'checking', 'offered', 'checked', 'handed_over', 'written_off')", "state"
        ),
        sa.CheckConstraint("(cause = 'taken_over') = (from_id IS NOT NULL)", "taken_over"),
        sa.CheckConstraint("state NOT IN ('checking', 'checked') OR check_visit_id IS NOT NULL", "checked"),
        sa.CheckConstraint(
            "(state IN ('checked', 'handed_over', 'written_off')) = (ended_on IS NOT NULL)", "ended"
        ),
        sa.CheckConstraint("state <> 'written_off' OR btrim(end_reason) <> ''", "written_off"),
    )


class Handover(Owned):
    """An owed matter that another bureau is asked to take; `tenant_id` asks. What the other reads of it is copied."""

    __tablename__ = "owed_handover"
    owed_id: Mapped[UUID]
    receiver_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU))
    lead_id: Mapped[UUID] = mapped_column(sa.ForeignKey(BUREAU), index=True)
    visit_id: Mapped[UUID]
    matter_id: Mapped[UUID]
    campaign_name: Mapped[str]
    draw_number: Mapped[str]
    visit_number: Mapped[str]
    entity_code: Mapped[str]
    entity_name: Mapped[str]
    entity_address: Mapped[str]
    place_number: Mapped[int | None]
    item_number: Mapped[str]
    item_name: Mapped[str]
    reason: Mapped[str]
    sent_at: Mapped[datetime]
    sent_by: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(["owed_id", "tenant_id"], ["owed_matter.id", "owed_matter.tenant_id"]),
        sa.UniqueConstraint("id", "receiver_id", "tenant_id"),
        sa.Index("ix_owed_handover_receiver", "receiver_id", sa.text("sent_at DESC")),
        sa.Index("ix_owed_handover_owed_id", "owed_id"),
        sa.CheckConstraint("receiver_id <> tenant_id", "receiver"),
        sa.CheckConstraint("reason <> ''", "reason"),
    )


class HandoverAnswer(Owned):
    """What the bureau that was asked says; `tenant_id` is that bureau, `sender_id` who asked."""

    __tablename__ = "owed_answer"
    handover_id: Mapped[UUID] = mapped_column(unique=True)
    sender_id: Mapped[UUID]
    accepted: Mapped[bool]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    __table_args__ = (
        # The three together, so that an answer reaches who asked and nobody else.
        sa.ForeignKeyConstraint(
            ["handover_id", "tenant_id", "sender_id"],
            ["owed_handover.id", "owed_handover.receiver_id", "owed_handover.tenant_id"],
        ),
        sa.CheckConstraint("accepted OR reason <> ''", "reason"),
    )
