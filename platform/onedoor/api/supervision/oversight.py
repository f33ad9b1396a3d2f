"""The overview, alerts and their rules, joint inspections and timetables over the interface (R-S4)."""

from __future__ import annotations

from typing import Any

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import PageArgs, page_of
from onedoor.api.supervision.orders import order_told
from onedoor.api.supervision.shapes import (
    AlertArgs,
    AlertOut,
    AlertPage,
    AlertRuleOut,
    AlertRules,
    InspectedOut,
    InspectionFindingOut,
    InspectionOut,
    InspectionPage,
    OversightOrderOut,
    OverviewArgs,
    OverviewOut,
    TaskArgs,
    TaskOut,
    TaskPage,
)
from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.scope import DbRole
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Alert, AlertRule, InspectionFinding, JointInspection, WorkTask
from onedoor.supervision.rules import DUTIES
from tenants.rules import Permission

blp = room("supervision", "监督：总览、预警、联合督查、工作安排")
READERS = (Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
supervisors = allow(Permission.OVERSIGHT_ANSWER)
TASK_WRITERS = (Permission.PLAN_DRAFT, Permission.FILING_SEND, Permission.PLAN_APPROVE)


@blp.route("/overview")
@allow(Permission.OVERSIGHT, role=DbRole.SUPERVISOR)
@blp.arguments(OverviewArgs, location="query")
@blp.response(200, OverviewOut)
def overview(args: dict[str, Any]) -> dict[str, Any]:
    """监督范围内各单位一个年度的履职情况：每项职责的状态、条数和对应的记录"""
    year = args["year"] or today().year
    found = queries.overview(year)
    return {
        "year": year,
        "items": [
            {
                "code": bureau.code,
                "name": bureau.name,
                "works": found.works(bureau.code),
                "duties": [_cell(found, duty, bureau.code) for duty in DUTIES],
            }
            for bureau in found.bureaus
        ],
        "scans": queries.burden.scan_shares(year),
    }


def _cell(found: queries.Overview, duty: Any, bureau: str) -> dict[str, Any]:
    cell = found.duty(duty, bureau)
    return {
        "duty": duty.name,
        "kind": duty.kind,
        "opens": cell.opens,
        "state": cell.state.value,
        "number": cell.number,
        "total": cell.total,
    }


@blp.route("/alerts")
@allow(*READERS)
@blp.arguments(AlertArgs, location="query")
@blp.response(200, AlertPage)
def alerts(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的预警规则发出的（sent）或者告诉本单位的（received）预警，最近的在前"""
    query = queries.alert_rules.made() if args["of"] == "sent" else queries.alert_rules.received()
    if args["state"]:
        standing = Alert.ended_at.is_(None)
        query = query.where(standing if args["state"] == "standing" else ~standing)
    return page_of(query, Alert.id, args)


@blp.route("/alerts/<uuid:alert_id>")
@allow(*READERS)
@looked_up("alert", queries.alert_rules.alert)
@blp.response(200, AlertOut)
def one_alert(alert: Alert) -> Alert:
    """一条预警"""
    return alert


@blp.route("/alert-rules")
@supervisors
@blp.response(200, AlertRules)
def alert_rules() -> dict[str, Any]:
    """本单位现行的预警规则"""
    return {"items": queries.alert_rules.going()}


@blp.route("/alert-rules", methods=["POST"])
@supervisors
@blp.arguments(schemas.AlertRuleSchema)
@blp.response(201, AlertRuleOut)
def set_alert_rule(given: dict[str, Any]) -> AlertRule:
    """设定一条预警规则：哪项数据（如 results.report_overdue）、持续多少天、告诉谁"""
    kind, _dot, state = given["cell"].partition(".")
    return service.set_rule(kind, state, given["days"], given["audience"])


@blp.route("/alert-rules/<uuid:rule_id>/end", methods=["POST"])
@supervisors
@looked_up("rule", queries.alert_rules.rule)
@blp.response(200, AlertRuleOut)
def end_alert_rule(rule: AlertRule) -> AlertRule:
    """停用一条预警规则，已有的预警随后解除"""
    return service.end_rule(rule.id)


@blp.route("/inspections")
@allow(*READERS)
@blp.arguments(PageArgs, location="query")
@blp.response(200, InspectionPage)
def inspections(args: dict[str, Any]) -> dict[str, Any]:
    """本单位牵头、参加或者接受的联合督查，最近的在前"""
    return page_of(queries.inspections.inspections(), JointInspection.id, args)


@blp.route("/inspections", methods=["POST"])
@supervisors
@blp.arguments(schemas.InspectionSchema)
@blp.response(201, InspectionOut)
def open_inspection(given: dict[str, Any]) -> JointInspection:
    """建立一次联合督查"""
    return service.open_inspection(**given)


@blp.route("/inspections/<uuid:inspection_id>")
@allow(*READERS)
@looked_up("inspection", queries.inspections.inspection)
@blp.response(200, InspectedOut)
def one_inspection(inspection: JointInspection) -> dict[str, Any]:
    """一次联合督查和发现的问题；接受督查的单位只看到本单位的"""
    columns = {name: getattr(inspection, name) for name in InspectionOut().fields}
    return {**columns, "findings": queries.inspections.findings(inspection.id)}


@blp.route("/inspections/<uuid:inspection_id>/findings", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER, Permission.FILING_SEND)
@looked_up("inspection", queries.inspections.inspection)
@blp.arguments(schemas.FindingSchema)
@blp.response(201, InspectionFindingOut)
def add_finding(given: dict[str, Any], inspection: JointInspection) -> InspectionFinding:
    """记录督查发现的问题"""
    return service.add_finding(inspection.id, **given)


@blp.route("/inspections/<uuid:inspection_id>/end", methods=["POST"])
@supervisors
@looked_up("inspection", queries.inspections.inspection)
@blp.arguments(schemas.ConclusionSchema)
@blp.response(200, InspectionOut)
def close_inspection(given: dict[str, Any], inspection: JointInspection) -> JointInspection:
    """结束联合督查，写明结论"""
    return service.close_inspection(inspection.id, **given)


@blp.route("/findings/<uuid:finding_id>/order", methods=["POST"])
@supervisors
@looked_up("finding", queries.inspections.finding)
@blp.arguments(schemas.FindingOrderSchema)
@blp.response(201, OversightOrderOut)
def order_finding(given: dict[str, Any], finding: InspectionFinding) -> dict[str, Any]:
    """就本单位发现的问题发出督办"""
    return order_told(service.order_from_finding(finding.id, **given))


@blp.route("/tasks")
@allow(Permission.BUREAU_READ)
@blp.arguments(TaskArgs, location="query")
@blp.response(200, TaskPage)
def tasks(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的工作安排，最近的在前"""
    query = queries.timetable.own_tasks()
    if args["state"]:
        query = query.where(queries.timetable.in_state(WorkTask, args["state"]))
    found = page_of(query, WorkTask.id, args)
    return {**found, "items": [_task(one) for one in found["items"]]}


@blp.route("/tasks", methods=["POST"])
@allow(*TASK_WRITERS)
@blp.arguments(schemas.TaskSchema)
@blp.response(201, TaskOut)
def add_task(given: dict[str, Any]) -> dict[str, Any]:
    """给本单位的人员安排一项工作"""
    return _task(service.add_task(**given))


@blp.route("/tasks/<uuid:task_id>/end", methods=["POST"])
@allow(*TASK_WRITERS)
@looked_up("task", queries.timetable.own_task)
@blp.arguments(schemas.TaskEndSchema)
@blp.response(200, TaskOut)
def end_task(given: dict[str, Any], task: WorkTask) -> dict[str, Any]:
    """一项工作已完成，或者不再进行"""
    return _task(service.end_task(task.id, **given))


def _task(task: WorkTask) -> dict[str, Any]:
    columns = {name: getattr(task, name) for name in TaskOut().fields if hasattr(task, name)}
    return {**columns, "state": queries.timetable.state(task).value}
