"""Rules of selection (选取规则, R-L5) over the interface: the rules, what bringing the library up to date by them would do, and doing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up, room
from onedoor.api.entities.entities import SORTS, EntitiesAsked, ListArgs
from onedoor.api.jobs import JobOut
from onedoor.api.lists.arguments import Part
from onedoor.api.lists.rows import columns, unit_named, units
from onedoor.api.shapes import EntityOut
from onedoor.edge.guard import allow
from onedoor.edge.lists import reader
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE, LICENCE_NAMES, STATUS_NAMES
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.targets import queries, service
from onedoor.targets.models import Target, TargetRule
from onedoor.targets.queries.targets import chosen_by
from tenants.rules import Permission

blp = room("selection", "检查对象的选取规则和名录库更新")
_WORDS = validate.Length(max=50)
CEASED, BEYOND, NOT_CHOSEN = "ceased", "beyond_items", "not_chosen"


def _words(text: str, *among: str) -> fields.List:
    one = fields.String(validate=validate.OneOf(among) if among else validate.Length(1, 40))
    return fields.List(one, validate=_WORDS, metadata={"description": text})


class _Words(Schema):
    places = _words("codes of places (GB/T 2260), each with all below it")
    kinds = _words("kinds of entity", *KIND_NAMES)
    industries = _words("words of a register; a section or division of GB/T 4754 with all below it")
    types = _words("types of enterprise")
    scope = _words("any of these stands in the scope of business")
    scope_without = _words("none of these does")
    name = _words("any of these stands in the name")
    statuses = _words("states of registration", *STATUS_NAMES)
    tags = _words("carries one of these tags")
    risk = _words("has one of these levels of the own scale")
    licences = _words("has a licence in one of these states", *LICENCE_NAMES)


class ConditionsSchema(_Words):
    """What an entity must be: every condition that is written, and within one any word; what is left out asks nothing."""

    registered_from = fields.Date()
    registered_until = fields.Date()


class ConditionsOut(_Words):
    """The same as it is kept: days as texts."""

    registered_from = fields.String(metadata={"format": "date"})
    registered_until = fields.String(metadata={"format": "date"})


class RuleIn(Schema):
    """A rule as it is to be, whole; `unit` is the name of the unit whose targets those become that it chooses."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    unit = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=100))
    conditions = fields.Nested(ConditionsSchema, required=True)


class RuleOut(Schema):
    """A rule in force."""

    id = fields.UUID()
    name = fields.String()
    unit = fields.String(allow_none=True)
    conditions = fields.Nested(ConditionsOut)
    last_run_at = fields.AwareDateTime(allow_none=True)


class RuleWithCountOut(RuleOut):
    """The same with how many entities it chooses now, within the kinds of the bureau's items."""

    chooses = fields.Integer()


class Rules(Schema):
    """The rules in force, by name, and the latest run by them."""

    items = fields.List(fields.Nested(RuleOut))
    run = fields.Nested(JobOut, allow_none=True)


class JoiningOut(Schema):
    """An entity that would come in, and by which rule."""

    rule_id = fields.UUID()
    entity = fields.Nested(EntityOut, attribute="Entity")


class LeavingOut(Schema):
    """A target that would leave: its entity ceased or moved, no item is about its kind, or no rule chooses it any more."""

    target_id = fields.UUID()
    because = fields.String(validate=validate.OneOf([CEASED, BEYOND, NOT_CHOSEN]))
    entity = fields.Nested(EntityOut)


class JoiningPage(Part):
    """Who would come in."""

    items = fields.List(fields.Nested(JoiningOut), attribute="page.rows")


class LeavingPage(Part):
    """Who would leave."""

    items = fields.List(fields.Nested(LeavingOut))


def in_force(rule_id: UUID) -> TargetRule:
    """One of the bureau's rules; one that was taken away is not there."""
    found = queries.target_rule(rule_id)
    if not found.active:
        raise NotFound("没有找到这条选取规则。")
    return found


@blp.route("/rules")
@allow(Permission.BUREAU_READ)
@blp.response(200, Rules)
def rules() -> dict[str, Any]:
    """本单位的选取规则，以及最近一次按规则更新名录库的进度和结果"""
    names, job = units(), service.last_refresh()
    rows = [_told(rule, names) for rule in queries.active_rules()]
    return {"items": rows, "run": jobs.job_out(job) if job else None}


@blp.route("/rules", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(RuleIn)
@blp.response(201, RuleWithCountOut)
def add_rule(given: dict[str, Any]) -> dict[str, Any]:
    """新建一条选取规则，更新名录库后生效"""
    return _saved(given, None)


@blp.route("/rules/<uuid:rule_id>")
@allow(Permission.BUREAU_READ)
@looked_up("rule", in_force)
@blp.response(200, RuleWithCountOut)
def one_rule(rule: TargetRule) -> dict[str, Any]:
    """一条选取规则，以及它现在选取多少主体"""
    return _counted(rule)


@blp.route("/rules/<uuid:rule_id>", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("rule", in_force)
@blp.arguments(RuleIn)
@blp.response(200, RuleWithCountOut)
def change_rule(given: dict[str, Any], rule: TargetRule) -> dict[str, Any]:
    """修改一条选取规则，整条写明"""
    return _saved(given, rule)


@blp.route("/rules/<uuid:rule_id>", methods=["DELETE"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("rule", in_force)
@blp.response(204)
def delete_rule(rule: TargetRule) -> None:
    """停用一条选取规则；下次更新名录库时，由它选取的对象移出"""
    service.delete_rule(rule)


@blp.route("/joining")
@allow(Permission.BUREAU_READ)
@blp.arguments(ListArgs, location="query")
@blp.response(200, JoiningPage)
def joining(args: dict[str, Any]) -> dict[str, Any]:
    """现在更新会列入的主体"""
    every = queries.joining(queries.active_rules())
    return {"page": reader.read_page(db.session(), every, EntitiesAsked(args, Entity.id, SORTS))}


@blp.route("/leaving")
@allow(Permission.BUREAU_READ)
@blp.arguments(ListArgs, location="query")
@blp.response(200, LeavingPage)
def leaving(args: dict[str, Any]) -> dict[str, Any]:
    """现在更新会移出的检查对象，以及原因"""
    every, kinds = queries.leaving(queries.active_rules()), queries.allowed_kinds()
    page = reader.read_page(db.session(), every, EntitiesAsked(args, Target.id, SORTS))
    rows = [
        {"target_id": row.Target.id, "entity": row.Entity, "because": _because(row.Entity, kinds)}
        for row in page.rows
    ]
    return {"page": page, "items": rows}


@blp.route("/runs", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, JobOut)
def begin_run() -> dict[str, Any]:
    """在后台按选取规则更新检查对象名录库"""
    return jobs.job_out(service.begin_refresh())


def _saved(given: dict[str, Any], rule: TargetRule | None) -> dict[str, Any]:
    unit_id = unit_named(given["unit"]) if given["unit"] else None
    return _counted(service.save_rule(given["name"], given["conditions"], rule, unit_id=unit_id))


def _counted(rule: TargetRule) -> dict[str, Any]:
    return {**_told(rule, units()), "chooses": chosen_by(rule)}


def _told(rule: TargetRule, names: dict[UUID | None, str]) -> dict[str, Any]:
    return {**columns(rule), "unit": names.get(rule.unit_id)}


def _because(entity: Entity, kinds: frozenset[str]) -> str:
    if entity.status in GONE:
        return CEASED
    return NOT_CHOSEN if entity.kind in kinds else BEYOND
