"""Joint inspections (联合督查): opened, findings by each that inspects, orders from them, the conclusion (R-S4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema

from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import JointInspection
from onedoor.web.orders.blueprint import oversees, pages, readers, supervisors, tabs, writers
from onedoor.web.orders.words import INSPECTION_STATES, inspection_state
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep
from tenants import queries as tenants

INSPECTIONS = ListPage(
    title=_l("联合督查"),
    key=JointInspection.id,
    columns=(
        Column(
            "title",
            _l("名称"),
            link=lambda one: url_for("orders.inspection", inspection_id=one.id),
            sort=JointInspection.title,
            wide=True,
        ),
        Column("number", _l("文号"), kind="code", sort=JointInspection.serial),
        Column("lead", _l("牵头单位"), value=lambda one: tenants.bureau(one.tenant_id).short_name),
        Column("bureaus", _l("接受督查的单位"), value=lambda one: len(one.bureau_ids), kind="number"),
        Column(
            "state",
            _l("状态"),
            cell=lambda one: ui.status(inspection_state(one), INSPECTION_STATES),
            export=lambda one: str(INSPECTION_STATES[inspection_state(one)]),
        ),
        Column("starts_on", _l("开始日期"), kind="date", sort=JointInspection.starts_on),
        Column("ends_on", _l("结束日期"), kind="date", sort=JointInspection.ends_on),
    ),
    search=(JointInspection.title, JointInspection.number),
    search_label=_l("名称或文号"),
    filters=(
        Filter(
            "state",
            _l("状态"),
            as_choices(INSPECTION_STATES),
            apply=lambda query, value: query.where(
                JointInspection.closed_at.is_(None)
                if value == "going"
                else JointInspection.closed_at.is_not(None)
            ),
        ),
    ),
    order="-starts_on",
    empty=_l("司法行政、市场监管部门和政府办公室联合督查时，在这里记录范围、发现的问题和整改。"),
)


@pages.get("/inspections", endpoint="inspections")
@readers
def inspections() -> Any:
    """Those this bureau leads, takes part in or is inspected by."""
    step = NextStep(_l("新建联合督查"), url_for("orders.inspection_new")) if oversees() else None
    return INSPECTIONS.respond(
        db.session(), queries.inspections.inspections(), "orders/orders.html", tabs=tabs(6), next=step
    )


@pages.route("/inspections/new", methods=["GET", "POST"], endpoint="inspection_new")
@supervisors
def inspection_new() -> Any:
    """Scope, days, who inspects with us, who is inspected."""
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(schemas.InspectionSchema())
        if form.ok:
            with form.submission():
                made = service.open_inspection(**form.data)
                flash(_("%(number)s 已建立，参加和接受督查的单位会看到。", number=made.number), "good")
                return redirect(url_for("orders.inspection", inspection_id=made.id), 303)
    others = [one for one in tenants.bureaus() if one.id != current_user.tenant_id]
    return page(
        "orders/inspection_new.html",
        form.status,
        form=form,
        partners=[(one.id, one.name) for one in others],
        bureaus=[(one.id, one.name) for one in queries.causes.supervised_others()],
    )


@pages.get("/inspections/<uuid:inspection_id>", endpoint="inspection")
@readers
def inspection(inspection_id: UUID) -> Any:
    """One with what was found; an inspected bureau reads what was found in it."""
    return _page(queries.inspections.inspection(inspection_id), forms.empty())


@pages.post("/inspections/<uuid:inspection_id>/findings", endpoint="finding_new")
@writers
def finding_new(inspection_id: UUID) -> Any:
    """Write down what was found."""
    return _act(
        inspection_id,
        schemas.FindingSchema(),
        lambda data: service.add_finding(inspection_id, **data),
        _("已记录。"),
    )


@pages.post("/inspections/<uuid:inspection_id>/close", endpoint="inspection_close")
@supervisors
def inspection_close(inspection_id: UUID) -> Any:
    """End it."""
    return _act(
        inspection_id,
        schemas.ConclusionSchema(),
        lambda data: service.close_inspection(inspection_id, **data),
        _("联合督查已结束。"),
    )


@pages.route("/findings/<uuid:finding_id>/order", methods=["GET", "POST"], endpoint="finding_order")
@supervisors
def finding_order(finding_id: UUID) -> Any:
    """Make an order of a finding."""
    finding = queries.inspections.finding(finding_id)
    form = forms.empty(demand=finding.demand)
    if request.method == "POST":
        form = forms.read(schemas.FindingOrderSchema())
        if form.ok:
            with form.submission():
                made = service.order_from_finding(finding_id, **form.data)
                flash(_("%(number)s 已发出，对方会在工作台看到。", number=made.number), "good")
                return redirect(url_for("orders.order", order_id=made.id), 303)
    return page(
        "orders/finding_order.html",
        form.status,
        finding=finding,
        form=form,
        bureau=tenants.bureau(finding.bureau_id),
    )


@pages.get("/findings/<uuid:finding_id>", endpoint="finding")
@readers
def finding(finding_id: UUID) -> Any:
    """Where a finding stands: in its inspection."""
    found = queries.inspections.finding(finding_id)
    return redirect(
        url_for("orders.inspection", inspection_id=found.inspection_id, _anchor=f"finding-{found.id}"), 303
    )


def _act(inspection_id: UUID, schema: Schema, act: Callable[[dict[str, Any]], Any], done: str) -> Any:
    found, form = queries.inspections.inspection(inspection_id), forms.read(schema)
    if form.ok:
        with form.submission():
            act(form.data)
            flash(done, "good")
            return redirect(url_for("orders.inspection", inspection_id=inspection_id), 303)
    return _page(found, form)


def _page(found: JointInspection, form: Form) -> Any:
    inspects, mine = queries.inspections.inspects(found), found.tenant_id == current_user.tenant_id
    going = found.closed_at is None
    return page(
        "orders/inspection.html",
        form.status,
        inspection=found,
        form=form,
        state=inspection_state(found),
        states=INSPECTION_STATES,
        lead=tenants.bureau(found.tenant_id),
        partners=[tenants.bureau(one).name for one in found.partner_ids],
        bureaus=[tenants.bureau(one) for one in found.bureau_ids],
        choices=[(one, tenants.bureau(one).name) for one in found.bureau_ids],
        findings=[
            (one, tenants.bureau(one.bureau_id), tenants.bureau(one.tenant_id), _may_order(one))
            for one in queries.inspections.findings(found.id)
        ],
        inspects=inspects,
        may_find=inspects and going,
        may_close=mine and going and oversees(),
        steps=trace.of(found.id),
    )


def _may_order(finding: Any) -> bool:
    return oversees() and finding.tenant_id == current_user.tenant_id and finding.order_id is None
