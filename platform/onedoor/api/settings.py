"""What a place decides and the calendar of working days, over the interface: read by all, entered by the operator."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from onedoor.api.blueprints import room
from onedoor.edge.guard import allow, public
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import DbRole
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission
from tenants.settings import calendars, entry, queries
from tenants.settings.entry import Decision

blp = room("settings", "本地规定和工作日历")
operators = allow(Permission.PLATFORM_MANAGE, role=DbRole.OPERATOR)


class PlaceArgs(Schema):
    """Which place, and on which day: today if not said."""

    place = fields.String(required=True, metadata={"description": "the place's code"})
    on = fields.Date()


class EntryArgs(Schema):
    """Whether it is only to be seen what changes."""

    dry_run = fields.Boolean(
        load_default=False,
        metadata={"description": "true: nothing is entered, what would change is answered"},
    )


class SettingOut(Schema):
    """A setting with its value in force; `since` and the document are null where the rules' default holds."""

    key = fields.String()
    rule = fields.String()
    kind = fields.String()
    words = fields.String()
    value = fields.Raw()
    default = fields.Raw()
    place = fields.String(allow_none=True)
    since = fields.Date(allow_none=True)
    provenance = fields.String(allow_none=True)
    document_number = fields.String(allow_none=True)


class Settings(Schema):
    """Every declared setting, in the order of the rules."""

    items = fields.List(fields.Nested(SettingOut))


class DecisionOut(Schema):
    """What a place decided, and from which day on it holds."""

    place = fields.String(attribute="jurisdiction_code")
    value = fields.Raw()
    since = fields.Date()
    provenance = fields.String()
    document_number = fields.String()


class SettingWithDecisions(Schema):
    """A setting with every decision on it, of all places, the latest first."""

    key = fields.String()
    rule = fields.String()
    kind = fields.String()
    words = fields.String()
    default = fields.Raw()
    items = fields.List(fields.Nested(DecisionOut))


class DecisionIn(Schema):
    """What is to hold at a place from a day on, and the document that says so. A day of the year is `01-15`."""

    place = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    since = fields.Date(required=True)
    provenance = fields.String(required=True)
    document_number = fields.String(required=True)


class YearOut(Schema):
    """A year of the calendar: weekdays off, weekend days worked, and the document."""

    year = fields.Integer()
    official = fields.Boolean(metadata={"description": "comes with the release, nobody entered it"})
    days_off = fields.List(fields.Date())
    days_on = fields.List(fields.Date())
    provenance = fields.String()
    working_days = fields.Integer()


class Years(Schema):
    """The years that are known, the latest first."""

    items = fields.List(fields.Nested(YearOut))


class YearIn(Schema):
    """A year's notice."""

    days_off = fields.List(fields.Date(), required=True)
    days_on = fields.List(fields.Date(), required=True)
    provenance = fields.String(required=True)


@blp.route("")
@public
@blp.arguments(PlaceArgs, location="query")
@blp.response(200, Settings)
def read(args: dict[str, Any]) -> dict[str, Any]:
    """一个辖区现行的规定，和每一项的来源"""
    if args["place"] not in {one.code for one in tenants.places()}:
        raise NotFound("没有这个辖区。")
    return {"items": [_told(*row) for row in queries.in_force(args["place"], args.get("on"))]}


@blp.route("/<key>")
@public
@blp.response(200, SettingWithDecisions)
def one_setting(key: str) -> dict[str, Any]:
    """一项规定：默认值，和各辖区历次的决定"""
    if key not in {one.key for one in settings.SETTINGS}:
        raise NotFound("没有这一项规定。")
    kept = queries.decisions(key)
    about = ("jurisdiction_code", "since", "provenance", "document_number")
    items = [{**{name: getattr(one, name) for name in about}, "value": one.value["value"]} for one in kept]
    return {**_of(settings.declared(key)), "items": items}


@blp.route("/<key>", methods=["PUT"])
@operators
@blp.arguments(EntryArgs, location="query")
@blp.arguments(DecisionIn)
@blp.response(200, Settings)
def enter(args: dict[str, Any], given: dict[str, Any], key: str) -> dict[str, Any]:
    """登记一项规定；只看变化的，加参数 dry_run=true"""
    decision = Decision(key=settings.declared(key).key, **given)
    if args["dry_run"]:
        changes = entry.preview(decision)
        return {"items": [_changed(settings.declared(key), one) for one in changes if one.changed]}
    entry.enter(decision)
    return {
        "items": [
            _told(*row) for row in queries.in_force(decision.place, decision.since) if row[0].key == key
        ]
    }


@blp.route("/calendars")
@public
@blp.response(200, Years)
def years() -> dict[str, Any]:
    """已有的工作日历"""
    return {"items": [one._asdict() for one in calendars.years()]}


@blp.route("/calendars/<int:year>")
@public
@blp.response(200, YearOut)
def one_year(year: int) -> dict[str, Any]:
    """一年的工作日历"""
    found = next((one for one in calendars.years() if one.year == year), None)
    if found is None:
        raise NotFound("还没有这一年的放假安排。")
    return found._asdict()


@blp.route("/calendars/<int:year>", methods=["PUT"])
@operators
@blp.arguments(YearIn)
@blp.response(200, Years)
def enter_year(given: dict[str, Any], year: int) -> dict[str, Any]:
    """录入一年的放假安排"""
    calendars.enter(year, given["days_off"], given["days_on"], given["provenance"])
    return {"items": [one._asdict() for one in calendars.years() if one.year == year]}


def _told(one: settings.Setting, value: Any, row: Any) -> dict[str, Any]:
    about = {"place": None, "since": None, "provenance": None, "document_number": None}
    if row is not None:
        about = {name: getattr(row, name) for name in ("since", "provenance", "document_number")}
        about["place"] = row.jurisdiction_code
    return {**_of(one), "value": value, **about}


def _changed(one: settings.Setting, change: entry.Change) -> dict[str, Any]:
    return {**_of(one), "place": change.place.code, "value": change.after}


def _of(one: settings.Setting) -> dict[str, Any]:
    kept = list(one.default) if isinstance(one.default, tuple) else one.default
    return {"key": one.key, "rule": one.rule, "kind": one.kind.value, "words": one.words, "default": kept}
