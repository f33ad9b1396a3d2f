"""What the platform's operator keeps, over the interface: places, bureaus, grants, first people, queues, backups."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.edge.guard import allow
from onedoor.kernel import deployment_figures
from onedoor.kernel.clock import today
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import DbRole
from tenants import people, queries
from tenants.models import Bureau, SupervisionGrant
from tenants.operation import backups, bureaus, grants, places
from tenants.rules import Permission

blp = room("platform", "平台运维：辖区、单位、监督授权、运行")
operators = allow(Permission.PLATFORM_MANAGE, role=DbRole.OPERATOR)


class PlaceIn(Schema):
    """A place below another."""

    code = fields.String(required=True, validate=validate.Regexp(r"^[0-9]{6}([0-9]{3})?$"))
    name = fields.String(required=True, validate=validate.Length(1, 60))
    level = fields.String(required=True, validate=validate.OneOf(list(places.LEVELS)))
    parent = fields.String(required=True)
    gb2260 = fields.String(load_default=None, allow_none=True)


class PlaceChangeIn(Schema):
    """What of a place may change."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    level = fields.String(required=True, validate=validate.OneOf(list(places.LEVELS)))
    gb2260 = fields.String(load_default=None, allow_none=True)


class OperatedPlaceOut(Schema):
    """A place and what it lies in."""

    code = fields.String()
    name = fields.String()
    level = fields.String()
    parent_code = fields.String(allow_none=True)
    gb2260 = fields.String(allow_none=True)


class OperatedPlaces(Schema):
    """All places in order of code."""

    items = fields.List(fields.Nested(OperatedPlaceOut))


class BureauIn(Schema):
    """A bureau's facts."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    short_name = fields.String(required=True, validate=validate.Length(1, 30))
    abbreviation = fields.String(required=True, validate=validate.Length(1, 20))
    domain = fields.String(required=True, validate=validate.OneOf(list(bureaus.DOMAINS)))
    kinds = fields.List(fields.String(), load_default=list)
    credit_code = fields.String(load_default=None, allow_none=True)


class NewBureauIn(BureauIn):
    """A bureau's facts, its place, and the letters of its code."""

    place = fields.String(required=True)
    letters = fields.String(required=True, validate=validate.Regexp(r"^[A-Z]{2,8}$"))


class ClosingIn(Schema):
    """Why a bureau ends; with a successor it is merged into that one."""

    reason = fields.String(required=True, validate=validate.Length(1, 500))
    successor_id = fields.UUID(load_default=None, allow_none=True)


class OperatedBureauOut(Schema):
    """A bureau as the operator keeps it."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    short_name = fields.String()
    abbreviation = fields.String()
    jurisdiction_code = fields.String()
    domain = fields.String()
    entity_kinds = fields.List(fields.String())
    credit_code = fields.String(allow_none=True)
    active = fields.Boolean()
    closed_on = fields.Date(allow_none=True)
    close_reason = fields.String()
    successor_id = fields.UUID(allow_none=True)


class OperatedBureaus(Schema):
    """Bureaus in order of code, those that were closed last."""

    items = fields.List(fields.Nested(OperatedBureauOut))


class GrantIn(Schema):
    """A power to supervise a place and all below it."""

    bureau_id = fields.UUID(required=True)
    place = fields.String(required=True)
    domain = fields.String(required=True, validate=validate.OneOf(list(grants.DOMAINS)))
    basis = fields.String(required=True, validate=validate.Length(1, 300))
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)


class GrantEndIn(Schema):
    """A grant's last day."""

    until = fields.Date(required=True)


class GrantOut(Schema):
    """A grant; without `until` it holds until it is ended."""

    id = fields.UUID()
    bureau_id = fields.UUID()
    jurisdiction_code = fields.String()
    domain = fields.String()
    basis = fields.String()
    since = fields.Date()
    until = fields.Date(allow_none=True)


class Grants(Schema):
    """All grants, those that ended too."""

    items = fields.List(fields.Nested(GrantOut))


class FirstPersonIn(Schema):
    """A bureau's first administrator."""

    display_name = fields.String(required=True, validate=validate.Length(1, 60))
    username = fields.String(required=True)
    identity_number = fields.String(required=True)


class LinkOut(Schema):
    """The token of a link to a password: told once, used once."""

    token = fields.String()
    expires_at = fields.AwareDateTime()


class QueueOut(Schema):
    """Jobs of one bureau and kind that are not done."""

    tenant_id = fields.UUID()
    name = fields.String()
    waiting = fields.Integer()
    running = fields.Integer()
    failed = fields.Integer()
    oldest = fields.AwareDateTime(allow_none=True)
    last_failed = fields.AwareDateTime(allow_none=True)


class Queues(Schema):
    """Queues of all bureaus; nothing of what they are about."""

    items = fields.List(fields.Nested(QueueOut))


class BackupOut(Schema):
    """A backup that was made, or a trial of one."""

    kind = fields.String(validate=validate.OneOf(["backup", "trial"]))
    at = fields.AwareDateTime()
    name = fields.String()
    rows = fields.Integer(allow_none=True)
    good = fields.Boolean()
    note = fields.String()


class Backups(Schema):
    """The latest thirty, newest first."""

    items = fields.List(fields.Nested(BackupOut))


class TrialIn(Schema):
    """A trial: a backup restored elsewhere, and whether all came back."""

    day = fields.Date(load_default=None, allow_none=True)
    name = fields.String(required=True, validate=validate.Length(1, 200))
    good = fields.Boolean(required=True)
    note = fields.String(required=True, validate=validate.Length(1, 1000))


@blp.route("/places")
@operators
@blp.response(200, OperatedPlaces)
def place_list() -> dict[str, Any]:
    """全部辖区"""
    return {"items": queries.places()}


@blp.route("/places", methods=["POST"])
@operators
@blp.arguments(PlaceIn)
@blp.response(201, OperatedPlaceOut)
def place_add(given: dict[str, Any]) -> Any:
    """添加一个辖区"""
    return places.add_place(places.PlaceFacts(**given))


@blp.route("/places/<code>")
@operators
@blp.response(200, OperatedPlaceOut)
def one_place(code: str) -> Any:
    """一个辖区"""
    found = next((one for one in queries.places() if one.code == code), None)
    if found is None:
        raise NotFound("没有这个辖区。")
    return found


@blp.route("/places/<code>", methods=["PUT"])
@operators
@blp.arguments(PlaceChangeIn)
@blp.response(200, OperatedPlaceOut)
def place_change(given: dict[str, Any], code: str) -> Any:
    """辖区更名、改级别"""
    return places.change_place(code, places.PlaceFacts(code=code, parent=None, **given))


@blp.route("/bureaus")
@operators
@blp.response(200, OperatedBureaus)
def bureau_list() -> dict[str, Any]:
    """全部单位，停用的在后"""
    return {"items": [*queries.bureaus(), *queries.closed_bureaus()]}


@blp.route("/bureaus", methods=["POST"])
@operators
@blp.arguments(NewBureauIn)
@blp.response(201, OperatedBureauOut)
def bureau_open(given: dict[str, Any]) -> Any:
    """开通一个单位"""
    place, letters = given.pop("place"), given.pop("letters")
    return bureaus.open_bureau(place, letters, _facts(given))


@blp.route("/bureaus/<uuid:bureau_id>")
@operators
@looked_up("bureau", queries.bureau)
@blp.response(200, OperatedBureauOut)
def one_bureau(bureau: Bureau) -> Bureau:
    """一个单位"""
    return bureau


@blp.route("/bureaus/<uuid:bureau_id>", methods=["PUT"])
@operators
@looked_up("bureau", queries.bureau)
@blp.arguments(BureauIn)
@blp.response(200, OperatedBureauOut)
def bureau_change(given: dict[str, Any], bureau: Bureau) -> Any:
    """单位更名和修改"""
    return bureaus.change_bureau(bureau.id, _facts(given))


@blp.route("/bureaus/<uuid:bureau_id>/closure", methods=["POST"])
@operators
@looked_up("bureau", queries.bureau)
@blp.arguments(ClosingIn)
@blp.response(200, OperatedBureauOut)
def bureau_close(given: dict[str, Any], bureau: Bureau) -> Any:
    """撤销一个单位，或并入另一个单位"""
    return bureaus.close_bureau(bureau.id, given["reason"], given["successor_id"])


@blp.route("/bureaus/<uuid:bureau_id>/administrator", methods=["POST"])
@operators
@looked_up("bureau", queries.bureau)
@blp.arguments(FirstPersonIn)
@blp.response(201, LinkOut)
def bureau_first(given: dict[str, Any], bureau: Bureau) -> Any:
    """单位的第一位管理员：得到只显示一次的链接令牌"""
    return people.invite_administrator(bureau, **given)


@blp.route("/grants")
@operators
@blp.response(200, Grants)
def grant_list() -> dict[str, Any]:
    """全部监督授权"""
    return {"items": [grant for grant, _bureau, _place in queries.grants()]}


@blp.route("/grants", methods=["POST"])
@operators
@blp.arguments(GrantIn)
@blp.response(201, GrantOut)
def grant_give(given: dict[str, Any]) -> Any:
    """登记监督授权"""
    return grants.give(grants.GrantFacts(**given))


@blp.route("/grants/<uuid:grant_id>")
@operators
@looked_up("grant", grants.grant)
@blp.response(200, GrantOut)
def one_grant(grant: SupervisionGrant) -> SupervisionGrant:
    """一项监督授权"""
    return grant


@blp.route("/grants/<uuid:grant_id>/end", methods=["POST"])
@operators
@looked_up("grant", grants.grant)
@blp.arguments(GrantEndIn)
@blp.response(200, GrantOut)
def grant_end(given: dict[str, Any], grant: SupervisionGrant) -> Any:
    """登记监督授权的截止日期"""
    return grants.end(grant.id, given["until"])


@blp.route("/queues")
@operators
@blp.response(200, Queues)
def queue_list() -> dict[str, Any]:
    """各单位等待、办理中和失败的作业数"""
    return {"items": deployment_figures.queues()}


@blp.route("/backups")
@operators
@blp.response(200, Backups)
def backup_list() -> dict[str, Any]:
    """备份和恢复演练"""
    return {"items": backups.entries()}


@blp.route("/backups", methods=["POST"])
@operators
@blp.arguments(TrialIn)
@blp.response(201, BackupOut)
def backup_trial(given: dict[str, Any]) -> Any:
    """登记一次恢复演练"""
    return backups.enter_trial(given["day"] or today(), given["name"], given["note"], good=given["good"])


def _facts(given: dict[str, Any]) -> bureaus.BureauFacts:
    return bureaus.BureauFacts(**{**given, "kinds": tuple(given["kinds"])})
