"""Reading events out of the bureau's log, subscriptions, and what was sent to each."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.events.models import EventDelivery, EventSubscription
from onedoor.events.rules import KEPT_IN, THINGS, SubscriptionState, address_of, is_numbered, thing_of
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope


def events_after(number: int, things: Collection[str] = (), most: int = 100) -> list[dict[str, Any]]:
    """The bureau's events with a higher number, in order. A number is the act's place in the bureau's log, given once and for
    good within a minute; it rises, and not every number is an event.
    """
    query = _events(things).where(AuditEntry.sequence > number).order_by(AuditEntry.sequence).limit(most)
    return [_told(entry) for entry in db.session.scalars(query)]


def newest_number() -> int:
    """The number of the newest act in the bureau's log; 0 if there is none."""
    query = sa.select(sa.func.max(AuditEntry.sequence)).where(AuditEntry.tenant_id == _mine())
    return db.session.scalar(query) or 0


def has_events_after(number: int, things: Collection[str]) -> bool:
    """Whether there is an event with a higher number."""
    found = _events(things).where(AuditEntry.sequence > number).with_only_columns(AuditEntry.id)
    return bool(db.session.scalar(sa.select(found.exists())))


def subscriptions() -> sa.Select[EventSubscription]:
    """The bureau's subscriptions, those that ended too."""
    return sa.select(EventSubscription).where(EventSubscription.tenant_id == _mine())


def subscription(subscription_id: UUID) -> EventSubscription:
    """One subscription of one's own bureau."""
    found = db.session.scalar(subscriptions().where(EventSubscription.id == subscription_id))
    if found is None:
        raise NotFound("没有找到这项事件推送。")
    return found


def standing() -> list[EventSubscription]:
    """Those that have not ended, in order of their names."""
    query = subscriptions().where(EventSubscription.state != SubscriptionState.ENDED)
    return list(db.session.scalars(query.order_by(EventSubscription.name, EventSubscription.id)))


def deliveries(subscription_id: UUID) -> sa.Select[EventDelivery]:
    """What was sent to one, and what became of it."""
    return sa.select(EventDelivery).where(
        EventDelivery.tenant_id == _mine(), EventDelivery.subscription_id == subscription_id
    )


def _events(things: Collection[str]) -> sa.Select[AuditEntry]:
    prefixes = [prefix for name in things or THINGS for prefix in THINGS[name].prefixes]
    event = AuditEntry.event
    return sa.select(AuditEntry).where(
        AuditEntry.tenant_id == _mine(),
        AuditEntry.sequence.is_not(None),
        sa.or_(*(event.startswith(prefix, autoescape=True) for prefix in prefixes)),
        *(event.not_like(pattern) for pattern in KEPT_IN),
    )


def _told(entry: AuditEntry) -> dict[str, Any]:
    thing = thing_of(entry.event)
    assert thing is not None and entry.sequence is not None
    numbered = entry.subject_id is not None and is_numbered(thing, entry.subject_kind)
    return {
        "number": entry.sequence,
        "at": entry.at,
        "thing": thing,
        "event": entry.event,
        "subject": entry.subject_kind,
        "id": entry.subject_id if numbered else None,
        "address": address_of(thing, entry.subject_kind, entry.subject_id) if numbered else None,
    }


def _mine() -> UUID:
    bureau = current_scope().tenant_id
    assert bureau is not None, "events are a bureau's"
    return bureau
