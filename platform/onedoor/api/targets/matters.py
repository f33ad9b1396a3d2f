"""Places of business, products, projects and activities of one's own library over the interface (R-L5)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.api.entities.entities import blp as blp
from onedoor.api.lists.arguments import Asked, Part, PartArgs, orders
from onedoor.api.lists.search import in_place
from onedoor.api.shapes import EntityOut
from onedoor.edge.guard import allow
from onedoor.edge.lists import reader
from onedoor.kernel.db import db
from onedoor.targets import queries
from onedoor.targets.models import TargetMatter
from onedoor.targets.queries.matter_search import matters_matching
from onedoor.targets.queries.matters import NAME, PLACE
from onedoor.targets.rules.codes import LISTED_NAMES
from tenants.rules import Permission

SORTS: dict[str, Any] = {"name": NAME, "listed_on": TargetMatter.listed_on}


def _place(row: Any) -> str | None:
    code: str | None = (row.Premises or row.TargetMatter).jurisdiction_code
    return code


class MatterArgs(PartArgs):
    """What part of the list is asked for; words are looked for in name, number and address, and in the entity."""

    q = fields.String(load_default="", validate=validate.Length(max=100))
    kind = fields.String(validate=validate.OneOf(list(LISTED_NAMES)))
    place = fields.String(
        validate=validate.Length(max=12),
        metadata={
            "description": "code of the place (GB/T 2260), with all below it: its own, or the entity's"
        },
    )
    listed = fields.Boolean(
        metadata={"description": "true: those listed; false: those taken out; both unless given"}
    )
    sort = fields.String(load_default="name", validate=validate.OneOf(orders(SORTS)))


class MatterOut(Schema):
    """A place of business, product, project or activity. Of a place `number` is the one of `belongings/premises`, and with
    the entity's code names it for good; of the others nature, industry and place are their own, empty where they are those
    of the entity."""

    id = fields.UUID(attribute="TargetMatter.id")
    kind = fields.String(attribute="TargetMatter.kind", validate=validate.OneOf(list(LISTED_NAMES)))
    name = fields.String()
    number = fields.String()
    address = fields.String(attribute="Premises.address", metadata={"description": "of a place of business"})
    nature = fields.String(attribute="TargetMatter.nature")
    industry = fields.String(attribute="TargetMatter.industry")
    place = fields.Function(_place, allow_none=True)
    note = fields.String(attribute="TargetMatter.note")
    listed_on = fields.Date(attribute="TargetMatter.listed_on")
    ended_on = fields.Date(attribute="TargetMatter.ended_on", allow_none=True)
    ended_reason = fields.String(attribute="TargetMatter.ended_reason", allow_none=True)
    entity = fields.Nested(EntityOut, attribute="Entity")


class MatterPage(Part):
    """A page of them."""

    items = fields.List(fields.Nested(MatterOut), attribute="page.rows")


class _Asked(Asked):
    def narrow(self, query: sa.Select[Any], *, gather: bool = False) -> sa.Select[Any]:
        if "kind" in self.given:
            query = query.where(TargetMatter.kind == self.given["kind"])
        if "place" in self.given:
            query = in_place(PLACE)(query, self.given["place"])
        if "listed" in self.given:
            ended = TargetMatter.ended_on
            query = query.where(ended.is_(None) if self.given["listed"] else ended.is_not(None))
        return matters_matching(query, self.words) if self.words else query


@blp.route("/matters")
@allow(Permission.BUREAU_READ)
@blp.arguments(MatterArgs, location="query")
@blp.response(200, MatterPage)
def matters(args: dict[str, Any]) -> dict[str, Any]:
    """本单位名录库里的经营场所、产品、项目、行为：搜索、筛选、排序、翻页；经 loads/matters 导入"""
    return {"page": reader.read_page(db.session(), queries.matters(), _Asked(args, TargetMatter.id, SORTS))}
