"""What is public: results, plans, items, draws, without an account (R-O1, R-O5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import room
from onedoor.api.changes import ChangesIn, ChangesPage
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.public_rows import faces
from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.disclosure.service import KINDS
from onedoor.edge.guard import public
from onedoor.imports.queries import change_feed
from onedoor.kernel.db import db

blp = room("disclosures", "公示信息")


class DisclosureArgs(PageArgs):
    """Which public things: of a kind, a bureau, a period, with these words in title, firm's name or code."""

    bureau = fields.String(
        load_default=None, validate=validate.Length(max=100), metadata={"description": "name of the bureau"}
    )
    since = fields.Date(load_default=None, metadata={"description": "published on that day or later"})
    until = fields.Date(load_default=None, metadata={"description": "published on that day or earlier"})

    kind = fields.String(load_default=None, validate=validate.OneOf(sorted(KINDS)))
    q = fields.String(load_default="", validate=validate.Length(max=100))


class DisclosureOut(Schema):
    """One public thing; in the list a draw's content is without what was drawn, which may be tens of thousands."""

    id = fields.UUID()
    kind = fields.String()
    version = fields.Integer()
    title = fields.String()
    bureau = fields.String(attribute="bureau_name")
    entity_code = fields.String(allow_none=True)
    entity_name = fields.String(allow_none=True)
    since = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    content = fields.Dict()


class DisclosurePage(ListPage):
    """A page of them."""

    items = fields.List(fields.Nested(DisclosureOut))


class DisclosureChangeOut(Schema):
    """What became of a public thing. One that ended has no more than its number: whoever has a copy takes it away."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(sorted(KINDS)))
    subject_id = fields.UUID(metadata={"description": "what it is about; the same in every version"})
    version = fields.Integer()
    what = fields.String(
        validate=validate.OneOf(["public", "replaced", "withdrawn", "ended"]),
        metadata={
            "description": "replaced: a later version is public; withdrawn: it was wrong; ended: by law"
        },
    )
    at = fields.AwareDateTime()
    reason = fields.String(allow_none=True, metadata={"description": "why it was withdrawn"})
    disclosure = fields.Nested(DisclosureOut, allow_none=True)


class DisclosureChanges(ChangesPage):
    """Public things; the same one may come again, and always as it stands."""

    items = fields.List(fields.Nested(DisclosureChangeOut))


@blp.route("/")
@public
@blp.arguments(DisclosureArgs, location="query")
@blp.response(200, DisclosurePage)
def disclosures(args: dict[str, Any]) -> dict[str, Any]:
    """公示信息列表，可按种类、部门、日期和关键词查找"""
    query = queries.of_bureau(
        queries.search(args["kind"], args["q"]), args["bureau"], args["since"], args["until"]
    )
    return page_of(faces(query), Disclosure.id, args)


@blp.route("/changes")
@public
@blp.arguments(ChangesIn, location="query")
@blp.response(200, DisclosureChanges)
def changes(args: dict[str, Any]) -> dict[str, Any]:
    """公示信息的增量同步：先取全部，以后取新公示的、更正的、撤销的和终止的"""
    at = change_feed.read_cursor(args["after"])
    asked = queries.changes(at.since, at.moment, at.last)
    page = change_feed.page_of(at, asked, args["size"], lambda row: (at.at, row.id), rows=True)
    shown = db.session.execute(faces(queries.by_id([row.id for row in page.rows if row.what == "public"])))
    things = {one.id: one for one in shown}
    items = [{**row._mapping, "disclosure": things.get(row.id)} for row in page.rows]
    return {"items": items, "next": page.following, "more": page.more}


@blp.route("/<uuid:disclosure_id>")
@public
@blp.response(200, DisclosureOut)
def one_disclosure(disclosure_id: UUID) -> Disclosure:
    """一条公示信息"""
    return queries.one(disclosure_id)
