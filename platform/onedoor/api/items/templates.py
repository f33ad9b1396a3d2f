"""Shared items (共享事项) over the interface: what bureaus offer, offering one, adopting one as one's own, adding points to the copy,
following its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists import rows as list_rows
from onedoor.api.lists.arguments import Part, orders
from onedoor.api.lists.search import Library, LibraryArgs, equal, page_of_library
from onedoor.api.shapes import ItemOut
from onedoor.edge.guard import allow
from onedoor.items import queries as item_queries
from onedoor.items import service
from onedoor.items.models import Item, ItemTemplate
from onedoor.items.rules.item_rows import facts_of
from onedoor.items.rules.points import KIND_NAMES, LONGEST, MOST_OPTIONS, MOST_POINTS
from onedoor.items.rules.templates import TAKEN
from onedoor.items.schemas.templates import AdoptSchema, ShareSchema
from onedoor.items.service.templates import extend_copy, follow_source
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries as officer_queries
from tenants.rules import Permission

blp = room("items", "共享事项、事项清单的各版和覆盖率")
SHARED = Library(
    ItemTemplate.id,
    (Item.name, Item.basis, officer_queries.initials(Item.sort_key)),
    {"name": Item.sort_key, "shared_at": ItemTemplate.shared_at},
    {"bureau": equal(Item.tenant_id)},
)
OWN, OPEN, ADOPTED, OUTDATED = "own", "open", "adopted", "outdated"
Shared = tuple[ItemTemplate, Item]


class SharedArgs(LibraryArgs):
    """Which shared items; words are looked for in name, its pinyin initials, and basis."""

    bureau = fields.UUID(metadata={"description": "shared by this bureau"})
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(SHARED.sorts)))


class FieldOut(Schema):
    """A field of an item that differs; `before` and `after` are as the item has them."""

    field = fields.String()
    before = fields.Raw(allow_none=True)
    after = fields.Raw(allow_none=True)


class SharedOut(Schema):
    """A shared item as it is in force. `standing`: the bureau's own, not adopted yet (open), adopted, or adopted from a
    version that is not in force any more (outdated); `copy` is the bureau's item that was copied from it."""

    id = fields.UUID()
    bureau = fields.UUID()
    note = fields.String()
    shared_at = fields.AwareDateTime()
    standing = fields.String(validate=validate.OneOf([OWN, OPEN, ADOPTED, OUTDATED]))
    copy = fields.UUID(allow_none=True)
    item = fields.Nested(ItemOut)


class WholeSharedOut(SharedOut):
    """The same, with what its newest version has other than the one that was copied, and what the copy has other than that one."""

    newer = fields.List(fields.Nested(FieldOut))
    own = fields.List(fields.Nested(FieldOut))


class SharedPage(Part):
    """A page of shared items."""

    items = fields.List(fields.Nested(SharedOut))


class ShareIn(ShareSchema):
    """An item of one's own in force, by the `id` of its version, and a word to those who may adopt it."""

    item = fields.UUID(required=True)


class PointIn(Schema):
    """A point of a checklist (R-L1), as `ItemOut` tells one."""

    point = fields.String(required=True, validate=validate.Length(1, LONGEST["point"]))
    kind = fields.String(load_default="yes_no", validate=validate.OneOf(list(KIND_NAMES)))
    options = fields.List(
        fields.String(validate=validate.Length(1, LONGEST["option"])),
        validate=validate.Length(max=MOST_OPTIONS),
    )
    unit = fields.String(validate=validate.Length(max=LONGEST["unit"]))
    lowest = fields.String(validate=validate.Length(max=30))
    highest = fields.String(validate=validate.Length(max=30))
    default = fields.String(validate=validate.Length(max=LONGEST["default"]))
    hint = fields.String(validate=validate.Length(max=LONGEST["hint"]))
    photo = fields.List(fields.String(), validate=validate.Length(max=MOST_OPTIONS))
    note = fields.List(fields.String(), validate=validate.Length(max=MOST_OPTIONS))


class PointsIn(Schema):
    """Points that the bureau adds to its copy; they stay when the source changes."""

    points = fields.List(
        fields.Nested(PointIn), required=True, validate=validate.Length(min=1, max=MOST_POINTS)
    )


@blp.route("/templates")
@allow(Permission.BUREAU_READ)
@blp.arguments(SharedArgs, location="query")
@blp.response(200, SharedPage)
def templates(args: dict[str, Any]) -> dict[str, Any]:
    """各单位共享的事项，以及本单位是否已采用：搜索、筛选、排序、翻页"""
    page, copies = (
        page_of_library(item_queries.templates.shared_items(), SHARED, args),
        item_queries.templates.copies(),
    )
    items = list_rows.items([row.Item for row in page.rows])
    rows = [
        _told(row.ItemTemplate, row.Item, item, copies) for row, item in zip(page.rows, items, strict=True)
    ]
    return {"page": page, "items": rows}


@blp.route("/templates", methods=["POST"])
@allow(Permission.CAMPAIGN_LEAD)
@blp.arguments(ShareIn)
@blp.response(201, SharedOut)
def share(given: dict[str, Any]) -> dict[str, Any]:
    """把本单位一个已公布的事项设为共享，其他单位可以采用"""
    item = item_queries.my_item(given["item"])
    return _alone(service.share_item(item, given["note"]), item)


@blp.route("/templates/<uuid:template_id>", methods=["DELETE"])
@allow(Permission.CAMPAIGN_LEAD)
@looked_up("template", item_queries.templates.my_template)
@blp.response(204)
def stop_sharing(template: Shared) -> None:
    """停止共享；已经采用的单位不受影响"""
    service.stop_sharing(template[1])


@blp.route("/templates/<uuid:template_id>")
@allow(Permission.BUREAU_READ)
@looked_up("template", item_queries.templates.item_template)
@blp.response(200, WholeSharedOut)
def one_template(template: Shared) -> dict[str, Any]:
    """一个共享事项，以及它与本单位所采用事项的差别"""
    shared, source = template
    mine = item_queries.templates.copy_of(source)
    found = item_queries.templates.source_of(mine) if mine is not None else None
    return {
        **_alone(shared, source),
        "newer": differing(facts_of(found[0]), facts_of(found[1]), TAKEN) if found else [],
        "own": differing(facts_of(found[0]), facts_of(mine), TAKEN) if found else [],
    }


@blp.route("/templates/<uuid:template_id>/adopt", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("template", item_queries.templates.item_template)
@blp.arguments(AdoptSchema)
@blp.response(201, ItemOut)
def adopt_template(_given: dict[str, Any], template: Shared) -> dict[str, Any]:
    """采用共享事项，成为本单位未公布的事项；empowered：已核对本单位有这项检查的法定职权"""
    return list_rows.items([service.adopt(template[1])])[0]


@blp.route("/templates/<uuid:template_id>/follow", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("template", item_queries.templates.item_template)
@blp.response(200, ItemOut)
def follow_template(template: Shared) -> dict[str, Any]:
    """按来源的新版修改本单位采用的事项；本单位自己改过的内容和补充的要点不动"""
    return list_rows.items([follow_source(template[1])])[0]


@blp.route("/templates/<uuid:template_id>/extend", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("template", item_queries.templates.item_template)
@blp.arguments(PointsIn)
@blp.response(200, ItemOut)
def extend_template(given: dict[str, Any], template: Shared) -> dict[str, Any]:
    """在本单位采用的事项里补充检查要点"""
    try:
        return list_rows.items([extend_copy(template[1], given["points"])])[0]
    except ClerkError as error:
        # A form has a field for each part of a point (`p-0-unit`); here points stand in a list.
        error.fields = {
            ".".join(["points", *name.split("-")[1:]]): texts for name, texts in error.fields.items()
        }
        raise


def differing(before: Mapping[str, Any], after: Mapping[str, Any], names: Any) -> list[dict[str, Any]]:
    """The fields that two versions of an item have otherwise."""
    return [
        {"field": name, "before": before[name], "after": after[name]}
        for name in names
        if before[name] != after[name]
    ]


def _alone(shared: ItemTemplate, item: Item) -> dict[str, Any]:
    return _told(shared, item, list_rows.items([item])[0], item_queries.templates.copies())


def _told(
    shared: ItemTemplate, item: Item, shown: dict[str, Any], copies: Mapping[tuple[UUID, str], Item]
) -> dict[str, Any]:
    copy = copies.get((item.tenant_id, item.number))
    standing = OPEN if copy is None else ADOPTED if copy.source_id == item.id else OUTDATED
    return {
        **list_rows.columns(shared),
        "bureau": shared.tenant_id,
        "standing": OWN if item_queries.is_mine(item) else standing,
        "copy": copy.id if copy is not None else None,
        "item": shown,
    }
