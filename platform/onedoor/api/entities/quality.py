"""Data quality over the interface: the score, its figures, and the records behind each; and what looks like one."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up, room
from onedoor.api.entities.entities import SORTS, EntitiesAsked, ListArgs
from onedoor.api.jobs import JobOut
from onedoor.api.lists.arguments import Part, orders
from onedoor.api.lists.search import Library, LibraryArgs, equal, page_of_library
from onedoor.api.shapes import EntityOut
from onedoor.edge.guard import allow
from onedoor.edge.lists import reader
from onedoor.entities import queries as entity_queries
from onedoor.entities import service
from onedoor.entities.models import DuplicatePair, QualityFinding
from onedoor.entities.queries.quality import FIRST, SECOND
from onedoor.entities.rules.quality import DUPLICATE, FAULTS, TARGET_GONE, score_of
from onedoor.entities.schemas.quality import PairSchema
from onedoor.imports import queries as import_queries
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries as officer_queries
from onedoor.officers.queries.gaps import LACKS
from tenants.rules import Permission

blp = room("quality", "数据质量")
# By fault what it is part of.
PARTS = {
    **{fault: part for fault, (part, _sql) in FAULTS.items()},
    TARGET_GONE: "library",
    DUPLICATE: "duplicate",
}
PAIRS = Library(
    DuplicatePair.id,
    (FIRST.name, SECOND.name, FIRST.address),
    {"first": FIRST.sort_key, "second": SECOND.sort_key},
    {"state": equal(DuplicatePair.state), "likeness": equal(DuplicatePair.likeness)},
)


class FindingArgs(ListArgs):
    """Which records: those with a fault, searched and filtered as the register."""

    fault = fields.String(validate=validate.OneOf(list(PARTS)))


class PairArgs(LibraryArgs):
    """Which pairs; words are looked for in both names and the address."""

    state = fields.String(validate=validate.OneOf(["open", "apart", "merged"]))
    likeness = fields.String(validate=validate.OneOf(["name", "address"]))
    sort = fields.String(load_default="first", validate=validate.OneOf(orders(PAIRS.sorts)))


class FigureOut(Schema):
    """How many records have a fault: `findings?fault=` opens them."""

    fault = fields.String(validate=validate.OneOf(list(PARTS)))
    part = fields.String(validate=validate.OneOf(sorted(set(PARTS.values()))))
    count = fields.Integer()


class QualityOut(Schema):
    """The latest review: of `records` those with a fault, and of a hundred how many have none; null before the first.

    `pairs` of entities look like one (`duplicates`); `lacking` are officers without something (`registers/inspectors?lacks=`),
    `stale` the libraries that nobody went over for a year (`libraries/`). `job` is the latest review that was asked for.
    """

    at = fields.AwareDateTime(allow_none=True)
    score = fields.Integer(allow_none=True)
    records = fields.Integer(allow_none=True)
    faulty = fields.Integer(allow_none=True)
    figures = fields.List(fields.Nested(FigureOut))
    pairs = fields.Integer()
    lacking = fields.Dict(keys=fields.String(validate=validate.OneOf(list(LACKS))), values=fields.Integer())
    stale = fields.List(fields.String())
    job = fields.Nested(JobOut, allow_none=True)


class FindingOut(Schema):
    """A record with a fault."""

    fault = fields.String(attribute="QualityFinding.fault", validate=validate.OneOf(list(PARTS)))
    entity = fields.Nested(EntityOut, attribute="Entity")


class FindingPage(Part):
    """A page of them."""

    items = fields.List(fields.Nested(FindingOut), attribute="page.rows")


class PairOut(Schema):
    """Two entities that look like one: open, apart (two indeed) or merged."""

    id = fields.UUID()
    likeness = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    first = fields.Nested(EntityOut)
    second = fields.Nested(EntityOut)


class PairPage(Part):
    """A page of pairs."""

    items = fields.List(fields.Nested(PairOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.response(200, QualityOut)
def quality() -> dict[str, Any]:
    """本单位数据质量的得分和各项数字"""
    found, job = entity_queries.quality.latest_review(), entity_queries.quality.review_job()
    figures = found.figures if found else {}
    return {
        "at": found.at if found else None,
        "score": score_of(found.records, found.faulty) if found else None,
        "records": found.records if found else None,
        "faulty": found.faulty if found else None,
        "figures": [
            {"fault": fault, "part": part, "count": figures.get(fault, 0)} for fault, part in PARTS.items()
        ],
        "pairs": figures.get("pairs", 0),
        "lacking": officer_queries.gaps.officers_lacking(),
        "stale": import_queries.library_updates.stale_libraries(),
        "job": jobs.job_out(job) if job else None,
    }


@blp.route("/reviews", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, JobOut)
def begin_review() -> dict[str, Any]:
    """在后台核对本单位维护的和名录库里的全部主体"""
    return jobs.job_out(service.begin_review())


@blp.route("/findings")
@allow(Permission.BUREAU_READ)
@blp.arguments(FindingArgs, location="query")
@blp.response(200, FindingPage)
def findings(args: dict[str, Any]) -> dict[str, Any]:
    """有问题的记录，可按问题筛选"""
    every = entity_queries.quality.findings()
    if "fault" in args:
        every = every.where(QualityFinding.fault == args["fault"])
    return {"page": reader.read_page(db.session(), every, EntitiesAsked(args, QualityFinding.id, SORTS))}


@blp.route("/duplicates")
@allow(Permission.BUREAU_READ)
@blp.arguments(PairArgs, location="query")
@blp.response(200, PairPage)
def duplicates(args: dict[str, Any]) -> dict[str, Any]:
    """疑似重复的主体"""
    page = page_of_library(entity_queries.quality.pairs(), PAIRS, args)
    return {"page": page, "items": [_told(row[0], row[1], row[2]) for row in page.rows]}


@blp.route("/duplicates/<uuid:pair_id>", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("pair", entity_queries.quality.my_pair)
@blp.arguments(PairSchema)
@blp.response(200, PairOut)
def decide_duplicate(given: dict[str, Any], pair: DuplicatePair) -> dict[str, Any]:
    """由维护的单位答复：是同一个 merge（survivor 写保留哪一个的 id），或是两个 apart，并写明理由"""
    if given["decision"] == "apart":
        service.keep_apart(pair, given["reason"])
    elif given["survivor"] is None:
        raise ClerkError("请选择保留哪一个。", fields={"survivor": ["请从这两个主体中选择。"]})
    else:
        service.merge_pair(pair, entity_queries.entity(given["survivor"]), given["reason"])
    return _told(pair, entity_queries.entity(pair.first_id), entity_queries.entity(pair.second_id))


def _told(pair: Any, first: Any, second: Any) -> dict[str, Any]:
    shown = ("id", "likeness", "state", "reason", "decided_at")
    return {**{name: getattr(pair, name) for name in shown}, "first": first, "second": second}
