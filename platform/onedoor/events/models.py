"""Who is told of a bureau's events, and what became of each message."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from onedoor.events.rules import DeliveryOutcome, SubscriptionState
from tenants.models import Owned


def _one_of(kind: type[SubscriptionState] | type[DeliveryOutcome], column: str) -> sa.CheckConstraint:
    values = ", ".join(f"'{one.value}'" for one in kind)
    return sa.CheckConstraint(f"{column} IN ({values})", column)


class EventSubscription(Owned):
    """A system of the bureau that is told what happened, in order of the log's numbers.

    `position` is the number of the last event it took; `failing_since` when it first failed to, if it fails now.
    """

    __tablename__ = "event_subscription"
    name: Mapped[str]
    url: Mapped[str]
    secret: Mapped[bytes]
    things: Mapped[list[str]]
    state: Mapped[str]
    position: Mapped[int] = mapped_column(sa.BigInteger)
    failures: Mapped[int]
    failing_since: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    last_taken_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    __table_args__ = (Owned.pair(), _one_of(SubscriptionState, "state"))


class EventDelivery(Owned):
    """One message: events `first` to `last`, which try it was, and what the receiver answered."""

    __tablename__ = "event_delivery"
    subscription_id: Mapped[UUID]
    first: Mapped[int] = mapped_column(sa.BigInteger)
    last: Mapped[int] = mapped_column(sa.BigInteger)
    count: Mapped[int]
    attempt: Mapped[int]
    at: Mapped[datetime]
    took_ms: Mapped[int]
    outcome: Mapped[str]
    status: Mapped[int | None]
    reason: Mapped[str]
    reason_said: Mapped[dict[str, Any] | None]
    __table_args__ = (
        Owned.pair(),
        sa.ForeignKeyConstraint(
            ["subscription_id", "tenant_id"], ["event_subscription.id", "event_subscription.tenant_id"]
        ),
        sa.Index("ix_event_delivery_subscription", "subscription_id", sa.text("id DESC")),
        _one_of(DeliveryOutcome, "outcome"),
    )
