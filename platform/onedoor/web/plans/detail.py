"""A plan on one page: the form F6, approvals, filings, versions, trace, and the one next step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules.states import CampaignState
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.filing import queries as filings
from onedoor.kernel import trace
from onedoor.kernel.trace import TraceStep
from onedoor.plans import queries, service
from onedoor.plans.models import Plan, PlanLine, PlanLineItem
from onedoor.plans.queries import f6
from onedoor.plans.rules import rates
from onedoor.plans.rules.by_risk import by_risk_text
from onedoor.plans.rules.rates import Forecast
from onedoor.plans.rules.states import OPEN, PlanState
from onedoor.targets import queries as target_queries
from onedoor.targets.rules import rate_rules
from onedoor.targets.rules.codes import Stratify
from onedoor.visits.service import days_to_fill
from onedoor.web.campaigns.labels import STATES as CAMPAIGN_STATES
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.labels import APPROVAL_STATES, CAP_KINDS, CHECK_KINDS, KINDS, STATES, STEPS, STRATIFY
from onedoor.web.plans.steps import steps_of
from onedoor.web.rate_rules import rules_shown
from onedoor.web.shell import page
from onedoor.web.shell.exports import download
from onedoor.web.shell.pieces import Label, NextStep
from tenants import approvals, settings
from tenants import queries as bureaus
from tenants.models.bureaus import Bureau
from tenants.rules import Permission


@pages.get("/<uuid:plan_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def plan(plan_id: UUID) -> Any:
    """A plan, mine or published."""
    found = queries.plan(plan_id)
    return page("plans/plan.html", **_seen(found), **_about(found))


@pages.get("/<uuid:plan_id>/f6.xlsx")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def plan_workbook(plan_id: UUID) -> Any:
    """The form F6 as a workbook."""
    found = queries.plan(plan_id)
    return download(service.workbook(found), f"{f6.title(found)}.xlsx", service.XLSX)


@pages.get("/<uuid:plan_id>/print")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def plan_print(plan_id: UUID) -> Any:
    """The form F6 to print."""
    found = queries.plan(plan_id)
    return page("plans/print.html", **_seen(found))


@dataclass(frozen=True, kw_only=True)
class LinePage:
    """What the page of a plan's line shows."""

    line: PlanLine
    plan: Plan | None
    lead: Bureau
    items: list[PlanLineItem]
    bureaus: dict[Any, Any]
    scope: str
    rates: list[Any]
    rules: list[tuple[str, str, str]]
    closed: bool
    forecast: list[Forecast]
    stratum: Callable[..., str]
    divisions: dict[str, Any]
    check_kinds: dict[str, Any]
    by_risk: list[Any]
    days_to_fill: int
    unit: str | None
    editable: bool
    steps: list[TraceStep]
    campaigns: list[Campaign]
    campaign_states: dict[CampaignState, Label]
    next: NextStep | None


@pages.get("/lines/<uuid:line_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def plan_line(line_id: UUID) -> Any:
    """A line: what, of whom, how many, when, by whom; and what it would draw of my own library."""
    line = queries.line(line_id)
    names, found = f6.stratum_names(line.stratify), queries.visible_plan(line.plan_id)
    return page(
        "plans/line.html",
        200,
        LinePage(
            line=line,
            plan=found,
            lead=bureaus.bureau(line.tenant_id),
            items=queries.line_items(line.id),
            bureaus={bureau.id: bureau for bureau in bureaus.bureaus([line.tenant_id, *line.partner_ids])},
            scope=f6.scope_text(line),
            rates=[
                (
                    in_language(names("ALL" if line.stratify == "none" else stratum)),
                    in_language(rates.one_text(rate)),
                )
                for stratum, rate in line.rates.items()
            ],
            rules=rules_shown(line.rate_rules),
            closed=rate_rules.asks(line.rate_rules),
            forecast=forecast(line.conditions, line.stratify, line.rates, line.rate_rules),
            stratum=lambda stratum: in_language(names(stratum)),
            divisions=STRATIFY,
            check_kinds=CHECK_KINDS,
            by_risk=[in_language(text) for text in by_risk_text(line.by_risk)],
            days_to_fill=days_to_fill(),
            unit=next((unit.name for unit in bureaus.units() if unit.id == line.unit_id), None),
            editable=found is not None and _is_editable(found),
            steps=trace.of(line.id, line.plan_id),
            campaigns=campaigns.of_line(line.code),
            campaign_states=CAMPAIGN_STATES,
            next=_of_line(line) if found is not None and _may_start(found) else None,
        ),
    )


def forecast(
    conditions: dict[str, Any], stratify: str, given: dict[str, Any], rules: list[Any]
) -> list[Forecast]:
    """What the rates would draw of this bureau's library today, by stratum."""
    by_rules = stratify == Stratify.RULES
    counts = target_queries.pool_counts(conditions, rate_rules.division(rules) if by_rules else stratify)
    return rates.forecast(counts, given, settings.value("rates.least_stratum"), ordered=by_rules)


def _seen(found: Plan) -> dict[str, Any]:
    return {
        "plan": found,
        "bureau": bureaus.bureau(found.tenant_id),
        "columns": f6.COLUMNS,
        "rows": f6.rows(found),
        "lines": queries.lines(found.id),
        "form_title": f6.title(found),
    }


def _about(found: Plan) -> dict[str, Any]:
    sent = filings.of_subject(found.id)
    mine = _is_mine(found.tenant_id)
    return {
        "mine": mine,
        "editable": _is_editable(found),
        "states": STATES,
        "kinds": KINDS,
        "changes": f6.changes(found),
        "caps": queries.caps(found.tenant_id, found.year),
        "cap_kinds": CAP_KINDS,
        "filings": [
            (one, filings.state(one), filings.is_late(one), bureaus.bureau(one.receiver_id)) for one in sent
        ],
        "filing_states": FILING_STATES,
        "returned": [one for one in sent if mine and filings.state(one) == "returned"],
        "history": approvals.history(found.id) if mine else [],
        "approval_states": APPROVAL_STATES,
        "approval_steps": STEPS,
        "versions": queries.versions(found.series_id),
        "steps": trace.of(found.id, found.series_id),
        "stepper": steps_of(found, sent) if mine else None,
        "next": _next(found, bool(sent)) if mine else None,
        "may_take_back": mine
        and found.state == PlanState.SUBMITTED
        and current_user.may(Permission.PLAN_DRAFT)
        and approvals.may_withdraw(approvals.waiting_for("plan", found.id)),
        "may_change": mine and found.state == PlanState.PUBLISHED and current_user.may(Permission.PLAN_DRAFT),
    }


def _next(found: Plan, filed: bool) -> NextStep | None:
    person = current_user
    if found.state in OPEN and person.may(Permission.PLAN_DRAFT):
        return _submit(found)
    if found.state in (PlanState.SUBMITTED, PlanState.REVIEWED):
        return _decide(found)
    if found.state == PlanState.APPROVED and (
        person.may(Permission.PLAN_DRAFT) or person.may(Permission.DISCLOSE)
    ):
        url = url_for("plans.plan_publish", plan_id=found.id)
        return NextStep(
            _("向社会公布"), url, "post", _("公布后任何人都能看到，只能通过变更修改。确定公布吗？")
        )
    if found.state == PlanState.PUBLISHED and not filed and person.may(Permission.FILING_SEND):
        return NextStep(
            _("报送备案"), url_for("plans.plan_file", plan_id=found.id), "post", hint=_("报送执法监督机关。")
        )
    return _campaign(found) if _may_start(found) else None


def _campaign(found: Plan) -> NextStep:
    """Begin a campaign from a line that has a turn left this year, or see those there are (R-P3)."""
    lines, held = queries.lines(found.id), campaigns.held_of_lines()
    left = [line for line in lines if held.get(line.code, 0) < line.times_a_year]
    if left:
        return _start(left[0].id if len(lines) == 1 else None)
    words = lines[0].code if len(lines) == 1 else None
    return NextStep(_("查看抽查任务"), url_for("campaigns.campaigns", q=words))


def _may_start(found: Plan) -> bool:
    """Whether this person may begin a campaign from a line of the plan (R-P3)."""
    mine, public = _is_mine(found.tenant_id), found.state == PlanState.PUBLISHED
    return mine and public and current_user.may(Permission.CAMPAIGN_LEAD)


def _of_line(line: PlanLine) -> NextStep | None:
    """Begin a campaign, while the line has a turn left, or propose a check of one that is not drawn."""
    if line.kind != "random":
        return NextStep(_("新建检查"), url_for("visits.visit_new", kind=line.kind, line=line.id))
    held = campaigns.held_of_lines().get(line.code, 0)
    return _start(line.id) if held < line.times_a_year else None


def _start(line_id: UUID | None) -> NextStep:
    url = url_for("campaigns.new_from_line", line_id=line_id) if line_id else url_for("campaigns.new")
    return NextStep(_("建立抽查任务"), url)


def _submit(found: Plan) -> NextStep:
    label = _("提交科室审核")
    if not queries.lines(found.id):
        return NextStep(label, blocked=[_("计划里还没有内容，请先添加检查内容。")])
    url = url_for("plans.plan_submit", plan_id=found.id)
    return NextStep(label, url, "post", _("提交后不能再修改，确定提交吗？"))


def _decide(found: Plan) -> NextStep | None:
    waiting = approvals.waiting_for("plan", found.id)
    if waiting is None or waiting.permission not in current_user.permissions:
        return None
    return NextStep(_("审阅并办理"), url_for("desk.approval", approval_id=waiting.id))


def _is_editable(found: Plan) -> bool:
    return _is_mine(found.tenant_id) and found.state in OPEN and current_user.may(Permission.PLAN_DRAFT)


def _is_mine(tenant_id: UUID) -> bool:
    return bool(tenant_id == current_user.tenant_id)
