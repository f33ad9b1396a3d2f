"""Rules of selection (选取规则): the words by which targets are chosen, and whom they would choose now."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.targets import queries, service
from onedoor.targets.models import TargetRule
from onedoor.targets.queries.targets import chosen_by
from onedoor.targets.rules.selection import describe, read_conditions
from onedoor.targets.schemas.targets import RuleSchema
from onedoor.web.bulk_actions import units
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import (
    LICENCE_STATES,
    kind_choices,
    place_choices,
    place_names,
    tag_choices,
)
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import as_choices
from onedoor.web.targets.targets import risk_choices, tabs
from tenants.rules import Permission
from tenants.units import my_unit

_WORDS = ("industries", "types", "scope", "scope_without")


@pages.get("/targets/rules")
@allow(Permission.BUREAU_READ)
def target_rules() -> Any:
    """The rules in force, in words, with whom each chooses now."""
    names = place_names()
    rules = [
        (
            rule,
            [
                (in_language(label), in_language(value))
                for label, value in describe(
                    read_conditions(rule.conditions), lambda code: names.get(code, code)
                )
            ],
            chosen_by(rule),
        )
        for rule in queries.active_rules()
    ]
    return page("targets/rules.html", rules=rules, units=dict(units()), tabs=tabs(1))


@pages.route("/targets/rules/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def target_rule_new() -> Any:
    """Write a rule."""
    return _edit(forms.empty(unit_id=my_unit()), None)


@pages.route("/targets/rules/<uuid:rule_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def target_rule(rule_id: UUID) -> Any:
    """Change a rule."""
    rule = queries.target_rule(rule_id)
    return _edit(opened(rule, lambda: _shown(rule)), rule)


def _shown(rule: TargetRule) -> dict[str, Any]:
    values: dict[str, Any] = {**rule.conditions, "name": rule.name, "unit_id": rule.unit_id}
    for name in _WORDS:
        values[name] = "、".join(rule.conditions.get(name, ()))
    values["name_contains"] = "、".join(rule.conditions.get("name", ()))
    for name in ("registered_from", "registered_until"):
        values[name] = date.fromisoformat(rule.conditions[name]) if name in rule.conditions else None
    return values


@pages.post("/targets/rules/<uuid:rule_id>/delete")
@allow(Permission.REGISTRY_WRITE)
def target_rule_delete(rule_id: UUID) -> Any:
    """Put a rule out of force."""
    service.delete_rule(queries.target_rule(rule_id))
    flash(_("规则已停用；下次更新名录库时，由它选取的对象会移出。"), "good")
    return redirect(url_for("registry.target_rules"), 303)


def _edit(form: forms.Form, rule: TargetRule | None) -> Any:
    if request.method == "POST":
        form = sent(RuleSchema(), form, rule)
        if form.ok:
            with form.submission():
                unit_id = form.data.pop("unit_id")
                service.save_rule(form.data.pop("name"), form.data, rule, unit_id=unit_id)
                flash(_("规则已保存，更新名录库后生效。"), "good")
                return redirect(url_for("registry.target_rules"), 303)
    choices = {
        "kinds": kind_choices(),
        "places": place_choices(),
        "tags": tag_choices(),
        "levels": risk_choices(),
        "licences": as_choices(LICENCE_STATES),
        "units": units(),
    }
    return page("targets/rule_edit.html", form.status, form=form, rule=rule, **choices)
