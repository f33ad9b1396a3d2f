"""Places, licences and tags of entities over the interface: filtered, by key; what is new in them is told by `changes`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import fields, validate

from onedoor.api.blueprints import room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.search import in_place
from onedoor.api.shapes import LicenceOut, PremisesOut, TagOut, with_code
from onedoor.edge.guard import allow
from onedoor.entities.models import Entity, Licence, Premises
from onedoor.entities.queries.premises import in_licence_state
from onedoor.entities.rules.codes import LicenceState
from onedoor.targets.models import EntityTag
from tenants.rules import Permission

blp = room("belongings", "经营主体的经营场所、许可证和标签")
_TEXT = validate.Length(max=200)


class _Args(PageArgs):
    entity = fields.String(
        validate=_TEXT, metadata={"description": "the entity's unified social credit code"}
    )


class PremisesArgs(_Args):
    """Which places."""

    place = fields.String(
        validate=_TEXT, metadata={"description": "code of the place (GB/T 2260), with all below it"}
    )
    in_use = fields.Boolean(metadata={"description": "true: those in use; false: those closed"})


class LicenceArgs(_Args):
    """Which licences."""

    kind = fields.String(validate=_TEXT, metadata={"description": "kind of licence, as it is written"})
    state = fields.String(
        validate=validate.OneOf([one.value for one in LicenceState]),
        metadata={"description": "where it stands today; expiring: within 90 days"},
    )
    ends_from = fields.Date(metadata={"description": "valid to this day or later"})
    ends_until = fields.Date(metadata={"description": "valid to this day or earlier"})


class TagArgs(_Args):
    """Which tags."""

    name = fields.String(validate=_TEXT)
    shared = fields.Boolean(metadata={"description": "true: those all bureaus share; false: one's own"})


class PremisesPage(ListPage):
    """Places."""

    items = fields.List(fields.Nested(PremisesOut))


class LicencePage(ListPage):
    """Licences."""

    items = fields.List(fields.Nested(LicenceOut))


class TagPage(ListPage):
    """Tags on entities."""

    items = fields.List(fields.Nested(TagOut))


@blp.route("/premises")
@allow(Permission.BUREAU_READ)
@blp.arguments(PremisesArgs, location="query")
@blp.response(200, PremisesPage)
def premises(args: dict[str, Any]) -> dict[str, Any]:
    """经营场所"""
    query = _plain(sa.select(Premises, Entity.code), args, {})
    if "place" in args:
        query = in_place(Premises.jurisdiction_code)(query, args["place"])
    if "in_use" in args:
        closed = Premises.closed_on
        query = query.where(closed.is_(None) if args["in_use"] else closed.is_not(None))
    return _page(query, Premises, args)


@blp.route("/licences")
@allow(Permission.BUREAU_READ)
@blp.arguments(LicenceArgs, location="query")
@blp.response(200, LicencePage)
def licences(args: dict[str, Any]) -> dict[str, Any]:
    """许可证"""
    query = _plain(sa.select(Licence, Entity.code), args, {"kind": Licence.kind})
    if "state" in args:
        query = query.where(in_licence_state(args["state"]))
    if "ends_from" in args:
        query = query.where(Licence.valid_to >= args["ends_from"])
    if "ends_until" in args:
        query = query.where(Licence.valid_to <= args["ends_until"])
    return _page(query, Licence, args)


@blp.route("/tags")
@allow(Permission.BUREAU_READ)
@blp.arguments(TagArgs, location="query")
@blp.response(200, TagPage)
def tags(args: dict[str, Any]) -> dict[str, Any]:
    """主体上的标签：共用的和本单位自用的"""
    given = {"name": EntityTag.name, "shared": EntityTag.shared}
    return _page(_plain(sa.select(EntityTag, Entity.code), args, given), EntityTag, args)


def _plain(query: Any, args: dict[str, Any], columns: dict[str, Any]) -> Any:
    """Filters by the value of a column."""
    for name, column in {"entity": Entity.code, **columns}.items():
        if name in args:
            value = args[name]
            query = query.where(column == (value.replace("\x00", "") if isinstance(value, str) else value))
    return query


def _page(query: Any, model: Any, args: dict[str, Any]) -> dict[str, Any]:
    page = page_of(query.join(Entity, Entity.id == model.entity_id), model.id, args, ascending=True)
    return {**page, "items": [with_code(one, code) for one, code, _key in page["items"]]}
