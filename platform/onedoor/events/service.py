"""Subscribing to a bureau's events, and sending them: signed, in order, again until they are taken, from any number on."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.events import queries, receiver_client
from onedoor.events.models import EventDelivery, EventSubscription
from onedoor.events.policies import SECRET
from onedoor.events.rules import (
    BATCH,
    DELIVERIES_KEPT,
    GIVE_UP_AFTER,
    MOST_BATCHES,
    MOST_SUBSCRIPTIONS,
    THINGS,
    AddressUnfit,
    DeliveryOutcome,
    SubscriptionState,
    checked_address,
    signature,
    wait_after,
)
from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.deployment import settings
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import Job, JobName, JobState, enqueue
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, store_sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.messages import service as messages
from tenants.rules import Permission

__all__ = [
    "deliver",
    "dispatch",
    "end",
    "new_secret",
    "pause",
    "replay",
    "resume",
    "subscribe",
]
LONGEST_NAME = 60


def subscribe(name: str, url: str, things: Collection[str]) -> tuple[EventSubscription, str]:
    """Tell a system of what happens from now on; returns the subscription and its secret, which is shown once."""
    name, url = name.strip(), url.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise ClerkError("系统名称不对。", fields={"name": [N_("请写系统名称，60 字以内。")]})
    if not things or set(things) - set(THINGS):
        raise ClerkError("请选择事件。", fields={"things": [N_("请至少选择一类事件。")]})
    _check_address(url)
    standing = queries.standing()
    if len(standing) >= MOST_SUBSCRIPTIONS:
        raise Conflict("最多设 %(most)s 项事件推送，请先结束不用的。", most=MOST_SUBSCRIPTIONS)
    secret, made_id = _new_secret(), new_id()
    made = EventSubscription(
        id=made_id,
        tenant_id=current_scope().tenant_id,
        name=name,
        url=url,
        secret=SECRET.seal(made_id, secret),
        things=sorted(things),
        state=SubscriptionState.ACTIVE,
        position=queries.newest_number(),
        failures=0,
        created_at=real_now(),
        created_by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    _record("add", made, after={"url": url, "things": made.things})
    return made, secret


def new_secret(subscription_id: UUID) -> str:
    """Another secret, shown once; messages are signed with it from now on."""
    found = _standing(subscription_id)
    secret = _new_secret()
    found.secret = SECRET.seal(found.id, secret)
    _record("renew", found)
    return secret


def replay(subscription_id: UUID, after: int, *, resuming: bool = True) -> EventSubscription:
    """Send again what has a higher number than `after`, in order, and then what is new.

    `resuming`: also if it is paused, which an administrator may and a system with a reading token may not.
    """
    found, newest = _standing(subscription_id), queries.newest_number()
    if not resuming and found.state == SubscriptionState.PAUSED:
        raise Conflict("这项事件推送已暂停，请由管理员恢复后再重新推送。")
    if not 0 <= after <= newest:
        sentence = Sentence("编号应为 0 到 %(newest)s。", newest=newest)
        raise ClerkError("编号不对。", fields={"after": [sentence]})
    _record("replay", found, before={"n": found.position}, after={"n": after})
    found.position = after
    _begin_again(found)
    return found


def pause(subscription_id: UUID) -> EventSubscription:
    """Send nothing until it is resumed; nothing is lost meanwhile."""
    found = _standing(subscription_id)
    found.state = SubscriptionState.PAUSED
    _record("pause", found)
    return found


def resume(subscription_id: UUID) -> EventSubscription:
    """Go on where it stopped."""
    found = _standing(subscription_id)
    _begin_again(found)
    _record("resume", found)
    return found


def end(subscription_id: UUID) -> EventSubscription:
    """Send nothing any more; what was sent stays in the log of deliveries for its month."""
    found = _standing(subscription_id)
    found.state = SubscriptionState.ENDED
    _record("end", found)
    return found


def dispatch() -> int:
    """Ask for the sending of what is due in the current bureau; returns of how many subscriptions. Old deliveries go."""
    moment = real_now()
    due = queries.subscriptions().where(
        EventSubscription.state == SubscriptionState.ACTIVE,
        sa.or_(EventSubscription.next_try_at.is_(None), EventSubscription.next_try_at <= moment),
    )
    asked = 0
    for one in db.session.scalars(due.with_for_update(skip_locked=True)).all():
        if not _is_asked_for(one.id) and queries.has_events_after(one.position, one.things):
            _ask(one)
            asked += 1
    old = sa.delete(EventDelivery).where(EventDelivery.tenant_id == current_scope().tenant_id)
    db.session.execute(old.where(EventDelivery.at < moment - DELIVERIES_KEPT))
    return asked


def deliver(subscription_id: UUID) -> dict[str, Any]:
    """Send what is new to one, batch after batch, until it has all or one was not taken; returns how much."""
    found = db.session.scalar(
        queries.subscriptions().where(EventSubscription.id == subscription_id).with_for_update()
    )
    sent = 0
    for _ in range(MOST_BATCHES):
        if found is None or found.state != SubscriptionState.ACTIVE:
            break
        events = queries.events_after(found.position, found.things, BATCH)
        if not events or not _send(found, events):
            break
        sent += len(events)
    return {"sent": sent}


def _send(to: EventSubscription, events: Sequence[dict[str, Any]]) -> bool:
    first, last = events[0]["number"], events[-1]["number"]
    # The same events to the same subscription have the same number, however often they come.
    message_id = f"{to.id}.{first}.{last}"
    body = json.dumps(
        {"subscription": str(to.id), "first": first, "last": last, "events": [_plain(one) for one in events]}
    ).encode()
    at = real_now()
    stamp = int(at.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "OneDoor-Events/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signature(SECRET.open(to.id, to.secret), message_id, stamp, body),
    }
    began = time.perf_counter()
    answer = receiver_client.post(to.url, body, headers, settings().event_hosts)
    made = EventDelivery(
        id=new_id(),
        tenant_id=to.tenant_id,
        subscription_id=to.id,
        first=first,
        last=last,
        count=len(events),
        attempt=to.failures + 1,
        at=at,
        took_ms=round((time.perf_counter() - began) * 1000),
        outcome=answer.outcome,
        status=answer.status,
    )
    store_sentence(made, "reason", answer.reason)
    db.session.add(made)
    if answer.outcome == DeliveryOutcome.TAKEN:
        to.position, to.last_taken_at = last, at
        to.failures, to.failing_since, to.next_try_at = 0, None, None
    else:
        _note_failure(to, at, answer.reason)
    db.session.flush()
    return answer.outcome == DeliveryOutcome.TAKEN


def _note_failure(to: EventSubscription, at: datetime, reason: Sentence | str) -> None:
    to.failures += 1
    to.failing_since = to.failing_since or at
    to.next_try_at = at + wait_after(to.failures)
    if at - to.failing_since >= GIVE_UP_AFTER:
        to.state = SubscriptionState.PAUSED
        text = Sentence(
            "向“%(name)s”推送事件已连续两天没有成功，现已暂停：%(reason)s", name=to.name, reason=reason
        )
        messages.send_message(text, f"/settings/events/{to.id}", Permission.USERS_MANAGE)


def _plain(event: dict[str, Any]) -> dict[str, Any]:
    told = {**event, "at": event["at"].isoformat()}
    return {name: str(value) if isinstance(value, UUID) else value for name, value in told.items()}


def _ask(one: EventSubscription) -> None:
    title = Sentence("向“%(name)s”推送事件", name=one.name)
    enqueue(
        JobName.DELIVER_EVENTS,
        {"subscription_id": str(one.id)},
        title=title,
        subject=("event_subscription", one.id),
    )


def _is_asked_for(subscription_id: UUID) -> bool:
    open_job = sa.select(Job.id).where(
        Job.subject_id == subscription_id, Job.state.in_([JobState.WAITING, JobState.RUNNING])
    )
    return bool(db.session.scalar(sa.select(open_job.exists())))


def _begin_again(one: EventSubscription) -> None:
    one.state, one.failures, one.failing_since, one.next_try_at = SubscriptionState.ACTIVE, 0, None, None


def _standing(subscription_id: UUID) -> EventSubscription:
    found = queries.subscription(subscription_id)
    db.session.refresh(found, with_for_update=True)
    if found.state == SubscriptionState.ENDED:
        raise Conflict("这项事件推送已经结束。")
    return found


def _check_address(url: str) -> None:
    try:
        checked_address(url, settings().event_hosts)
    except AddressUnfit as unfit:
        raise ClerkError("网址不对。", fields={"url": [str(unfit)]}) from None


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def _record(
    verb: str,
    one: EventSubscription,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    subject = ("event_subscription", one.id)
    audit.record(f"events.subscription.{verb}", subject, one.name, before=before, after=after)
