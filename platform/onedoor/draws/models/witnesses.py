"""Witnesses: who is invited, what they said, and every try (R-D4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.draws.models.draw import of_draw
from tenants.models import Owned


class WitnessInvitation(Owned):
    """Who may add a text (R-D4), by a link without an account; `who` is name and capacity as in the proof."""

    __tablename__ = "witness_invitation"
    draw_id: Mapped[UUID]
    who: Mapped[str]
    token_digest: Mapped[str] = mapped_column(unique=True)
    invited_at: Mapped[datetime]
    invited_by: Mapped[str]
    expires_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        of_draw(),
        sa.UniqueConstraint("draw_id", "who"),
        sa.UniqueConstraint("id", "draw_id", "tenant_id"),
    )


class WitnessAttempt(Owned):
    """One use of an invitation, counted by the public's functions."""

    __tablename__ = "witness_attempt"
    invitation_id: Mapped[UUID] = mapped_column(index=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["invitation_id", "tenant_id"], ["witness_invitation.id", "witness_invitation.tenant_id"]
        ),
    )


class WitnessText(Owned):
    """A witness's text, in the order it came; written by the public's function alone."""

    __tablename__ = "witness_text"
    draw_id: Mapped[UUID]
    invitation_id: Mapped[UUID] = mapped_column(unique=True)
    position: Mapped[int]
    who: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (
        of_draw(),
        sa.UniqueConstraint("draw_id", "position"),
        sa.ForeignKeyConstraint(
            ["invitation_id", "draw_id", "tenant_id"],
            ["witness_invitation.id", "witness_invitation.draw_id", "witness_invitation.tenant_id"],
        ),
    )


class Countdown(Owned):
    """A time the lead announced to the room, once for each stage: until when texts are taken, or from when reveals are.

    `stage` is texts or reveals. The newest of a stage counts; it is never earlier than the one before.
    """

    __tablename__ = "draw_countdown"
    draw_id: Mapped[UUID]
    stage: Mapped[str]
    until: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    __table_args__ = (
        of_draw(),
        sa.CheckConstraint("stage IN ('texts', 'reveals')", "stage"),
        sa.Index(None, "draw_id"),
    )
