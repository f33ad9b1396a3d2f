"""Caps of visits (入企次数上限, R-P6): what the bureau set, and where it stands against it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import queries, service
from onedoor.plans.rules import caps as rules
from onedoor.plans.schemas import CapSchema
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.labels import CAP_KINDS
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from tenants.rules import Permission

SHOWN = 50
CAP_STATES = {"submitted": Label(_l("负责人审批中"), "active"), "returned": Label(_l("已退回"), "waiting")}


@pages.get("/caps", endpoint="caps")
@allow(Permission.BUREAU_READ)
def shown() -> Any:
    """The caps of a year and the entities visited most."""
    return _page(forms.empty(year=_year(), entity_kind=rules.OTHERS))


@pages.post("/caps", endpoint="caps_set")
@allow(Permission.PLAN_DRAFT)
def set_cap() -> Any:
    """Hand the cap of a kind of entity to the head."""
    form = forms.read(CapSchema())
    if form.ok:
        with form.submission():
            service.propose_cap(**form.data)
            flash(_("上限已送负责人批准，批准后自施行日期起执行，下次公布计划时一并公布。"), "good")
            return redirect(url_for("plans.caps", year=form.data["year"]), 303)
    return _page(form)


def _page(form: Form) -> Any:
    year = _year()
    rows = db.session.execute(queries.most_visited(year).limit(SHOWN)).all()
    codes = [row.entity_code for row in rows]
    in_force = queries.caps_in_force(year)
    industries = queries.industries_of(codes)
    return page(
        "plans/caps.html",
        form.status,
        form=form,
        year=year,
        caps=queries.caps(current_user.tenant_id, year),
        in_force=[(*key.partition("/")[::2], visits) for key, visits in in_force.items()],
        proposed=queries.proposed_caps(year),
        states=CAP_STATES,
        kind_names=CAP_KINDS,
        kinds=list(CAP_KINDS.items()),
        rows=rows,
        unentered=queries.checks_without_entry(year),
        totals=queries.totals(codes, year),
        names=queries.entity_names(codes),
        cap_of=lambda code: rules.cap_of(code, in_force, industries.get(code, "")),
        may_set=current_user.may(Permission.PLAN_DRAFT),
    )


def _year() -> int:
    return request.values.get("year", type=int) or today().year
