"""Risk levels (风险等级): the bureau's scale and factors, computing, and setting a target's level by hand."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.language import in_language
from onedoor.kernel import jobs
from onedoor.targets import queries, service
from onedoor.targets.models import RiskFactor
from onedoor.targets.queries.risk import risk_counts
from onedoor.targets.rules.risk import written
from onedoor.targets.rules.selection import describe, read_conditions
from onedoor.targets.schemas.risk import FactorSchema, GradeSchema, ScaleSchema
from onedoor.targets.service.risk import free_risk
from onedoor.targets.service.risk_levels import last_computing
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import LICENCE_STATES, kind_choices, tag_choices
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import as_choices
from onedoor.web.targets.targets import show, tabs
from tenants.rules import Permission

_WORDS = ("industries", "scope", "scope_without")
_EXAMPLE = ((_l("低"), 0), (_l("一般"), 20), (_l("较高"), 40), (_l("高"), 60))


@pages.get("/targets/risk")
@allow(Permission.BUREAU_READ)
def target_risk() -> Any:
    """The scale, the factors, and how many targets have each level."""
    return _home(None)


@pages.post("/targets/risk/scale")
@allow(Permission.REGISTRY_WRITE)
def target_risk_scale() -> Any:
    """Set the levels."""
    form = forms.read(ScaleSchema())
    if form.ok:
        with form.submission():
            service.save_scale(form.data["levels"])
            flash(_("风险等级已保存，重新计算后生效。"), "good")
            return redirect(url_for("registry.target_risk"), 303)
    return _home(form)


@pages.post("/targets/risk/compute")
@allow(Permission.REGISTRY_WRITE)
def target_risk_compute() -> Any:
    """Ask for every level that was not set by hand to be computed."""
    service.begin_computing()
    flash(_("已开始计算风险等级，完成后这里会更新。"), "good")
    return redirect(url_for("registry.target_risk"), 303)


@pages.route("/targets/risk/factors/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def target_factor_new() -> Any:
    """Write a factor."""
    return _edit(forms.empty(points=10), None)


@pages.route("/targets/risk/factors/<uuid:factor_id>", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def target_factor(factor_id: UUID) -> Any:
    """Change a factor."""
    factor = queries.risk_factor(factor_id)
    asked = factor.conditions
    values: dict[str, Any] = {**asked, "name": factor.name, "points": factor.points}
    for name in _WORDS:
        values[name] = "、".join(asked.get(name, ()))
    values["name_contains"] = "、".join(asked.get("name", ()))
    since = asked.get("registered_from")
    values["registered_from"] = date.fromisoformat(since) if since else None
    return _edit(opened(factor, lambda: values), factor)


@pages.post("/targets/risk/factors/<uuid:factor_id>/delete")
@allow(Permission.REGISTRY_WRITE)
def target_factor_delete(factor_id: UUID) -> Any:
    """Count a factor no more."""
    service.delete_factor(queries.risk_factor(factor_id))
    flash(_("风险因素已停用，重新计算后生效。"), "good")
    return redirect(url_for("registry.target_risk"), 303)


@pages.post("/targets/<uuid:target_id>/grade")
@allow(Permission.REGISTRY_WRITE)
def target_grade(target_id: UUID) -> Any:
    """Set a level by hand."""
    _target, entity = queries.target(target_id)
    form = forms.read(GradeSchema())
    if form.ok:
        with form.submission():
            service.set_risk(entity, **form.data)
            flash(_("风险等级已设定，重新计算时保持不变。"), "good")
            return redirect(url_for("registry.target", target_id=target_id), 303)
    return show(target_id, grade_form=form, status=422)


@pages.post("/targets/<uuid:target_id>/grade/free")
@allow(Permission.REGISTRY_WRITE)
def target_grade_free(target_id: UUID) -> Any:
    """Give up a level set by hand."""
    _target, entity = queries.target(target_id)
    free_risk(entity)
    flash(_("已取消，下次计算时按风险因素评定。"), "good")
    return redirect(url_for("registry.target", target_id=target_id), 303)


def _home(form: forms.Form | None) -> Any:
    scale, counts = queries.risk_scale(), risk_counts()
    levels = queries.risk_levels()
    given = form or forms.empty(levels=written(scale.levels) if scale else _example())
    job = last_computing()
    former = [level for level in counts if level and level not in levels]
    return page(
        "targets/risk.html",
        200 if given.ok else 422,
        form=given,
        scale=scale,
        counts=[(level, counts.get(level, 0)) for level in [*reversed(levels), *former]],
        without=counts.get("", 0),
        job=job,
        progress=jobs.progress_of([job.id]).get(job.id) if job else None,
        factors=[
            (factor, [(in_language(label), in_language(value)) for label, value in _told(factor)])
            for factor in queries.risk_factors()
        ],
        tabs=tabs(5),
    )


def _told(factor: RiskFactor) -> list[tuple[Any, Any]]:
    return list(describe(read_conditions(factor.conditions), lambda code: code))


def _edit(form: forms.Form, factor: RiskFactor | None) -> Any:
    if request.method == "POST":
        form = sent(FactorSchema(), form, factor)
        if form.ok:
            with form.submission():
                data = dict(form.data)
                service.save_factor(data.pop("name"), data.pop("points"), data, factor)
                flash(_("风险因素已保存，重新计算后生效。"), "good")
                return redirect(url_for("registry.target_risk"), 303)
    return page(
        "targets/factor_edit.html",
        form.status,
        form=form,
        factor=factor,
        kinds=kind_choices(),
        tags=tag_choices(),
        licences=as_choices(LICENCE_STATES),
    )


def _example() -> str:
    """A scale to begin with."""
    return "\n".join(f"{name} {points}" for name, points in _EXAMPLE)
