"""By which ways people are told, where their mail goes, the channels of a bureau, and what became of each message."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tenants.models import Owned

_ACCOUNT = ["user_id", "tenant_id"], ["user_account.id", "user_account.tenant_id"]
_WAYS = "ways <@ ARRAY['bell', 'email', 'channel', 'digest']::text[]"


def _of_account() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(*_ACCOUNT, ondelete="CASCADE")


class NotificationDefault(Owned):
    """By which ways a bureau's people are told of an event where they have not chosen others."""

    __tablename__ = "notification_default"
    event: Mapped[str]
    ways: Mapped[list[str]]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    __table_args__ = (sa.UniqueConstraint("tenant_id", "event"), sa.CheckConstraint(_WAYS, "ways"))


class NotificationChoice(Owned):
    """By which ways somebody chose to be told of an event."""

    __tablename__ = "notification_choice"
    user_id: Mapped[UUID]
    event: Mapped[str]
    ways: Mapped[list[str]]
    __table_args__ = (
        _of_account(),
        sa.UniqueConstraint("user_id", "event"),
        sa.CheckConstraint(_WAYS, "ways"),
    )


class NotificationAddress(Owned):
    """Where somebody is reached: e-mail and mobile number, sealed (R-T7), and the language they are written to in."""

    __tablename__ = "notification_address"
    user_id: Mapped[UUID] = mapped_column(unique=True)
    email: Mapped[bytes | None]
    mobile: Mapped[bytes | None]
    language: Mapped[str] = mapped_column(server_default="zh")
    digest_on: Mapped[date | None]
    set_at: Mapped[datetime]
    __table_args__ = (_of_account(), sa.CheckConstraint("language IN ('zh', 'en')", "language"))


class NotificationChannel(Owned):
    """A way out of the house that the bureau's administrator set up: a group of 政务微信 or 钉钉, or a gateway of text messages.

    `secret` is sealed: what the receiver checks our signature by. `failing_since` when it first failed to take anything, if it
    fails now.
    """

    __tablename__ = "notification_channel"
    kind: Mapped[str]
    name: Mapped[str]
    url: Mapped[bytes]
    host: Mapped[str]
    secret: Mapped[bytes]
    state: Mapped[str] = mapped_column(server_default="active")
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    __table_args__ = (
        Owned.pair(),
        sa.CheckConstraint("kind IN ('wecom', 'dingtalk', 'sms')", "kind"),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", "state"),
    )


class NotificationDelivery(Owned):
    """A message on its way to one person: by which way, how often it was tried, and what became of it."""

    __tablename__ = "notification_delivery"
    message_id: Mapped[UUID]
    user_id: Mapped[UUID]
    way: Mapped[str]
    channel_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    status: Mapped[int | None]
    reason: Mapped[str] = mapped_column(server_default="")
    reason_said: Mapped[dict[str, Any] | None]
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["message_id", "tenant_id"], ["message.id", "message.tenant_id"], ondelete="CASCADE"
        ),
        _of_account(),
        sa.ForeignKeyConstraint(
            ["channel_id", "tenant_id"], ["notification_channel.id", "notification_channel.tenant_id"]
        ),
        sa.Index(
            "uq_notification_delivery",
            "message_id",
            "user_id",
            "way",
            sa.text("coalesce(channel_id, '00000000-0000-0000-0000-000000000000')"),
            unique=True,
        ),
        sa.Index(
            "ix_notification_delivery_due",
            "tenant_id",
            "next_try_at",
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_notification_delivery_user_id", "user_id"),
        sa.CheckConstraint("way IN ('email', 'channel', 'digest')", "way"),
        sa.CheckConstraint("(way = 'channel') = (channel_id IS NOT NULL)", "channel"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", "state"),
    )
