"""Who is told of what, over the interface: the events, the bureau's ways, what went out; and its calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from onedoor.api.blueprints import room
from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.kernel.errors import NotFound
from onedoor.notifications import queries, service
from onedoor.notifications.rules import EVENTS, Way
from onedoor.visits import queries as visits
from tenants.rules import Permission

blp = room("notifications", "通知：哪些事情通知谁、用哪种方式，以及检查日历")
WAYS = [one.value for one in Way]
LONGEST = timedelta(days=92)


class NotifiedEventOut(Schema):
    """An event of the workflow of which people are told."""

    event = fields.String(validate=validate.OneOf(sorted(EVENTS)))
    name = fields.String()
    told = fields.String(metadata={"description": "who is told"})
    ways = fields.List(
        fields.String(validate=validate.OneOf(WAYS)),
        metadata={
            "description": "by which ways the bureau's people are told, if they have not chosen others"
        },
    )


class WaysIn(Schema):
    """By which ways; none: those who chose nothing find it among what they have read."""

    ways = fields.List(fields.String(validate=validate.OneOf(WAYS)), required=True)


class CalendarArgs(Schema):
    """Which days, three months at most."""

    first = fields.Date(required=True, metadata={"description": "the first day"})
    last = fields.Date(required=True, metadata={"description": "the last day, included"})
    unit_id = fields.UUID(
        load_default=None, metadata={"description": "only visits with matters of this unit"}
    )

    @validates_schema
    def check(self, given: dict[str, Any], **_: Any) -> None:
        """In their order, and not too far apart."""
        if not timedelta() <= given["last"] - given["first"] <= LONGEST:
            raise ValidationError("日期应按先后，最多 92 天。", "last")


class CalendarEntryOut(Schema):
    """Something on a day, or from one to another. A visit that is not announced is named by its number alone."""

    id = fields.String()
    kind = fields.String(validate=validate.OneOf(["visit", "deadline", "period"]))
    first = fields.Date()
    last = fields.Date()
    title = fields.String()
    visit_id = fields.UUID(allow_none=True)
    state = fields.String()


@blp.route("/events")
@allow(Permission.BUREAU_READ)
@blp.response(200, NotifiedEventOut(many=True))
def notified_events() -> list[dict[str, Any]]:
    """通知哪些事情、通知谁、本单位用哪种方式"""
    return [_shown(event) for event in EVENTS]


@blp.route("/events/<event>")
@allow(Permission.BUREAU_READ)
@blp.response(200, NotifiedEventOut)
def one_notified_event(event: str) -> dict[str, Any]:
    """一类事情：通知谁、本单位用哪种方式"""
    if event not in EVENTS:
        raise NotFound("没有这类事情。")
    return _shown(event)


@blp.route("/events/<event>", methods=["PUT"])
@allow(Permission.USERS_MANAGE)
@blp.arguments(WaysIn)
@blp.response(200, NotifiedEventOut)
def set_ways(given: dict[str, Any], event: str) -> dict[str, Any]:
    """设置本单位用哪种方式通知一类事情"""
    if event not in EVENTS:
        raise NotFound("没有这类事情。")
    service.set_defaults({event: given["ways"]})
    return _shown(event)


@blp.route("/calendar")
@allow(Permission.BUREAU_READ)
@blp.arguments(CalendarArgs, location="query")
@blp.response(200, CalendarEntryOut(many=True))
def calendar(args: dict[str, Any]) -> list[dict[str, Any]]:
    """检查日历：检查、到期的事和抽查的期间"""
    found = visits.calendar_entries(args["first"], args["last"], unit_id=args["unit_id"])
    return [{**vars(one), "title": in_language(one.title)} for one in found]


def _shown(event: str) -> dict[str, Any]:
    known = EVENTS[event]
    ways = queries.bureau_ways().get(event, known.ways)
    return {
        "event": event,
        "name": in_language(known.name),
        "told": in_language(known.told),
        "ways": list(ways),
    }
