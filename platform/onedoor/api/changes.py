"""What changed in the lists since a cursor, for a bureau's own systems that keep a copy (R-L11)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.rooms import room
from onedoor.edge.guard import allow
from onedoor.registry.models import Entity
from onedoor.registry.queries import changes
from tenants.rules import Permission

blp = room("changes", "名录的增量同步：先取全部，以后只取变化")


class ChangesIn(Schema):
    """From where: nothing for the whole list, then always `next` of the answer before."""

    after = fields.String(load_default="", validate=validate.Length(max=160))
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 1_000))


class EntityOut(Schema):
    """An entity of the shared register as it stands."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    status = fields.String()
    status_since = fields.Date(allow_none=True)
    jurisdiction_code = fields.String()
    address = fields.String()
    scope = fields.String()
    entity_type = fields.String()
    industry = fields.String()
    registered_on = fields.Date(allow_none=True)
    capital = fields.String()
    province = fields.String()
    region = fields.String()


class EntityChangeOut(Schema):
    """What became of an entity: present (of the whole list), added, changed or removed; `entity` as it stands now, if it does."""

    what = fields.String()
    at = fields.AwareDateTime()
    id = fields.UUID()
    code = fields.String(allow_none=True)
    entity = fields.Nested(EntityOut, allow_none=True)


class TargetOut(Schema):
    """An object of the bureau's library; it has left when `ended_on` is set."""

    id = fields.UUID()
    entity_code = fields.String()
    entity_name = fields.String()
    listed_on = fields.Date()
    ended_on = fields.Date(allow_none=True)
    ended_reason = fields.String(allow_none=True)


class ItemOut(Schema):
    """A version of an item that was published; `state` is published, replaced or ended."""

    id = fields.UUID()
    number = fields.String()
    version = fields.Integer()
    state = fields.String()
    name = fields.String()
    basis = fields.String()
    enforcing_body = fields.String()
    inspecting_body = fields.String()
    object_kinds = fields.List(fields.String())
    content = fields.String()
    method = fields.String()
    rate_bp = fields.Integer(allow_none=True)
    frequency = fields.Integer(allow_none=True)
    key = fields.Boolean()
    market = fields.Boolean()
    mode = fields.String()
    qualifications = fields.List(fields.String())
    results_use = fields.String()
    remark = fields.String()
    updated_at = fields.AwareDateTime()


class InspectorOut(Schema):
    """An officer of the bureau, without numbers of the person; `status` is active, suspended or left."""

    id = fields.UUID()
    code = fields.String()
    name = fields.String()
    sex = fields.String()
    body = fields.String()
    post = fields.String()
    certificate_number = fields.String(allow_none=True)
    certificate_expires_on = fields.Date(allow_none=True)
    kinds = fields.String()
    area = fields.String()
    qualifications = fields.List(fields.String())
    leads = fields.Boolean()
    status = fields.String()
    remark = fields.String()
    updated_at = fields.AwareDateTime()


class _PageOut(Schema):
    next = fields.String(metadata={"description": "to be kept, and sent as `after` the next time"})
    more = fields.Boolean(
        metadata={"description": "whether there is more at once; otherwise ask again later"}
    )


class EntityChanges(_PageOut):
    """Entities; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(EntityChangeOut))


class Targets(_PageOut):
    """Objects of the library."""

    items = fields.List(fields.Nested(TargetOut))


class Items(_PageOut):
    """Versions of items."""

    items = fields.List(fields.Nested(ItemOut))


class Inspectors(_PageOut):
    """Officers."""

    items = fields.List(fields.Nested(InspectorOut))


@blp.route("/entities")
@allow(Permission.BUREAU_READ)
@blp.arguments(ChangesIn, location="query")
@blp.response(200, EntityChanges)
def entities(args: dict[str, Any]) -> dict[str, Any]:
    """经营主体：先取全部，以后取新增、变更和撤销"""
    page = changes.entities(args["after"], args["limit"])
    return _told(page, [_entity(*row) for row in page.rows])


@blp.route("/targets")
@allow(Permission.BUREAU_READ)
@blp.arguments(ChangesIn, location="query")
@blp.response(200, Targets)
def targets(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的检查对象，包括已移出的"""
    page = changes.targets(args["after"], args["limit"])
    shown = ("id", "listed_on", "ended_on", "ended_reason")
    rows = [
        {**{name: getattr(one, name) for name in shown}, "entity_code": of.code, "entity_name": of.name}
        for one, of in page.rows
    ]
    return _told(page, rows)


@blp.route("/items")
@allow(Permission.BUREAU_READ)
@blp.arguments(ChangesIn, location="query")
@blp.response(200, Items)
def items(args: dict[str, Any]) -> dict[str, Any]:
    """本单位公布过的检查事项，逐版"""
    page = changes.items(args["after"], args["limit"])
    return _told(page, page.rows)


@blp.route("/inspectors")
@allow(Permission.BUREAU_READ)
@blp.arguments(ChangesIn, location="query")
@blp.response(200, Inspectors)
def inspectors(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的执法人员，包括已离库的；不含身份证号和手机号"""
    page = changes.inspectors(args["after"], args["limit"])
    return _told(page, page.rows)


def _entity(what: str, at: Any, entity_id: Any, entity: Entity | None, before: Any) -> dict[str, Any]:
    code = entity.code if entity is not None else (before or {}).get("code")
    return {"what": what, "at": at, "id": entity_id, "code": code, "entity": entity}


def _told(page: changes.Page, rows: list[Any]) -> dict[str, Any]:
    return {"items": rows, "next": page.following, "more": page.more}
