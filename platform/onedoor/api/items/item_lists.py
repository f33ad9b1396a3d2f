"""Versions of the item list (R-L4) over the interface, what one has other than another, and how much of the list is under double-random (R-L3).

Handing a version in, taking it back, approving and publishing it is for people (R-T5).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS
from onedoor.api.items.rulebooks import FiledOut
from onedoor.api.items.templates import FieldOut, differing
from onedoor.api.items.templates import blp as blp
from onedoor.api.lists import rows as list_rows
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.openapi.document import file_response
from onedoor.api.shapes import ItemOut
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.filing import queries as filings
from onedoor.filing.rules import FilingKind
from onedoor.items import queries, service
from onedoor.items.models import ItemList
from onedoor.items.rules.codes import ItemMode
from onedoor.items.rules.coverage import covered
from onedoor.items.rules.item_rows import FACTS, facts_of
from onedoor.items.rules.text_diff import compare_items
from onedoor.items.service.item_lists import f1_workbook, title_of
from onedoor.kernel.clock import today
from onedoor.kernel.errors import NotFound
from onedoor.plans import queries as plans
from tenants import queries as tenants
from tenants.rules import Permission


class ListsArgs(PageArgs):
    """Whose versions: one's own, in whatever state, or those another bureau published."""

    bureau = fields.UUID(
        load_default=None, metadata={"description": "of this bureau; one's own unless given"}
    )


class AgainstArgs(Schema):
    """Beside which version."""

    against = fields.UUID(
        load_default=None,
        metadata={"description": "a published version of the same bureau; unless given the one before"},
    )


class ItemListOut(Schema):
    """A version of a bureau's list: submitted, returned, withdrawn or published; who handed it in and its filings are told of one's own alone."""

    id = fields.UUID()
    bureau = fields.UUID(attribute="tenant_id")
    version = fields.Integer()
    state = fields.String(validate=validate.OneOf(["submitted", "returned", "withdrawn", "published"]))
    added = fields.Integer()
    changed = fields.Integer()
    ended = fields.Integer()
    total = fields.Integer()
    submitted_at = fields.AwareDateTime()
    submitter_name = fields.String(allow_none=True)
    published_at = fields.AwareDateTime(allow_none=True)
    filings = fields.List(fields.Nested(FiledOut))


class WholeItemListOut(ItemListOut):
    """The same with its items, as that version has them."""

    items = fields.List(fields.Nested(ItemOut))


class ItemListPage(ListPage):
    """A page of versions, the newest first."""

    items = fields.List(fields.Nested(ItemListOut))


class NamedItemOut(Schema):
    """An item, by its number."""

    number = fields.String()
    name = fields.String()


class RemovedItemOut(NamedItemOut):
    """An item that the version does not have any more, and why, where the version says so."""

    reason = fields.String()


class ChangedItemOut(NamedItemOut):
    """An item in both versions, and the fields that differ."""

    fields_ = fields.List(fields.Nested(FieldOut), data_key="fields")


class DifferencesOut(Schema):
    """What a version has other than the one it was held against; `against` is null of the first."""

    against = fields.Nested(ItemListOut, allow_none=True)
    added = fields.List(fields.Nested(NamedItemOut))
    removed = fields.List(fields.Nested(RemovedItemOut))
    changed = fields.List(fields.Nested(ChangedItemOut))


class DomainOut(Schema):
    """A domain's published items by mode; `floor` in per cent, `share` from 0 to 1, `short`: so many more are needed to reach the floor."""

    market = fields.Boolean()
    total = fields.Integer()
    random = fields.Integer()
    unfit = fields.Integer()
    unlisted = fields.Integer()
    share = fields.Float()
    floor = fields.Integer()
    short = fields.Integer()


class UnfitOut(NamedItemOut):
    """An item declared unfit for random checks, and why (R-L2)."""

    reason = fields.String(attribute="remark")


class CoverageOut(Schema):
    """Coverage by domain (R-L3), what is not under double-random, the declarations, and this year's checks by kind."""

    domains = fields.List(fields.Nested(DomainOut))
    unlisted = fields.List(fields.Nested(NamedItemOut))
    unfit = fields.List(fields.Nested(UnfitOut))
    declarations = fields.List(fields.Nested(FiledOut))
    year = fields.Integer()
    checks = fields.Dict(keys=fields.String(), values=fields.Integer())


@blp.route("/lists")
@allow(Permission.BUREAU_READ)
@blp.arguments(ListsArgs, location="query")
@blp.response(200, ItemListPage)
def lists(args: dict[str, Any]) -> dict[str, Any]:
    """事项清单的各版：本单位的，或者一个单位已公布的"""
    page = page_of(queries.lists_of(args["bureau"]), ItemList.id, args)
    return {**page, "items": _told(page["items"])}


@blp.route("/lists/<uuid:list_id>")
@allow(Permission.BUREAU_READ)
@blp.response(200, WholeItemListOut)
def one_list(list_id: UUID) -> dict[str, Any]:
    """一版事项清单和它的全部事项"""
    made = queries.item_list(list_id)
    return {**_told([made])[0], "items": list_rows.items(queries.items_at(made))}


@blp.route("/lists/<uuid:list_id>/differences")
@allow(Permission.BUREAU_READ)
@blp.arguments(AgainstArgs, location="query")
@blp.response(200, DifferencesOut)
def differences(args: dict[str, Any], list_id: UUID) -> dict[str, Any]:
    """一版清单比另一版新增、修改、退出了哪些事项，逐项写明改了什么"""
    made = queries.item_list(list_id)
    former = _other(made, args["against"]) if args["against"] else queries.former_list(made)
    before, after = (_facts(one) for one in (former, made))
    found = compare_items(before, after, FACTS)
    why = {item.number: item.remark for item in queries.ending_items(made.id)}
    changed = [
        {**one.after, "fields_": differing(one.before, one.after, one.fields)} for one in found.changed
    ]
    removed = [{**one, "reason": why.get(one["number"], "")} for one in found.removed]
    against = _told([former])[0] if former is not None else None
    return {"against": against, "added": found.added, "removed": removed, "changed": changed}


@blp.route("/lists/<uuid:list_id>/file")
@limiter.limit(UPLOADS)
@allow(Permission.BUREAU_READ)
@blp.doc(responses={"200": file_response("The version as form F1.")})
def list_file(list_id: UUID) -> Response:
    """一版事项清单的表格"""
    made = queries.item_list(list_id)
    content = f1_workbook(made, queries.items_at(made))
    return attachment(content, f"{title_of(made)}.xlsx", service.XLSX)


@blp.route("/coverage")
@allow(Permission.BUREAU_READ)
@blp.response(200, CoverageOut)
def coverage() -> dict[str, Any]:
    """本单位的双随机覆盖率：按领域，连同没有列入和不适宜的事项、说明的备案、今年各类检查的次数"""
    me, year = tenants.my_bureau().id, today().year
    items = queries.published_items(me)
    found = covered(items, queries.coverage.floors())
    return {
        "domains": [
            {
                "market": market,
                "share": one.share,
                **{name: getattr(one, name) for name in ("total", "random", "floor", "short")},
                **{mode.value: one.modes.get(mode, 0) for mode in (ItemMode.UNFIT, ItemMode.UNLISTED)},
            }
            for market, one in found.items()
        ],
        "unlisted": [item for item in items if item.mode == ItemMode.UNLISTED],
        "unfit": service.unfit(items),
        "declarations": [one for one in filings.of_subject(me) if one.kind == FilingKind.DECLARATION],
        "year": year,
        "checks": plans.visits_by_kind(year),
    }


def _facts(made: ItemList | None) -> list[dict[str, Any]]:
    return [facts_of(item) for item in queries.items_at(made)] if made is not None else []


def _other(made: ItemList, wanted: UUID) -> ItemList:
    """A published version of the same bureau's list, other than this one."""
    found = next((one for one in queries.published_lists(made.tenant_id) if one.id == wanted), None)
    if found is None or found.id == made.id:
        raise NotFound("没有找到要对照的版本。")
    return found


def _told(rows: list[ItemList]) -> list[dict[str, Any]]:
    mine = [one.id for one in rows if queries.is_mine(one)]
    filed = filings.of_subjects(mine)
    return [
        {
            **list_rows.columns(one),
            "submitter_name": one.submitter_name if one.id in mine else None,
            "filings": [each for each in filed.get(one.id, []) if each.kind == FilingKind.ITEMS],
        }
        for one in rows
    ]
