"""What is public: results, plans, items, draws, without an account (R-O1, R-O5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import room
from onedoor.api.paging import ListPage, PageArgs, page_of
from onedoor.api.public_lists import faces
from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.disclosure.service import KINDS
from onedoor.edge.guard import public

blp = room("disclosures", "公示信息")


class DisclosureArgs(PageArgs):
    """Which public things: of a kind, with these words in title, firm's name or code."""

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


@blp.route("/")
@public
@blp.arguments(DisclosureArgs, location="query")
@blp.response(200, DisclosurePage)
def disclosures(args: dict[str, Any]) -> dict[str, Any]:
    """公示信息列表，可按种类和关键词查找"""
    query = faces(queries.search(args["kind"], args["q"]))
    return page_of(query, Disclosure.id, args)


@blp.route("/<uuid:disclosure_id>")
@public
@blp.response(200, DisclosureOut)
def one_disclosure(disclosure_id: UUID) -> Disclosure:
    """一条公示信息"""
    return queries.one(disclosure_id)
