"""Starting a campaign: from a line of a published plan, or outside the plan with its reason (R-P3)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries, schemas, service
from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.codes import KIND_NAMES
from onedoor.kernel.errors import NotFound
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.plans import queries as plans
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission

GET_POST = ("GET", "POST")


@pages.get("/new", endpoint="new")
@allow(Permission.CAMPAIGN_LEAD)
def choose() -> Any:
    """The lines of published plans that a campaign can be started from."""
    drawn_teams = bool(settings.value("visit_drawn_teams"))
    daily = plans.my_open_lines("daily") if drawn_teams else []
    held = queries.held_of_lines()
    return page("campaigns/choose.html", lines=plans.my_open_lines(), daily=daily, held=held)


@pages.route("/new/<uuid:line_id>", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def new_from_line(line_id: UUID) -> Any:
    """Start from one line."""
    line = plans.line(line_id)
    if line.tenant_id != tenants.my_bureau().id:
        raise NotFound()
    form = forms.empty(answer_due=_due(), unit="entity", partner_ids=[str(one) for one in line.partner_ids])
    if request.method == "POST":
        form = forms.read(schemas.StartSchema())
        if form.ok and (made := _tried(form, lambda data: service.start(line_id, **data))):
            return made
    shown = {"line": line, "items": plans.line_items(line_id), "bureaus": _bureaus(), "words": labels}
    return page("campaigns/new.html", form.status, form=form, **shown)


@pages.route("/new/teams/<uuid:line_id>", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def new_drawn_teams(line_id: UUID) -> Any:
    """Daily checks of a day or a week: their objects are chosen here, their teams are drawn (R-V9)."""
    line = plans.line(line_id)
    if line.tenant_id != tenants.my_bureau().id:
        raise NotFound()
    form = forms.empty(starts_on=today(), ends_on=today())
    if request.method == "POST":
        form = forms.read(schemas.DrawnTeamsSchema())
        if form.ok and (made := _tried(form, lambda data: _start_drawn_teams(line_id, data))):
            return made
    return page("campaigns/drawn_teams.html", form.status, form=form, line=line)


def _start_drawn_teams(line_id: UUID, data: dict[str, Any]) -> Any:
    chosen = service.ChosenObjects(**{**data, "codes": data["codes"].split()})
    return service.start_drawn_teams(line_id, chosen)


@pages.route("/new/ad-hoc", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def new_ad_hoc() -> Any:
    """Register one outside the plan."""
    form = forms.empty(answer_due=_due(), unit="entity", rate_mode="bp", starts_on=today())
    if request.method == "POST":
        form = forms.read(schemas.AdHocSchema())
        if form.ok and (made := _tried(form, _start_ad_hoc)):
            return made
    shown = {
        "bureaus": _bureaus(),
        "places": _places(),
        "kinds": [(code, _(name)) for code, name in KIND_NAMES.items()],
        "words": labels,
    }
    return page("campaigns/ad_hoc.html", form.status, form=form, **shown)


def _tried(form: Form, start: Any) -> Any:
    """Start it and, if so asked, send the invitations; None if it was refused."""
    with form.submission():
        campaign = start(form.data)
        if request.form.get("then") == "invite":
            service.invite(campaign.id)
        flash(_("抽查任务已建立。"), "good")
        return redirect(url_for("campaigns.campaign", campaign_id=campaign.id), 303)
    return None


def _start_ad_hoc(data: dict[str, Any]) -> Any:
    rate = schemas.rate_of(data.pop("rate_mode"), data.pop("rate"))
    conditions = {name: data.pop(name) for name in ("places", "kinds", "scope")}
    others = {name: data.pop(name) for name in ("answer_due", "directed", "partner_ids")}
    wanted = service.AdHoc(
        **data, rates={"*": rate}, conditions={name: value for name, value in conditions.items() if value}
    )
    return service.start_ad_hoc(wanted, **others)


def _due() -> date | None:
    """What stands in the form; nothing where no calendar tells the working days."""
    try:
        return service.usual_due()
    except CalendarUnknown:
        return None


def _bureaus() -> list[tuple[UUID, str]]:
    mine = tenants.my_bureau().id
    return [(bureau.id, bureau.name) for bureau in tenants.bureaus() if bureau.id != mine]


def _places() -> list[tuple[str, str]]:
    under = set(tenants.places_under(tenants.my_bureau().jurisdiction_code))
    return [(place.code, place.name) for place in tenants.places() if place.code in under]
