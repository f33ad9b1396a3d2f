"""The ledger F11 over the interface, checks made outside the platform, and how far a line of the plan is (R-V9, R-P3)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.visits.shapes import KINDS, SOURCES
from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.ledger import queries, service
from onedoor.ledger.models import OutsideCheck
from onedoor.ledger.rules.f11 import MARK, supervision
from onedoor.ledger.rules.origins import ORIGINS, Cause, Progress, Registration
from onedoor.ledger.schemas import OutsideCorrectionSchema, OutsideSchema
from onedoor.plans import queries as plans
from onedoor.plans.models import PlanLine
from onedoor.visits.rules.results import Handling, Method, Result
from tenants.rules import Permission

blp = room("ledger", "执法检查台账：每一次检查、未通过平台的检查、计划行的进度")
METHODS = [one.value for one in Method]
RESULTS = [one.value for one in Result]
REGISTRATIONS = [one.value for one in Registration]
ENTERS = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD, Permission.REGISTRY_WRITE)


class LedgerArgs(PageArgs):
    """Which lines are asked for."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    source = fields.String(load_default=None, validate=validate.OneOf(SOURCES))
    registration = fields.String(load_default=None, validate=validate.OneOf(REGISTRATIONS))
    method = fields.String(load_default=None, validate=validate.OneOf(METHODS))
    measure = fields.String(load_default=None, validate=validate.OneOf([one.value for one in Handling]))
    result = fields.String(load_default=None, validate=validate.OneOf(RESULTS))
    progress = fields.String(load_default=None, validate=validate.OneOf([one.value for one in Progress]))
    cause = fields.String(load_default=None, validate=validate.OneOf([one.value for one in Cause]))
    inspector = fields.String(load_default=None, validate=validate.Length(max=60))
    matter = fields.String(load_default=None, validate=validate.Length(max=200))
    entity_code = fields.String(load_default=None, validate=validate.Length(max=40))
    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class LedgerLineOut(Schema):
    """One check: `id` is the visit's, or that of a check made outside the platform (`outside`)."""

    id = fields.UUID()
    outside = fields.Boolean()
    registration = fields.String(validate=validate.OneOf(REGISTRATIONS))
    kind = fields.String(validate=validate.OneOf(KINDS))
    source = fields.String(validate=validate.OneOf(SOURCES))
    number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    place_number = fields.Integer(allow_none=True)
    day = fields.Date()
    inspectors = fields.List(fields.String())
    matters = fields.List(fields.String())
    methods = fields.List(fields.String(validate=validate.OneOf(METHODS)))
    measures = fields.List(fields.String(validate=validate.OneOf([one.value for one in Handling])))
    measures_text = fields.String()
    results = fields.List(fields.String(validate=validate.OneOf(RESULTS)))
    supervision = fields.String()
    cause = fields.String(allow_none=True, validate=validate.OneOf([one.value for one in Cause]))
    cause_note = fields.String(allow_none=True)


class LedgerPage(ListPage):
    """A page of the ledger, what was registered last first."""

    items = fields.List(fields.Nested(LedgerLineOut))


class OutsideIn(OutsideSchema):
    """A check that was made outside the platform; `key` is the caller's own: sent again it is the same check."""

    key = fields.String(required=True, validate=validate.Length(min=8, max=64))


class OutsideCorrectionIn(OutsideCorrectionSchema):
    """What it is to say instead, with the reason and the version that was seen."""


class OutsideCheckOut(Schema):
    """The same as it is kept."""

    id = fields.UUID()
    origin = fields.String(validate=validate.OneOf([one.value for one in ORIGINS]))
    kind = fields.String(validate=validate.OneOf(KINDS))
    source = fields.String(validate=validate.OneOf(SOURCES))
    number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    checked_on = fields.Date()
    inspectors = fields.List(fields.String())
    matters = fields.List(fields.String())
    methods = fields.List(fields.String(validate=validate.OneOf(METHODS)))
    results = fields.List(fields.String(validate=validate.OneOf(RESULTS)))
    measures = fields.String()
    supervision = fields.String()
    cause = fields.String(allow_none=True, validate=validate.OneOf([one.value for one in Cause]))
    cause_note = fields.String()
    key = fields.String()
    registered_at = fields.AwareDateTime()


class OutsideCorrectionOut(Schema):
    """A correction: what stood there, what stands there now, and why."""

    version = fields.Integer()
    reason = fields.String()
    before = fields.Dict(keys=fields.String(), values=fields.Raw())
    after = fields.Dict(keys=fields.String(), values=fields.Raw())
    corrected_at = fields.AwareDateTime()
    corrected_by = fields.String()


class OutsideCheckWithVersionsOut(OutsideCheckOut):
    """The same with its version, and how it was corrected, the latest first."""

    version = fields.Integer()
    entered = fields.Boolean()
    corrections = fields.List(fields.Nested(OutsideCorrectionOut))


class LineProgressOut(Schema):
    """How far a line of the plan is: its checks, a joint one once."""

    line_id = fields.UUID()
    code = fields.String()
    name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    checks = fields.Integer()
    begun = fields.Integer()
    accepted = fields.Integer()
    reported = fields.Integer()
    closed = fields.Integer()


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(LedgerArgs, location="query")
@blp.response(200, LedgerPage)
def ledger(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的每一次检查，最近登记的在前；可按各列筛选，联合检查写本单位的部分"""
    rows = queries.mine()
    query: Any = sa.select(*rows.c)
    for name in ("kind", "source", "registration", "cause", "entity_code"):
        if args[name]:
            query = query.where(rows.c[name] == args[name].replace("\x00", ""))
    for name, column in (
        ("method", rows.c.methods),
        ("measure", rows.c.measures),
        ("result", rows.c.results),
        ("inspector", sa.func.string_to_array(rows.c.inspectors, MARK)),
        ("matter", sa.func.string_to_array(rows.c.matters, MARK)),
    ):
        if args[name]:
            query = query.where(sa.literal(args[name].replace("\x00", ""), sa.Text()) == sa.any_(column))
    if args["progress"]:
        query = query.where(queries.has_come(rows, args["progress"]))
    if args["since"]:
        query = query.where(rows.c.day >= args["since"])
    if args["until"]:
        query = query.where(rows.c.day <= args["until"])
    found = page_of(query, rows.c.id, args)
    return {**found, "items": [line_told(row) for row in found["items"]]}


def line_told(row: Any) -> dict[str, Any]:
    """A line of the ledger as the interface shows it."""
    return {
        **row._mapping,
        "outside": row.registration in {one.value for one in ORIGINS},
        "inspectors": [one for one in (row.inspectors or "").split(MARK) if one],
        "matters": [one for one in (row.matters or "").split(MARK) if one],
        "supervision": supervision(row),
    }


@blp.route("/outside", methods=["POST"])
@allow(*ENTERS)
@blp.arguments(OutsideIn)
@blp.response(201, OutsideCheckOut)
def enter_outside(given: dict[str, Any]) -> OutsideCheck:
    """登记一次未通过平台的检查，写明原因；同一编号（key）再次提交只算一次"""
    check = service.enter_outside(service.Outside(**given))
    db.session.flush()
    return check


@blp.route("/outside/<uuid:check_id>")
@allow(Permission.BUREAU_READ)
@looked_up("check", queries.outside_check)
@blp.response(200, OutsideCheckWithVersionsOut)
def outside_check(check: OutsideCheck) -> dict[str, Any]:
    """一次未通过平台或原平台的检查，和历次更正"""
    return _with_versions(check)


def _my_outside_check(check_id: UUID) -> OutsideCheck:
    found = queries.outside_check(check_id)
    if found.tenant_id != current_scope().tenant_id:
        raise NotFound()
    return found


@blp.route("/outside/<uuid:check_id>", methods=["PUT"])
@allow(*ENTERS)
@looked_up("check", _my_outside_check)
@blp.arguments(OutsideCorrectionIn)
@blp.response(200, OutsideCheckWithVersionsOut)
def correct_outside(given: dict[str, Any], check: OutsideCheck) -> dict[str, Any]:
    """更正一次未通过平台的检查，写明理由；version 是更正前看到的版本，已有人更正过的返回冲突"""
    reason, version = given.pop("reason"), given.pop("version")
    service.correct_outside(check.id, service.Outside(**given), reason, version)
    return _with_versions(check)


def _with_versions(check: OutsideCheck) -> dict[str, Any]:
    found = queries.corrections(check.id)
    return {**columns(check), "version": found[0].version if found else 1, "corrections": found}


def _line_of_mine(line_id: UUID) -> PlanLine:
    """A line that this bureau leads or is a partner in; how far another's is, is not its business."""
    line, me = plans.line(line_id), current_scope().tenant_id
    if me != line.tenant_id and me not in line.partner_ids:
        raise NotFound("没有找到这一行计划，它可能已被删除，或所在计划尚未公布。")
    return line


@blp.route("/lines/<uuid:line_id>")
@allow(Permission.BUREAU_READ)
@looked_up("line", _line_of_mine)
@blp.response(200, LineProgressOut)
def line_progress(line: PlanLine) -> dict[str, Any]:
    """一行计划的进度：安排的、已开始的、记录已通过的、已有报告的、已办结的检查数"""
    done = queries.progress_of_line(line.tenant_id, line.code)
    return {**columns(line), "line_id": line.id, **asdict(done)}
