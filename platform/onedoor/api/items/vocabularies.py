"""The words a bureau's lists are written with, over the interface: tags, qualifications, its scale of risk, its units."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up, room
from onedoor.api.jobs import JobOut
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.targets.selection import ConditionsOut
from onedoor.edge.guard import allow
from onedoor.entities.schemas.premises import TagSchema
from onedoor.items import queries as item_queries
from onedoor.items.models import Qualification
from onedoor.items.schemas.qualifications import WordSchema
from onedoor.items.service.qualifications import propose_qualification
from onedoor.targets import queries as target_queries
from onedoor.targets import service as target_service
from onedoor.targets.models import Tag
from onedoor.targets.service.risk_levels import last_computing
from onedoor.targets.service.tags import set_tag_active
from tenants import queries as tenants
from tenants.rules import Permission

blp = room("vocabularies", "标签、资格专长、风险等级和科室")


class TagWordOut(Schema):
    """A word of the bureau's own vocabulary; so many entities carry it."""

    id = fields.UUID()
    name = fields.String()
    shared = fields.Boolean(metadata={"description": "seen by all bureaus"})
    active = fields.Boolean(metadata={"description": "still given"})
    note = fields.String()
    carried = fields.Integer()


class TagWords(Schema):
    """One's own words, and every name one may choose by: those, and what other bureaus share."""

    items = fields.List(fields.Nested(TagWordOut))
    names = fields.List(fields.String())


class ActiveIn(Schema):
    """Whether a word is still given; who carries it keeps it."""

    active = fields.Boolean(required=True)


class WordArgs(PageArgs):
    """Which words."""

    active = fields.Boolean(metadata={"description": "true: those still given; false: those that are not"})


class QualificationOut(Schema):
    """A word of the vocabulary of qualifications, one for all bureaus, and other ways of writing it."""

    id = fields.UUID()
    name = fields.String()
    aliases = fields.List(fields.String())
    note = fields.String()
    active = fields.Boolean()


class QualificationPage(ListPage):
    """A page of words, the latest added first."""

    items = fields.List(fields.Nested(QualificationOut))


class ProposalOut(Schema):
    """A word the bureau misses: waiting, accepted (`taken_as`: under which name) or declined."""

    id = fields.UUID()
    name = fields.String()
    reason = fields.String()
    state = fields.String()
    taken_as = fields.String(allow_none=True)
    answer = fields.String()
    asked_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)


class Proposals(Schema):
    """What the bureau proposed, the newest first."""

    items = fields.List(fields.Nested(ProposalOut))


class LevelOut(Schema):
    """A level, from so many points on."""

    name = fields.String()
    least = fields.Integer(attribute="from", data_key="from")


class FactorOut(Schema):
    """A factor: who meets its conditions has so many points more."""

    id = fields.UUID()
    name = fields.String()
    points = fields.Integer()
    conditions = fields.Nested(ConditionsOut)


class RiskOut(Schema):
    """The bureau's scale of risk, ascending, and its factors, the heaviest first; no levels before it made a scale.

    `job` is the latest computing that was asked for, by a person or by night.
    """

    levels = fields.List(fields.Nested(LevelOut))
    computed_at = fields.AwareDateTime(allow_none=True)
    factors = fields.List(fields.Nested(FactorOut))
    job = fields.Nested(JobOut, allow_none=True)


class UnitOut(Schema):
    """A unit of the bureau, which the lists name by its name."""

    id = fields.UUID()
    name = fields.String()


class Units(Schema):
    """Units by name."""

    items = fields.List(fields.Nested(UnitOut))


@blp.route("/tags")
@allow(Permission.BUREAU_READ)
@blp.response(200, TagWords)
def tags() -> dict[str, Any]:
    """本单位的标签，和可以用来选取的全部标签"""
    counts = target_queries.tag_counts()
    words = [
        {**columns(one), "carried": counts.get(one.id, 0)} for one in target_queries.my_tags(active=False)
    ]
    return {"items": words, "names": target_queries.tag_names()}


@blp.route("/tags", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(TagSchema)
@blp.response(201, TagWordOut)
def add_tag(given: dict[str, Any]) -> dict[str, Any]:
    """新增一个标签；共用的 shared 由登记部门维护"""
    made = target_service.add_tag(given["name"], given["note"], shared=given["shared"])
    return {**columns(made), "carried": 0}


@blp.route("/tags/<uuid:tag_id>")
@allow(Permission.BUREAU_READ)
@looked_up("tag", target_queries.tag)
@blp.response(200, TagWordOut)
def one_tag(tag: Tag) -> dict[str, Any]:
    """一个标签"""
    return {**columns(tag), "carried": target_queries.tag_counts().get(tag.id, 0)}


@blp.route("/tags/<uuid:tag_id>", methods=["PUT"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("tag", target_queries.tag)
@blp.arguments(ActiveIn)
@blp.response(200, TagWordOut)
def change_tag(given: dict[str, Any], tag: Tag) -> dict[str, Any]:
    """停用或恢复一个标签"""
    set_tag_active(tag, given["active"])
    return {**columns(tag), "carried": target_queries.tag_counts().get(tag.id, 0)}


@blp.route("/qualifications")
@allow(Permission.BUREAU_READ)
@blp.arguments(WordArgs, location="query")
@blp.response(200, QualificationPage)
def qualifications(args: dict[str, Any]) -> dict[str, Any]:
    """资格专长目录，由平台运维维护"""
    query = item_queries.qualifications.qualifications()
    if "active" in args:
        query = query.where(Qualification.active == args["active"])
    return page_of(query, Qualification.id, args)


@blp.route("/qualifications/proposals")
@allow(Permission.BUREAU_READ)
@blp.response(200, Proposals)
def proposals() -> dict[str, Any]:
    """本单位建议增加的资格专长和答复"""
    return {"items": item_queries.qualifications.my_proposals()}


@blp.route("/qualifications/proposals", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(WordSchema)
@blp.response(201, ProposalOut)
def propose(given: dict[str, Any]) -> Any:
    """建议增加一项资格专长"""
    return propose_qualification(**given)


@blp.route("/risk")
@allow(Permission.BUREAU_READ)
@blp.response(200, RiskOut)
def risk() -> dict[str, Any]:
    """本单位的风险等级和风险因素"""
    return risk_told()


def risk_told() -> dict[str, Any]:
    """The scale and the factors as they stand."""
    scale, job = target_queries.risk_scale(), last_computing()
    return {
        "levels": scale.levels if scale else [],
        "computed_at": scale.computed_at if scale else None,
        "factors": target_queries.risk_factors(),
        "job": jobs.job_out(job) if job else None,
    }


@blp.route("/units")
@allow(Permission.BUREAU_READ)
@blp.response(200, Units)
def units() -> dict[str, Any]:
    """本单位的科室"""
    return {"items": tenants.units()}
