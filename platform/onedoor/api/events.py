"""Outgoing events over the interface: read by number, and what is sent to whom (interface.md, "Events")."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.edge.guard import allow
from onedoor.events import queries, service
from onedoor.events.models import EventDelivery, EventSubscription
from onedoor.events.rules import THINGS, DeliveryOutcome, SubscriptionState
from tenants.rules import Permission

blp = room("events", "事件：发生了什么，按编号读取或推送到本单位的系统")
KINDS = sorted(THINGS)


class EventArgs(Schema):
    """From which number on, of what, and how many."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, 2**62),
        metadata={"description": "the number of the last event that was read; 0 for all there are"},
    )
    thing = fields.String(
        load_default=None,
        validate=validate.OneOf(KINDS),
        metadata={"description": "only what is about this; without it everything"},
    )
    size = fields.Integer(load_default=100, validate=validate.Range(1, 1_000))


class EventOut(Schema):
    """Something that happened. It names neither people nor firms: what it is about is read at its address."""

    number = fields.Integer(
        metadata={"description": "its place in the bureau's log; rises, with gaps, and stays"}
    )
    at = fields.AwareDateTime()
    thing = fields.String(validate=validate.OneOf(KINDS))
    event = fields.String(metadata={"description": "what was done, as `room.thing.verb`"})
    subject = fields.String(metadata={"description": "what kind of thing it is about"})
    id = fields.UUID(
        allow_none=True, metadata={"description": "the thing's number; null where it would name somebody"}
    )
    address = fields.String(
        allow_none=True, metadata={"description": "where the interface shows the thing; null if nowhere"}
    )


class EventPage(Schema):
    """Events in order of their numbers."""

    items = fields.List(fields.Nested(EventOut))
    next = fields.Integer(metadata={"description": "to be sent as `after` the next time"})
    more = fields.Boolean(
        metadata={"description": "whether there is more at once; otherwise ask again later"}
    )


class EventMessage(Schema):
    """What is posted to a subscriber, at most a hundred events at once."""

    subscription = fields.UUID(required=True)
    first = fields.Integer(required=True, metadata={"description": "number of the first event in it"})
    last = fields.Integer(required=True, metadata={"description": "number of the last event in it"})
    events = fields.List(fields.Nested(EventOut), required=True)


class SubscriptionOut(Schema):
    """A system that is told of events; `position` is the number of the last one it took."""

    id = fields.UUID()
    name = fields.String()
    url = fields.String()
    things = fields.List(fields.String(validate=validate.OneOf(KINDS)))
    state = fields.String(validate=validate.OneOf([one.value for one in SubscriptionState]))
    position = fields.Integer()
    failures = fields.Integer(metadata={"description": "tries in a row that were not taken"})
    failing_since = fields.AwareDateTime(allow_none=True)
    next_try_at = fields.AwareDateTime(allow_none=True)
    last_taken_at = fields.AwareDateTime(allow_none=True)
    created_at = fields.AwareDateTime()


class SubscriptionPage(ListPage):
    """Subscriptions, the newest first."""

    items = fields.List(fields.Nested(SubscriptionOut))


class EventDeliveryOut(Schema):
    """A message that was sent, and what became of it; kept for thirty days."""

    id = fields.UUID()
    first = fields.Integer()
    last = fields.Integer()
    count = fields.Integer()
    attempt = fields.Integer(metadata={"description": "which try in a row it was"})
    at = fields.AwareDateTime()
    took_ms = fields.Integer(metadata={"description": "milliseconds until the answer"})
    outcome = fields.String(validate=validate.OneOf([one.value for one in DeliveryOutcome]))
    status = fields.Integer(allow_none=True, metadata={"description": "HTTP status of the answer"})
    reason = fields.String(metadata={"description": "why it was not taken, in a sentence"})


class EventDeliveryPage(ListPage):
    """Messages, the newest first."""

    items = fields.List(fields.Nested(EventDeliveryOut))


class ReplayIn(Schema):
    """From where to send again."""

    after = fields.Integer(
        required=True,
        validate=validate.Range(0, 2**62),
        metadata={"description": "events with a higher number are sent again, in order"},
    )


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(EventArgs, location="query")
@blp.response(200, EventPage)
def events(args: dict[str, Any]) -> dict[str, Any]:
    """本单位发生的事件，按编号从小到大；发生后一分钟内可以读到"""
    found = queries.events_after(args["after"], [args["thing"]] if args["thing"] else (), args["size"] + 1)
    shown = found[: args["size"]]
    following = shown[-1]["number"] if shown else args["after"]
    return {"items": shown, "next": following, "more": len(found) > len(shown)}


@blp.route("/subscriptions")
@allow(Permission.BUREAU_READ)
@blp.arguments(PageArgs, location="query")
@blp.response(200, SubscriptionPage)
def subscriptions(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的事件推送：推到哪里、推到第几号；由管理员在设置中建立"""
    return page_of(queries.subscriptions(), EventSubscription.id, args)


@blp.route("/subscriptions/<uuid:subscription_id>")
@allow(Permission.BUREAU_READ)
@looked_up("subscription", queries.subscription)
@blp.response(200, SubscriptionOut)
def one_subscription(subscription: EventSubscription) -> EventSubscription:
    """一项事件推送"""
    return subscription


@blp.route("/subscriptions/<uuid:subscription_id>/deliveries")
@allow(Permission.BUREAU_READ)
@looked_up("subscription", queries.subscription)
@blp.arguments(PageArgs, location="query")
@blp.response(200, EventDeliveryPage)
def deliveries(args: dict[str, Any], subscription: EventSubscription) -> dict[str, Any]:
    """一项事件推送的发送记录，最近的在前"""
    return page_of(queries.deliveries(subscription.id), EventDelivery.id, args)


@blp.route("/subscriptions/<uuid:subscription_id>/replay", methods=["POST"])
@allow(Permission.BUREAU_READ)
@looked_up("subscription", queries.subscription)
@blp.arguments(ReplayIn)
@blp.response(200, SubscriptionOut)
def replay(given: dict[str, Any], subscription: EventSubscription) -> EventSubscription:
    """从指定编号之后重新推送"""
    return service.replay(subscription.id, given["after"], resuming=False)
