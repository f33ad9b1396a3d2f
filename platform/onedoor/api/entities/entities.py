"""The register and the target library over the interface: searched, filtered and in order as the pages show them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from marshmallow import fields, validate

from onedoor.api.blueprints import room
from onedoor.api.lists import rows
from onedoor.api.lists.arguments import Asked, Part, PartArgs, orders
from onedoor.api.lists.search import equal, in_place, of_unit
from onedoor.api.shapes import EntityOut, ListedOut
from onedoor.edge.guard import allow
from onedoor.edge.lists import reader
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.entities.queries.search import gathering, reading
from onedoor.entities.rules.codes import EntityStatus
from onedoor.entities.rules.industries import SECTIONS, words_of
from onedoor.kernel.db import db
from onedoor.targets import queries as target_queries
from onedoor.targets.models import Target
from onedoor.targets.queries.risk import at_risk
from onedoor.targets.queries.tags import carrying
from tenants.rules import Permission

blp = room("registers", "经营主体名录和检查对象名录库")
SORTS: dict[str, Any] = {"name": Entity.sort_key, "code": Entity.code, "registered_on": Entity.registered_on}
_FILTERS = {
    "kind": equal(Entity.kind),
    "status": equal(Entity.status),
    "place": in_place(Entity.jurisdiction_code),
}


class ListArgs(PartArgs):
    """What part of a list is asked for; the same as in the address of its page."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={
            "description": "part of the name, code, address or scope, or pinyin initials; several words with spaces between, all of them"
        },
    )
    kind = fields.String(metadata={"description": "kind: the code's first two characters, or `other`"})
    status = fields.String(validate=validate.OneOf([one.value for one in EntityStatus]))
    place = fields.String(metadata={"description": "code of the place (GB/T 2260), with all below it"})
    industry = fields.String(
        validate=validate.OneOf(list(SECTIONS)),
        metadata={"description": "section of GB/T 4754-2017, a letter from A to T"},
    )
    tag = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "carries this tag: a shared one, or one's own"},
    )
    registered_from = fields.Date(
        data_key="from", metadata={"description": "registered on this day or later"}
    )
    registered_until = fields.Date(
        data_key="to", metadata={"description": "registered on this day or earlier"}
    )
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(orders(SORTS)),
        metadata={"description": "the order; with `-` before it backwards"},
    )


class EntityArgs(ListArgs):
    """The same, and in whose library."""

    without_code = fields.Boolean(
        metadata={"description": "true: those that have a provisional number only, and no credit code yet"}
    )
    library = fields.String(
        validate=validate.OneOf(["mine", "none"]),
        metadata={
            "description": "mine: in the own target library; none: of the own trade and in nobody's (R-L6)"
        },
    )


class TargetArgs(ListArgs):
    """The same, and what the own library says of a target."""

    rule = fields.UUID(metadata={"description": "chosen by this rule of selection"})
    risk = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "has this risk level, as the own scale names it"},
    )

    unit = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "of the unit of this name; `-`: of none, the whole bureau's (R-T5)"},
    )
    listed = fields.Boolean(
        metadata={"description": "true: those listed; false: those taken out; both unless given"}
    )


class RegisterPage(Part):
    """A page of the register."""

    items = fields.List(fields.Nested(EntityOut), attribute="page.rows")


class LibraryPage(Part):
    """A page of one's own library."""

    items = fields.List(fields.Nested(ListedOut))


class EntitiesAsked(Asked):
    """What a caller asks of the register, or of a library as a part of it."""

    def gathers(self) -> bool:
        return bool(self.words) and not self.is_common()

    def is_common(self) -> bool:
        return entity_queries.is_common(self.words)

    def narrow(self, query: sa.Select[Any], *, gather: bool = False) -> sa.Select[Any]:
        given = self.given
        for name, narrow in _FILTERS.items():
            if name in given:
                query = narrow(query, given[name])
        if "without_code" in given:
            has_none = Entity.code.like("ZB%")
            query = query.where(has_none if given["without_code"] else ~has_none)
        if "industry" in given:
            query = query.where(Entity.industry.in_(words_of(given["industry"])))
        if "tag" in given:
            query = query.where(Entity.id.in_(carrying([given["tag"].replace("\x00", "")])))
        query = self._of_library(query)
        if "registered_from" in given:
            query = query.where(Entity.registered_on >= given["registered_from"])
        if "registered_until" in given:
            query = query.where(Entity.registered_on <= given["registered_until"])
        search = gathering if gather else reading
        return search(query, self.words) if self.words else query

    def _of_library(self, query: sa.Select[Any]) -> sa.Select[Any]:
        given = self.given
        if given.get("library") == "mine":
            mine = (
                target_queries.targets().where(Target.ended_on.is_(None)).with_only_columns(Target.entity_id)
            )
            query = query.where(Entity.id.in_(mine))
        if "rule" in given:
            query = query.where(Target.rule_id == given["rule"])
        if "risk" in given:
            query = query.where(Target.entity_id.in_(at_risk((given["risk"].replace("\x00", ""),))))
        if "unit" in given:
            query = of_unit(Target.unit_id)(query, given["unit"])
        if "listed" in given:
            ended = Target.ended_on
            query = query.where(ended.is_(None) if given["listed"] else ended.is_not(None))
        return query


@blp.route("/entities")
@allow(Permission.BUREAU_READ)
@blp.arguments(EntityArgs, location="query")
@blp.response(200, RegisterPage)
def entities(args: dict[str, Any]) -> dict[str, Any]:
    """各单位共用的经营主体名录：搜索、筛选、排序、翻页"""
    every = target_queries.uncovered() if args.get("library") == "none" else entity_queries.entities()
    return {"page": reader.read_page(db.session(), every, EntitiesAsked(args, Entity.id, SORTS))}


@blp.route("/targets")
@allow(Permission.BUREAU_READ)
@blp.arguments(TargetArgs, location="query")
@blp.response(200, LibraryPage)
def targets(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的检查对象名录库：搜索、筛选、排序、翻页"""
    page = reader.read_page(db.session(), target_queries.targets(), EntitiesAsked(args, Target.id, SORTS))
    return {"page": page, "items": rows.targets(page.rows)}
