"""The item list and the inspector library over the interface: searched, filtered and in order as the pages show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from marshmallow import fields, validate

from onedoor.api.asking import Asked, Part, PartArgs, orders
from onedoor.api.matters import blp
from onedoor.api.shapes import InspectorOut, ItemOut
from onedoor.edge.guard import allow
from onedoor.edge.lists import reading
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.registry import queries
from onedoor.registry.models import Inspector, Item
from onedoor.registry.rules.codes import InspectorStatus, ItemMode
from tenants.models import Unit
from tenants.rules import Permission

Narrow = Callable[[sa.Select[Any], Any], sa.Select[Any]]


def _equal(column: Any) -> Narrow:
    return lambda query, value: query.where(column == value)


def _has(column: Any) -> Narrow:
    return lambda query, value: query.where(sa.any_(column) == value.replace("\x00", ""))


def _of_unit(column: Any) -> Narrow:
    def narrow(query: sa.Select[Any], name: str) -> sa.Select[Any]:
        named = sa.select(Unit.id).where(Unit.name == name.replace("\x00", ""))
        return query.where(column.is_(None) if name == "-" else column.in_(named))

    return narrow


@dataclass(frozen=True)
class Library:
    """What is searched of a list, by what it can be put in order, and what each argument narrows."""

    key: Any
    search: tuple[Any, ...]
    sorts: Mapping[str, Any]
    filters: Mapping[str, Narrow]


ITEMS = Library(
    Item.id,
    (Item.name, Item.number, Item.basis),
    {"number": Item.number, "name": Item.name},
    {
        "state": _equal(Item.state),
        "mode": _equal(Item.mode),
        "key": _equal(Item.key),
        "market": _equal(Item.market),
        "qualification": _has(Item.qualifications),
        "unit": _of_unit(Item.unit_id),
    },
)
INSPECTORS = Library(
    Inspector.id,
    (Inspector.name, Inspector.certificate_number, Inspector.body, queries.initials()),
    {"name": Inspector.sort_key, "code": Inspector.code},
    {
        "status": _equal(Inspector.status),
        "qualification": _has(Inspector.qualifications),
        "unit": _of_unit(Inspector.unit_id),
        "expires_until": lambda query, day: query.where(Inspector.certificate_expires_on <= day),
        "drawn": lambda query, drawn: query.where(
            queries.drawable(today()) if drawn else ~queries.drawable(today())
        ),
    },
)


class _LibraryArgs(PartArgs):
    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "several words with spaces between, all of them"},
    )
    qualification = fields.String(metadata={"description": "a word of the vocabulary of qualifications"})
    unit = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "of the unit of this name; `-`: of none (R-T5)"},
    )


class ItemArgs(_LibraryArgs):
    """What part of the item list is asked for; words are looked for in name, number and basis."""

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
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(INSPECTORS.sorts)))


class ItemPage(Part):
    """A page of one's own item list."""

    items = fields.List(fields.Nested(ItemOut), attribute="page.rows")


class InspectorPage(Part):
    """A page of one's own inspector library, without numbers of the person."""

    items = fields.List(fields.Nested(InspectorOut), attribute="page.rows")


@dataclass(frozen=True)
class _Asked(Asked):
    """What a caller asks of a library."""

    library: Library

    def narrow(self, query: sa.Select[Any], *, gather: bool = False) -> sa.Select[Any]:
        for name, by in self.library.filters.items():
            if name in self.given:
                query = by(query, self.given[name])
        for word in self.words.split():
            query = query.where(
                sa.or_(*(column.icontains(word, autoescape=True) for column in self.library.search))
            )
        return query


def _page(query: sa.Select[Any], library: Library, args: dict[str, Any]) -> dict[str, Any]:
    asked = _Asked(args, library.key, library.sorts, library)
    return {"page": reading.read_page(db.session(), query, asked)}


@blp.route("/items")
@allow(Permission.BUREAU_READ)
@blp.arguments(ItemArgs, location="query")
@blp.response(200, ItemPage)
def items(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的检查事项，未公布的修改在内：搜索、筛选、排序、翻页"""
    return _page(queries.items(), ITEMS, args)


@blp.route("/inspectors")
@allow(Permission.BUREAU_READ)
@blp.arguments(InspectorArgs, location="query")
@blp.response(200, InspectorPage)
def inspectors(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的执法人员，不含身份证号和手机号：搜索、筛选、排序、翻页"""
    return _page(queries.inspectors(), INSPECTORS, args)
