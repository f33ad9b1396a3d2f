"""The editor of a plan's line: its form, rows of rates without any script, and a preview of what it would draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.items import queries as item_queries
from onedoor.kernel.errors import ClerkError
from onedoor.plans import queries, service
from onedoor.plans.models import Plan, PlanLine
from onedoor.plans.queries import f6
from onedoor.plans.rules import rates, rule_rows
from onedoor.plans.rules.rates import Row
from onedoor.plans.rules.rule_rows import RuleRow, rows_of_rules
from onedoor.plans.rules.states import OPEN
from onedoor.plans.schemas import LineSchema
from onedoor.targets import queries as target_queries
from onedoor.targets.queries.risk import risk_strata
from onedoor.targets.rules import rate_rules
from onedoor.targets.rules.codes import CLASS_NAMES, Stratify
from onedoor.visits.service import days_to_fill
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.detail import forecast
from onedoor.web.plans.labels import CHECK_KINDS, CREDIT_CLASSES, ENTITY_KINDS, METHODS, RATE_UNITS, STRATIFY
from onedoor.web.registry_words import risk_name
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as bureaus
from tenants.rules import Permission

CONDITIONS = {"places": "places", "kinds": "kinds", "scope": "scope", "name_contains": "name"}
LEAST_ROWS = 3
# The part that computes while one types.
LIVE = "line-preview"


@pages.route("/<uuid:plan_id>/lines/new", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_line_new(plan_id: UUID) -> Any:
    """Add a line."""
    plan = queries.my_plan(plan_id)
    first = Row(rates.OTHERS, "bp", "")
    form = forms.empty(
        kind="random", stratify="none", times_a_year=1, team_size=2, reserve=0, method="实地检查"
    )
    if request.method == "POST":
        return _take(plan, lambda given: service.add_line(plan.id, **given))
    return _page(form, plan, [first])


@pages.route("/lines/<uuid:line_id>/edit", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_line_edit(line_id: UUID) -> Any:
    """Write a line anew."""
    line = queries.my_line(line_id)
    plan = queries.my_plan(line.plan_id)
    if plan.state not in OPEN:
        return redirect(url_for("plans.plan_line", line_id=line_id), 303)
    rates_of = {"rates": line.rates, "rate_rules": line.rate_rules}
    form = opened(line, lambda: {**_form_of(line).values, **rates_of})
    if request.method == "POST":
        return _take(plan, lambda given: service.change_line(line_id, **given), line, form)
    return _page(form, plan, _rows_of(line), line=line)


@pages.post("/lines/<uuid:line_id>/remove")
@allow(Permission.PLAN_DRAFT)
def plan_line_remove(line_id: UUID) -> Any:
    """Take a line out."""
    plan = service.remove_line(line_id)
    flash(_("已从计划中删除。"), "good")
    return redirect(url_for("plans.plan", plan_id=plan.id), 303)


def _take(plan: Plan, write: Any, line: PlanLine | None = None, stands: Form | None = None) -> Any:
    """Save what was sent; or show it again with one more row, with a preview, or with what is wrong."""
    rows, then = _rows(request.form), request.form.get("then")
    if request.headers.get("HX-Target") == LIVE:
        return _as_typed(plan, rows, line)
    if then == "more":
        return _page(Form(values=request.form), plan, [*rows, *[Row("", "bp", "")] * 2], line=line)
    if then == "more_rules":
        return _page(Form(values=request.form), plan, rows, line=line, more_rules=2)
    form = sent(LineSchema(), stands, line) if stands and then != "preview" else forms.read(LineSchema())
    given = _given(form, rows)
    preview = None
    if form.ok:
        try:
            if then == "preview":
                preview = _preview(given)
            else:
                return redirect(url_for("plans.plan", plan_id=write(given).plan_id), 303)
        except ClerkError as error:
            form.refuse(_beside_the_form(error))
    return _page(form, plan, rows, line=line, preview=preview)


def _as_typed(plan: Plan, rows: list[Row], line: PlanLine | None) -> Any:
    """What the rates come to while they are typed, whatever else of the form is still missing."""
    form = forms.read(LineSchema(only=("stratify", *CONDITIONS)))
    given, preview = _given(form, rows), None
    if form.ok:
        try:
            preview = _preview(given)
        except ClerkError as error:
            form.refuse(_beside_the_form(error))
    first = next((texts[0] for texts in form.errors.values() if texts), None)
    shown = Form(values=request.form)
    return _page(shown, plan, rows, line=line, preview=preview, unfinished=first)


def _given(form: Form, rows: list[Row]) -> dict[str, Any]:
    """What the service takes; errors of the rates are put beside the form's own."""
    given = {name: value for name, value in form.data.items() if name not in CONDITIONS}
    given["by_risk"] = by_risk_of(request.form)
    with form.submission():
        if given.get("stratify") == "rules":
            given["rate_rules"] = rule_rows.read_rule_rows(_rule_rows(request.form))
        else:
            given["rates"] = rates.read_rows(rows)
    asked = {key: form.data.get(name) for name, key in CONDITIONS.items()}
    given["conditions"] = {key: value for key, value in asked.items() if value}
    return given


def by_risk_of(sent: Mapping[str, str]) -> dict[str, Any]:
    """What was typed for single risk levels; what is no number is refused by the service, beside the others."""
    found: dict[str, Any] = {}
    for name, typed in sent.items():
        kind, _mark, level = name.rpartition("_")
        if kind in ("risk_times", "risk_method") and typed.strip():
            own = found.setdefault(level, {"times": None, "method": ""})
            text = typed.strip()
            own[kind.removeprefix("risk_")] = int(text) if kind == "risk_times" and text.isdigit() else text
    return found


def _preview(given: dict[str, Any]) -> dict[str, Any]:
    kept = service.checked_rates(given["stratify"], given.get("rates") or {}, given.get("rate_rules"))
    names = f6.stratum_names(given["stratify"])
    expected = forecast(given["conditions"], given["stratify"], kept["rates"], kept["rate_rules"])
    return {
        "rows": expected,
        "stratum": lambda stratum: in_language(names(stratum)),
        "quota": sum(one.quota for one in expected),
        "closed": rate_rules.asks(kept["rate_rules"]),
    }


def _beside_the_form(error: ClerkError) -> ClerkError:
    """The service's conditions by the names of the form's fields."""
    error.fields = {
        ("name_contains" if name == "name" else name): texts for name, texts in error.fields.items()
    }
    return error


def _rows(given: MultiDict[str, str]) -> list[Row]:
    """The rows of rates as sent: three lists of equal length."""
    columns = [given.getlist(name) for name in ("rate_stratum", "rate_unit", "rate_value")]
    return [Row(*(value.strip() for value in row)) for row in zip(*columns, strict=False)]


def _rule_rows(given: MultiDict[str, str]) -> list[RuleRow]:
    """The rows of rules as sent: seven lists of equal length."""
    columns = [given.getlist(f"rule_{name}") for name in RuleRow._fields]
    return [RuleRow(*(value.strip() for value in row)) for row in zip(*columns, strict=False)]


def _rows_of(line: PlanLine) -> list[Row]:
    made = []
    if line.stratify == Stratify.RULES:
        return [Row(rates.OTHERS, "bp", "")]
    for stratum, rate in sorted(line.rates.items(), key=lambda one: (one[0] != rates.OTHERS, one[0])):
        unit = next(iter(rate))
        value = "" if unit == "all" else f"{rate['bp'] / 100:g}" if unit == "bp" else str(rate["number"])
        made.append(Row(stratum, unit, value))
    return made


def _form_of(line: PlanLine) -> Form:
    names = [name for name in LineSchema().load_fields if name not in CONDITIONS and name != "items"]
    form = forms.of(line, *names)
    conditions = {name: line.conditions.get(key) or [] for name, key in CONDITIONS.items()}
    words = {name: "、".join(conditions[name]) for name in ("scope", "name_contains")}
    form.values = {
        **form.values,
        **conditions,
        **words,
        "items": [str(item) for item in _current_items(line)],
    }
    return form


def _current_items(line: PlanLine) -> list[UUID]:
    """The published version of each item of the line, by its number."""
    wanted = {(item.bureau_id, item.item_number) for item in queries.line_items(line.id)}
    return [item.id for item in item_queries.published_items() if (item.tenant_id, item.number) in wanted]


@dataclass(frozen=True, kw_only=True)
class LineFormPage:
    """What the form of a plan's line shows."""

    form: Form
    plan: Plan
    line: PlanLine | None
    rows: list[Row]
    rules: list[RuleRow]
    tags: list[Any]
    level_choices: list[Any]
    credit_classes: list[Any]
    preview: dict[str, Any] | None
    unfinished: str | None
    days_to_fill: int
    groups: list[dict[str, Any]]
    places: list[Any]
    kinds: list[Any]
    methods: list[Any]
    check_kinds: list[Any]
    risks: list[Any]
    by_risk: dict[str, Any]
    classes: list[Any]
    divisions: list[Any]
    rate_units: list[Any]
    units: list[Any]


def _page(
    form: Form,
    plan: Plan,
    rows: list[Row],
    *,
    line: PlanLine | None = None,
    preview: dict[str, Any] | None = None,
    more_rules: int = 0,
    unfinished: str | None = None,
) -> Any:
    sent = (
        _rule_rows(request.form)
        if request.method == "POST"
        else rows_of_rules(line.rate_rules if line else [])
    )
    rules = [*sent, *[RuleRow()] * max(more_rules, LEAST_ROWS - len(sent))]
    padded = rows + [Row("", "bp", "")] * max(0, LEAST_ROWS - len(rows))
    return page(
        "plans/line_form.html",
        form.status,
        LineFormPage(
            form=form,
            plan=plan,
            line=line,
            rows=padded,
            rules=rules,
            tags=[(name, name) for name in target_queries.tag_names()],
            level_choices=[(level, level) for level in target_queries.risk_levels()],
            credit_classes=list(CREDIT_CLASSES.items()),
            preview=preview,
            unfinished=unfinished,
            days_to_fill=days_to_fill(),
            groups=_groups(form),
            places=[(place.code, place.name) for place in bureaus.places()],
            kinds=list(ENTITY_KINDS.items()),
            methods=list(METHODS.items()),
            check_kinds=list(CHECK_KINDS.items()),
            risks=[(code, risk_name(code, level)) for code, level in risk_strata().items()],
            by_risk=by_risk_of(request.form) if request.method == "POST" else (line.by_risk if line else {}),
            classes=[(code, _(name)) for code, name in CLASS_NAMES.items()],
            divisions=list(STRATIFY.items()),
            rate_units=list(RATE_UNITS.items()),
            units=[(unit.id, unit.name) for unit in bureaus.units()],
        ),
    )


def _groups(form: Form) -> list[dict[str, Any]]:
    """Items to choose from, by bureau, mine first; with how many are chosen."""
    mine, chosen = bureaus.my_bureau(), form.several("items")
    by_bureau: dict[UUID, list[Any]] = {mine.id: []}
    for item in item_queries.published_items():
        by_bureau.setdefault(item.tenant_id, []).append(item)
    names = {bureau.id: bureau.name for bureau in bureaus.bureaus(list(by_bureau))}
    return [
        {
            "name": names[bureau_id],
            "mine": bureau_id == mine.id,
            "items": items,
            "chosen": sum(str(item.id) in chosen for item in items),
        }
        for bureau_id, items in by_bureau.items()
    ]
