"""What people do with a plan: begin, mend its head, submit, publish, file, change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.filing import queries as filings
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.plans import queries, service
from onedoor.plans.schemas import ChangeSchema, HeadSchema, PlanSchema
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.words import KINDS
from onedoor.web.shell import forms, page
from tenants.rules import Permission


@pages.route("/new", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_new() -> Any:
    """Begin a plan."""
    form = forms.empty(year=_likely_year(), kind="yearly")
    if request.method == "POST":
        form = forms.read(PlanSchema())
        if form.ok:
            try:
                made = service.draft(**form.data)
                return redirect(url_for("plans.plan", plan_id=made.id), 303)
            except ClerkError as error:
                form.refuse(error)
    return page("plans/new.html", 200 if form.ok else 422, form=form, kinds=list(KINDS.items()))


@pages.route("/<uuid:plan_id>/head", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_head(plan_id: UUID) -> Any:
    """Mend title, reason and what a version changes."""
    plan = queries.my_plan(plan_id)
    form = forms.of(plan, "title", "reason", "change_note")
    if request.method == "POST":
        form = forms.read(HeadSchema())
        if form.ok:
            service.rename(plan_id, **form.data)
            return redirect(url_for("plans.plan", plan_id=plan_id), 303)
    return page("plans/head.html", 200 if form.ok else 422, form=form, plan=plan)


@pages.post("/<uuid:plan_id>/submit")
@allow(Permission.PLAN_DRAFT)
def plan_submit(plan_id: UUID) -> Any:
    """Hand it to the unit."""
    service.submit(plan_id)
    flash(_("已提交科室审核。"), "good")
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)


@pages.post("/<uuid:plan_id>/publish")
@allow(Permission.PLAN_DRAFT, Permission.DISCLOSE)
def plan_publish(plan_id: UUID) -> Any:
    """Make it public."""
    service.publish(plan_id)
    flash(_("计划已向社会公布。下一步请报送备案。"), "good")
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)


@pages.post("/<uuid:plan_id>/file")
@allow(Permission.FILING_SEND)
def plan_file(plan_id: UUID) -> Any:
    """File it with the supervisors; a late one is told so."""
    made = service.file(plan_id)
    if any(filings.is_late(one) for one in made):
        flash(_("已报送备案，但晚于规定的期限，将计入逾期。"), "warn")
    else:
        flash(_("已报送备案，等待执法监督机关答复。"), "good")
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)


@pages.route("/<uuid:plan_id>/change", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_change(plan_id: UUID) -> Any:
    """Begin a new version of a published plan."""
    plan, form = queries.my_plan(plan_id), forms.empty()
    if request.method == "POST":
        form = forms.read(ChangeSchema())
        if form.ok:
            try:
                made = service.change(plan_id, **form.data)
                return redirect(url_for("plans.plan", plan_id=made.id), 303)
            except ClerkError as error:
                form.refuse(error)
    return page("plans/change.html", 200 if form.ok else 422, form=form, plan=plan)


def _likely_year() -> int:
    """From October on a planner works on next year's plan (filed by 15 January, R-P1)."""
    return today().year + (today().month >= 10)
