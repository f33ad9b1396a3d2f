"""The item list and the inspector library over the interface: searched, filtered and in order as the pages show them."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from onedoor.api.lists import rows
from onedoor.api.lists.arguments import Part, orders
from onedoor.api.lists.search import (
    Library,
    LibraryArgs,
    equal,
    has,
    of_unit,
    page_of_library,
    until,
)
from onedoor.api.shapes import InspectorOut, ItemOut
from onedoor.api.targets.matters import blp as blp
from onedoor.edge.guard import allow
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemMode
from onedoor.kernel.clock import today
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector
from onedoor.officers.queries.inspectors import drawable
from onedoor.officers.rules.codes import InspectorStatus
from tenants.rules import Permission

ITEMS = Library(
    Item.id,
    (Item.name, Item.number, Item.basis, officer_queries.initials(Item.sort_key)),
    {"number": Item.number, "name": Item.sort_key},
    {
        "state": equal(Item.state),
        "mode": equal(Item.mode),
        "key": equal(Item.key),
        "market": equal(Item.market),
        "qualification": has(Item.qualifications),
        "unit": of_unit(Item.unit_id),
    },
)
INSPECTORS = Library(
    Inspector.id,
    (Inspector.name, Inspector.certificate_number, Inspector.body, officer_queries.initials()),
    {"name": Inspector.sort_key, "code": Inspector.code},
    {
        "status": equal(Inspector.status),
        "qualification": has(Inspector.qualifications),
        "unit": of_unit(Inspector.unit_id),
        "expires_until": until(Inspector.certificate_expires_on),
        "drawn": lambda query, drawn: query.where(drawable(today()) if drawn else ~drawable(today())),
        "lacks": lambda query, what: query.where(officer_queries.gaps.lacking(what)),
    },
)


class _LibraryArgs(LibraryArgs):
    qualification = fields.String(metadata={"description": "a word of the vocabulary of qualifications"})
    unit = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "of the unit of this name; `-`: of none (R-T5)"},
    )


class ItemArgs(_LibraryArgs):
    """What part of the item list is asked for; words are looked for in name, its pinyin initials, number and basis."""

    state = fields.String(validate=validate.OneOf(["draft", "published"]))
    mode = fields.String(validate=validate.OneOf([one.value for one in ItemMode]))
    key = fields.Boolean(metadata={"description": "true: key items; false: general ones"})
    market = fields.Boolean(metadata={"description": "true: items of the market domain"})
    sort = fields.String(load_default="number", validate=validate.OneOf(orders(ITEMS.sorts)))


class InspectorArgs(_LibraryArgs):
    """What part of the library is asked for; words are looked for in name, its pinyin initials, certificate number and body."""

    status = fields.String(validate=validate.OneOf([one.value for one in InspectorStatus]))
    drawn = fields.Boolean(metadata={"description": "true: those who may be drawn today (R-L8)"})
    expires_until = fields.Date(metadata={"description": "certificate ends on this day or earlier"})
    lacks = fields.String(
        validate=validate.OneOf(officer_queries.gaps.LACKS),
        metadata={"description": "in the library and without this; `quality` counts them"},
    )
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(INSPECTORS.sorts)))


class ItemPage(Part):
    """A page of one's own item list."""

    items = fields.List(fields.Nested(ItemOut))


class InspectorPage(Part):
    """A page of one's own inspector library, without numbers of the person."""

    items = fields.List(fields.Nested(InspectorOut))


@blp.route("/items")
@allow(Permission.BUREAU_READ)
@blp.arguments(ItemArgs, location="query")
@blp.response(200, ItemPage)
def items(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的检查事项，未公布的修改在内：搜索、筛选、排序、翻页"""
    page = page_of_library(item_queries.items(), ITEMS, args)
    return {"page": page, "items": rows.items(page.rows)}


@blp.route("/inspectors")
@allow(Permission.BUREAU_READ)
@blp.arguments(InspectorArgs, location="query")
@blp.response(200, InspectorPage)
def inspectors(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的执法人员，不含身份证号和手机号：搜索、筛选、排序、翻页"""
    page = page_of_library(officer_queries.inspectors(), INSPECTORS, args)
    return {"page": page, "items": rows.inspectors(page.rows)}
