"""What becomes of officers in the library: leave, warnings of certificates, what they ask for (R-L7 to R-L9)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_INSPECTOR = ["inspector.id", "inspector.tenant_id"]


class InspectorLeave(Owned):
    """Days an officer is away, both included; `ended_at` is set where it was taken back. The bureau's own affair."""

    __tablename__ = "inspector_leave"
    inspector_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    noted_at: Mapped[datetime]
    noted_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], _INSPECTOR, ondelete="CASCADE"),
        sa.CheckConstraint("until >= since", name="days"),
        sa.Index("ix_inspector_leave_inspector", "inspector_id", "until"),
    )


class CertificateNotice(Owned):
    """A word about a certificate's end, once each: `stage` is 90, 30 or 7 (days before), expired, renewed (R-L8)."""

    __tablename__ = "certificate_notice"
    inspector_id: Mapped[UUID]
    expires_on: Mapped[date]
    stage: Mapped[str]
    made_at: Mapped[datetime]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], _INSPECTOR, ondelete="CASCADE"),
        sa.CheckConstraint("stage IN ('90', '30', '7', 'expired', 'renewed')", name="stage"),
        sa.UniqueConstraint("inspector_id", "expires_on", "stage"),
    )


class InspectorRequest(Owned):
    """What an officer asks the library's clerk for: a correction, leave, or a recusal. `state`: waiting, done, declined.

    `asker_id` is the account, so that nobody grants what they asked for themselves (R-T5).
    """

    __tablename__ = "inspector_request"
    inspector_id: Mapped[UUID]
    kind: Mapped[str]
    text: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]
    entity_code: Mapped[str | None]
    reason_code: Mapped[str | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    asker_id: Mapped[UUID | None]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(["inspector_id", "tenant_id"], _INSPECTOR, ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asker_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]),
        sa.CheckConstraint("kind IN ('correction', 'leave', 'recusal')", name="kind"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'declined')", name="state"),
        sa.CheckConstraint("kind <> 'leave' OR (since IS NOT NULL AND until >= since)", name="days"),
        sa.CheckConstraint(
            "kind <> 'recusal' OR (entity_code IS NOT NULL AND reason_code IS NOT NULL)", name="entity"
        ),
        sa.Index("ix_inspector_request_inspector", "inspector_id"),
        sa.Index("ix_inspector_request_state", "tenant_id", "state", "asked_at"),
    )
