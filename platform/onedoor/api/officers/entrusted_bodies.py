"""委托执法 over the interface: the bureau's agreements, entered with their letter, ended before their time (R-T5)."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.edge.guard import allow
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries
from onedoor.officers.models import EntrustedBody
from onedoor.officers.service.entrusted_bodies import Entrustment, end_entrustment, entrust
from tenants.rules import Permission

blp = room("entrusted", "委托执法：受委托组织和委托书")


class LetterIn(Schema):
    """The letter of entrustment as a file; it becomes public."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    media_type = fields.String(load_default="application/pdf", validate=validate.Length(1, 100))
    content = fields.String(
        required=True, validate=validate.Length(1, 20_000_000), metadata={"description": "base64"}
    )


class EntrustmentIn(Schema):
    """An agreement: who, in which unit its officers stand, what, from when until when."""

    name = fields.String(required=True, validate=validate.Length(1, 100))
    unit_id = fields.UUID(required=True)
    agreement = fields.String(required=True, validate=validate.Length(1, 200))
    scope = fields.String(required=True, validate=validate.Length(1, 1000))
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    letter = fields.Nested(LetterIn, required=True)


class EntrustmentEndIn(Schema):
    """The last day of an agreement that ends before its time."""

    last = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 500))


class EntrustedBodyOut(Schema):
    """A body that checks in this bureau's name; its letter is at `/open/entrusted/<id>`."""

    id = fields.UUID()
    name = fields.String()
    unit_id = fields.UUID()
    agreement = fields.String()
    scope = fields.String()
    since = fields.Date()
    until = fields.Date()
    ended_on = fields.Date(allow_none=True)
    end_reason = fields.String()


class EntrustedBodies(Schema):
    """All that this bureau ever entrusted, those in force first."""

    items = fields.List(fields.Nested(EntrustedBodyOut))


@blp.route("")
@allow(Permission.BUREAU_READ)
@blp.response(200, EntrustedBodies)
def bodies() -> dict[str, Any]:
    """本单位委托的组织"""
    return {"items": queries.entrusted_bodies.entrusted_bodies()}


@blp.route("", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(EntrustmentIn)
@blp.response(201, EntrustedBodyOut)
def entrust_body(given: dict[str, Any]) -> EntrustedBody:
    """登记一项委托，委托书随即公开"""
    letter = given.pop("letter")
    try:
        content = b64decode(letter["content"], validate=True)
    except ValueError:
        raise ClerkError(
            "委托书不是 base64 编码。", fields={"letter": ["委托书不是 base64 编码。"]}
        ) from None
    return entrust(Entrustment(**given), (letter["name"], content, letter["media_type"]))


@blp.route("/<uuid:body_id>")
@allow(Permission.BUREAU_READ)
@looked_up("body", queries.entrusted_bodies.entrusted_body)
@blp.response(200, EntrustedBodyOut)
def one_body(body: EntrustedBody) -> EntrustedBody:
    """本单位委托的一个组织"""
    return body


@blp.route("/<uuid:body_id>/end", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("body", queries.entrusted_bodies.entrusted_body)
@blp.arguments(EntrustmentEndIn)
@blp.response(200, EntrustedBodyOut)
def end_body(given: dict[str, Any], body: EntrustedBody) -> EntrustedBody:
    """提前终止一项委托"""
    return end_entrustment(body.id, given["last"], given["reason"])
