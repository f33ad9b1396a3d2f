"""Visits over the interface: proposing a check that no draw made, submitting and deciding it, reading parts, records and reports (R-V9, R-V1).

What is done at the door is for people, on the phone. A system decides only on what a person submitted (R-T5).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import g

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import page_of
from onedoor.api.lists.rows import columns
from onedoor.api.visits.shapes import (
    CheckDecisionIn,
    MethodIn,
    ProposalIn,
    RecordOut,
    RecordsOut,
    VisitArgs,
    VisitPage,
    VisitWithParts,
)
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.visits import queries, service
from onedoor.visits.models import Record, Visit
from onedoor.visits.rules.methods import allowed
from onedoor.visits.rules.states import VisitState
from onedoor.visits.schemas import ReportSchema, UnitAnswerSchema
from onedoor.visits.service import Proposal
from tenants import approvals
from tenants.rules import Permission

blp = room("visits", "检查：登记、报批、查阅")
PROPOSES = (Permission.VISIT_MANAGE, Permission.VISIT_RECORD)
DECIDES = (Permission.VISIT_REVIEW, Permission.VISIT_APPROVE)


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(VisitArgs, location="query")
@blp.response(200, VisitPage)
def visits(args: dict[str, Any]) -> dict[str, Any]:
    """本单位牵头或参与的检查，最近安排的在前；可按列表页的各项筛选"""
    rows = queries.with_state().subquery("listed")
    query = rows.select()
    for name in ("kind", "source", "exceptional"):
        if args[name]:
            query = query.where(rows.c[name] == args[name])
    if args["state"]:
        query = query.where(rows.c.state_now == args["state"])
    if args["campaign_id"]:
        query = query.where(rows.c.campaign_id == args["campaign_id"])
    if args["entity_code"]:
        query = query.where(rows.c.entity_code == args["entity_code"].replace("\x00", ""))
    if args["since"]:
        query = query.where(rows.c.day >= args["since"])
    if args["until"]:
        query = query.where(rows.c.day <= args["until"])
    return page_of(query, rows.c.id, args)


@blp.route("/", methods=["POST"])
@allow(*PROPOSES)
@blp.arguments(ProposalIn)
@blp.response(201, VisitWithParts)
def propose(given: dict[str, Any]) -> dict[str, Any]:
    """登记一次不经抽取的检查；同一编号（key）再次提交只算一次"""
    return visit_told(service.propose(Proposal.of(given)))


@blp.route("/<uuid:visit_id>")
@allow(Permission.BUREAU_READ)
@looked_up("visit", queries.visit)
@blp.response(200, VisitWithParts)
def one_visit(visit: Visit) -> dict[str, Any]:
    """一次检查：来源、检查组、事项、各部门的进度；投诉举报人不在其中"""
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/submission", methods=["POST"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.response(200, VisitWithParts)
def submit(visit: Visit) -> dict[str, Any]:
    """把一次不经抽取的检查提交科室审核；已在审批中的不变"""
    if approvals.waiting_for("check", visit.id) is None:
        service.submit_check(visit.id)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/decision", methods=["POST"])
@allow(*DECIDES)
@looked_up("visit", queries.visit)
@blp.arguments(CheckDecisionIn)
@blp.response(200, VisitWithParts)
def decide(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """审核、批准或退回一次不经抽取的检查；由人提交的才能经接口办理"""
    waiting = approvals.waiting_for("check", visit.id)
    if waiting is None:
        raise Conflict("检查“%(number)s”没有等待办理的审批。", number=visit.number)
    approved = given["decision"] == "approve"
    service.decide_check(waiting, approved, given["reason"], g.principal.permissions)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/units/<uuid:unit_id>/answer", methods=["POST"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(UnitAnswerSchema)
@blp.response(200, VisitWithParts)
def answer_unit(given: dict[str, Any], visit: Visit, unit_id: UUID) -> dict[str, Any]:
    """一个科室答复是否参加几个科室一次进门的检查"""
    service.answer_for_unit(visit.id, unit_id, given["decision"] == "agree", given["reason"])
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/notice", methods=["POST"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.response(200, VisitWithParts)
def notice(visit: Visit) -> dict[str, Any]:
    """制作一次已批准检查的通知书；已发出的不变"""
    if visit.state != VisitState.NOTICED:
        service.issue_notice(visit.id)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/matters/<uuid:matter_id>/method", methods=["PUT"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(MethodIn)
@blp.response(200, VisitWithParts)
def choose_method(given: dict[str, Any], visit: Visit, matter_id: UUID) -> dict[str, Any]:
    """选定本单位一个事项的检查方式，须是事项清单规定的；记录提交以后不能再改"""
    service.choose_method(visit.id, matter_id, given["method"])
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/records")
@allow(Permission.BUREAU_READ)
@looked_up("visit", queries.visit)
@blp.response(200, RecordsOut)
def records(visit: Visit) -> dict[str, Any]:
    """各部门的检查记录和报告：本单位的，以及其他部门已审核通过的"""
    return {"items": [_record(one) for one in queries.records(visit.id)]}


@blp.route("/records/<uuid:record_id>/decision", methods=["POST"])
@allow(Permission.VISIT_REVIEW)
@looked_up("record", queries.record)
@blp.arguments(CheckDecisionIn)
@blp.response(200, RecordOut)
def decide_record(given: dict[str, Any], record: Record) -> dict[str, Any]:
    """科室审核一份检查记录：通过，或退回并写明理由"""
    waiting = approvals.waiting_for("record", record.id)
    if waiting is None:
        raise Conflict("这份记录没有等待审核，可能已经有人办理。")
    service.decide_record(waiting, given["decision"] == "approve", given["reason"], g.principal.permissions)
    db.session.flush()
    return _record(record)


@blp.route("/<uuid:visit_id>/report", methods=["POST"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(ReportSchema)
@blp.response(201, RecordsOut)
def complete_report(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """完成本单位的检查报告；已完成的，同样的内容再次提交不变，不同的返回冲突"""
    mine = queries.my_record(visit.id)
    there = queries.report(mine.id) if mine is not None else None
    told = {name: given[name].strip() for name in ("assessment", "proposed")}
    if there is None or (there.assessment, there.proposed) != (told["assessment"], told["proposed"]):
        service.expect_seat(visit.id, current_user.may)
        service.complete_report(visit.id, **told)
        db.session.flush()
    return {"items": [_record(one) for one in queries.records(visit.id)]}


@blp.route("/records/<uuid:record_id>/disclosure", methods=["POST"])
@allow(Permission.DISCLOSE)
@looked_up("record", queries.record)
@blp.response(200, RecordOut)
def disclose(record: Record) -> dict[str, Any]:
    """公示一份已审核通过的检查结果；已公示的不变"""
    service.disclose([record.id])
    return _record(record)


def visit_told(visit: Visit) -> dict[str, Any]:
    """A visit as the interface shows it."""
    db.session.flush()
    standing = queries.visit_state(visit)
    return {
        **columns(visit),
        "drawn": visit.by_draw,
        "team_drawn": visit.draw_id is not None,
        "state": standing.state.value,
        "approval": "pending" if visit.state == VisitState.PENDING else None,
        "day": standing.day,
        "source_of": _source(visit),
        "team": _team(visit),
        "matters": _matters(visit.id),
        "entry": queries.needs_entry(visit.id),
        "assistants": queries.assistants(visit.id),
        "parts": _parts(visit.id),
        "units": queries.visit_units(visit.id),
    }


def _matters(visit_id: UUID) -> list[dict[str, Any]]:
    ways = queries.ways(visit_id)
    return [
        {
            **columns(matter),
            "chosen": ways[matter.id].method.value,
            "entry": ways[matter.id].entry,
            "allowed": [one.value for one in allowed(matter.method)],
        }
        for matter in queries.matters(visit_id)
    ]


def _source(visit: Visit) -> dict[str, Any] | None:
    """What it goes back to, for the bureau that registered it."""
    source = queries.source_of(visit.id)
    if source is None or source.tenant_id != current_scope().tenant_id:
        return None
    line = plans.line(source.line_id).name if source.line_id else None
    return {**columns(source), "line": line}


def _parts(visit_id: UUID) -> list[dict[str, Any]]:
    parts = queries.parts(visit_id)
    shown = ("number", "begun_at", "submitted_at", "accepted_at", "reported_at", "closed_at", "outcome")
    return [
        {
            "bureau": party.bureau_name,
            **{name: getattr(parts.get(party.bureau_id), name, None) for name in shown},
        }
        for party in queries.parties(visit_id)
    ]


def _record(record: Record) -> dict[str, Any]:
    bureau = next(one for one in queries.parties(record.visit_id) if one.bureau_id == record.tenant_id)
    ways = queries.ways(record.visit_id, record.tenant_id)
    return {
        **columns(record),
        "bureau": bureau.bureau_name,
        "findings": [
            {**columns(item), "method": ways[item.matter_id].method.value}
            for item in queries.items(record.id)
        ],
        "papers": queries.papers(record.id),
        "report": queries.report(record.id),
    }


def _team(visit: Visit) -> list[dict[str, Any]]:
    now = queries.renamed_members(visit.id)
    return [
        {
            **columns(one),
            "name_now": now[one.id].name if one.id in now else one.name,
            "certificate_number_now": now[one.id].certificate_number
            if one.id in now
            else one.certificate_number,
        }
        for one in queries.team(visit.id)
    ]
