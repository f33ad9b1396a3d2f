"""Plans over the interface: drafting, lines, submitting, deciding, publishing, filing, changing; caps of visits (R-P1 to R-P7).

A system decides only on what a person submitted (R-T5), as on the pages.
"""

from __future__ import annotations

from typing import Any

from flask import g

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import page_of
from onedoor.api.lists.rows import columns
from onedoor.api.plans.filings import filing_out
from onedoor.api.plans.plan_shapes import (
    CapArgs,
    CapOut,
    CapsOut,
    LineIn,
    LineOut,
    PlanArgs,
    PlanDecisionIn,
    PlanPage,
    PlanWithLines,
)
from onedoor.campaigns import queries as campaigns
from onedoor.edge.guard import allow
from onedoor.filing import queries as filing
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries, service
from onedoor.plans.models import Plan, PlanLine, VisitCap
from onedoor.plans.schemas import CapSchema, ChangeSchema, HeadSchema, PlanSchema
from tenants import approvals
from tenants.rules import Permission

blp = room("plans", "检查计划：起草、审批、公布、备案、变更；入企次数上限")
CONDITIONS = {"places": "places", "kinds": "kinds", "scope": "scope", "name_contains": "name"}


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(PlanArgs, location="query")
@blp.response(200, PlanPage)
def plans(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的计划（每份计划的最新一版），或各单位已公布的计划；最近起草的在前"""
    query = queries.my_plans() if args["scope"] == "mine" else queries.published_plans()
    for name in ("year", "kind", "state"):
        if args[name]:
            query = query.where(getattr(Plan, name) == args[name])
    return page_of(query, Plan.id, args)


@blp.route("/", methods=["POST"])
@allow(Permission.PLAN_DRAFT)
@blp.arguments(PlanSchema)
@blp.response(201, PlanWithLines)
def draft(given: dict[str, Any]) -> dict[str, Any]:
    """起草一份计划；专项计划和增补计划写明依据或理由"""
    return _whole(service.draft(**given))


@blp.route("/<uuid:plan_id>")
@allow(Permission.BUREAU_READ)
@looked_up("plan", queries.plan)
@blp.response(200, PlanWithLines)
def one_plan(plan: Plan) -> dict[str, Any]:
    """一份计划：每一行的事项、范围、比例和进度，以及这一版的备案"""
    return _whole(plan)


@blp.route("/<uuid:plan_id>", methods=["PUT"])
@allow(Permission.PLAN_DRAFT)
@looked_up("plan", queries.my_plan)
@blp.arguments(HeadSchema)
@blp.response(200, PlanWithLines)
def rename(given: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """修改起草中计划的名称、理由和变更说明"""
    return _whole(service.rename(plan.id, **given))


@blp.route("/<uuid:plan_id>/versions", methods=["POST"])
@allow(Permission.PLAN_DRAFT)
@looked_up("plan", queries.my_plan)
@blp.arguments(ChangeSchema)
@blp.response(201, PlanWithLines)
def change(given: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """变更已公布的计划：起草新的一版，各行照旧"""
    return _whole(service.change(plan.id, **given))


@blp.route("/<uuid:plan_id>/lines", methods=["POST"])
@allow(Permission.PLAN_DRAFT)
@looked_up("plan", queries.my_plan)
@blp.arguments(LineIn)
@blp.response(201, PlanWithLines)
def add_line(given: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """在起草中的计划里增加一行"""
    service.add_line(plan.id, **_line(given))
    return _whole(plan)


@blp.route("/lines/<uuid:line_id>")
@allow(Permission.BUREAU_READ)
@looked_up("line", queries.line)
@blp.response(200, LineOut)
def one_line(line: PlanLine) -> dict[str, Any]:
    """计划的一行"""
    whole = _whole(queries.plan(line.plan_id))
    return next(one for one in whole["lines"] if one["id"] == line.id)


@blp.route("/lines/<uuid:line_id>", methods=["PUT"])
@allow(Permission.PLAN_DRAFT)
@looked_up("line", queries.my_line)
@blp.arguments(LineIn)
@blp.response(200, PlanWithLines)
def change_line(given: dict[str, Any], line: PlanLine) -> dict[str, Any]:
    """重写起草中计划的一行"""
    return _whole(queries.my_plan(service.change_line(line.id, **_line(given)).plan_id))


@blp.route("/lines/<uuid:line_id>", methods=["DELETE"])
@allow(Permission.PLAN_DRAFT)
@looked_up("line", queries.my_line)
@blp.response(200, PlanWithLines)
def remove_line(line: PlanLine) -> dict[str, Any]:
    """从起草中的计划里删除一行"""
    return _whole(service.remove_line(line.id))


@blp.route("/<uuid:plan_id>/submission", methods=["POST"])
@allow(Permission.PLAN_DRAFT)
@looked_up("plan", queries.my_plan)
@blp.response(200, PlanWithLines)
def submit(plan: Plan) -> dict[str, Any]:
    """提交科室审核；已在审批中的不变"""
    if approvals.waiting_for("plan", plan.id) is None:
        service.submit(plan.id)
    return _whole(plan)


@blp.route("/<uuid:plan_id>/decision", methods=["POST"])
@allow(Permission.PLAN_REVIEW, Permission.PLAN_APPROVE)
@looked_up("plan", queries.my_plan)
@blp.arguments(PlanDecisionIn)
@blp.response(200, PlanWithLines)
def decide(given: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """审核、批准或退回一份提交的计划；自己提交的不能自己办理"""
    waiting = approvals.waiting_for("plan", plan.id)
    if waiting is None:
        raise Conflict("《%(title)s》没有等待办理的审批。", title=plan.title)
    service.decide(
        approvals.get(waiting.id), given["decision"] == "accept", given["reason"], g.principal.permissions
    )
    return _whole(plan)


@blp.route("/<uuid:plan_id>/publication", methods=["POST"])
@allow(Permission.PLAN_DRAFT, Permission.DISCLOSE)
@looked_up("plan", queries.my_plan)
@blp.response(200, PlanWithLines)
def publish(plan: Plan) -> dict[str, Any]:
    """向社会公布一份已批准的计划"""
    return _whole(service.publish(plan.id))


@blp.route("/<uuid:plan_id>/filings", methods=["POST"])
@allow(Permission.FILING_SEND)
@looked_up("plan", queries.my_plan)
@blp.response(201, PlanWithLines)
def file(plan: Plan) -> dict[str, Any]:
    """把已公布的计划报送备案；晚于期限的计入逾期"""
    service.file(plan.id)
    return _whole(plan)


@blp.route("/caps")
@allow(Permission.BUREAU_READ)
@blp.arguments(CapArgs, location="query")
@blp.response(200, CapsOut)
def caps(args: dict[str, Any]) -> dict[str, Any]:
    """本单位一年的入企次数上限，已批准的和待批准的"""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return {"items": [*queries.caps(tenant_id, args["year"]), *queries.proposed_caps(args["year"])]}


@blp.route("/caps", methods=["PUT"])
@allow(Permission.PLAN_DRAFT)
@blp.arguments(CapSchema)
@blp.response(200, CapOut)
def set_cap(given: dict[str, Any]) -> VisitCap:
    """提出一类对象一年的入企次数上限：负责人批准后自施行日期起执行，下次公布计划时一并公布"""
    return service.propose_cap(**given)


def _line(given: dict[str, Any]) -> dict[str, Any]:
    """A line as the service takes it."""
    asked = {key: given.get(name) for name, key in CONDITIONS.items()}
    conditions = {key: value for key, value in asked.items() if value}
    return {
        **{name: value for name, value in given.items() if name not in CONDITIONS},
        "conditions": conditions,
    }


def _whole(plan: Plan) -> dict[str, Any]:
    lines = queries.lines(plan.id)
    items = queries.items_of([line.id for line in lines])
    mine = plan.tenant_id == current_scope().tenant_id
    held: dict[str, int] = campaigns.held_of_lines() if mine else {}
    return {
        **columns(plan),
        "lines": [
            {**columns(line), "items": items.get(line.id, []), "done": held.get(line.code, 0)}
            for line in lines
        ],
        "filings": [filing_out(one) for one in filing.of_subjects([plan.id]).get(plan.id, [])],
    }
