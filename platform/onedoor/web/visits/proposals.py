"""新建检查: proposing a check that no draw made, submitting it, its notice, its team, and who complained (R-V9, R-V1, R-T7)."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import (
    BY_DRAW,
    EXCEPTIONAL_NAMES,
    KIND_NAMES,
    NOT_DRAWN,
    SOURCE_NAMES,
    Kind,
    Source,
)
from onedoor.visits.rules.methods import NON_SITE_FIRST
from onedoor.visits.schemas import ProposalSchema, TeamSchema, UnitAnswerSchema, WhySchema
from onedoor.visits.service import Proposal, RepeatedCheck
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of
from onedoor.web.shell.forms import WHOLE, Form
from onedoor.web.visits import checks
from onedoor.web.visits.blueprint import pages
from onedoor.web.visits.methods import method_choices
from onedoor.web.visits.visit import act
from tenants.rules import Permission


@pages.route("/new", methods=["GET", "POST"], endpoint="visit_new")
@allow(*checks.PROPOSES)
def new() -> Any:
    """The form; refused, it keeps what was typed."""
    form, former = _first(), None
    if request.method == "POST":
        form = forms.read(ProposalSchema())
        if form.ok:
            try:
                return _made(form.data)
            except ClerkError as refused:
                former = refused.former if isinstance(refused, RepeatedCheck) else None
                form.refuse(refused)
                if refused.fields:
                    form.errors[WHOLE] = [sentence_of(refused)]
    return _page(form, former)


def _made(data: dict[str, Any]) -> Any:
    visit = service.propose(Proposal.of(data))
    if request.form.get("then") == "submit":
        service.submit_check(visit.id)
        flash(_("已登记并提交审批。"), "good")
    else:
        flash(_("已登记，提交审批并经批准后才能检查。"), "good")
    return redirect(url_for("visits.visit", visit_id=visit.id), 303)


def _first() -> Form:
    """An empty form, one of a firm (`entity`), or one like a former check (`like`)."""
    like = request.args.get("like")
    fresh = {"key": secrets.token_hex(16), "starts_on": today(), "announced": True}
    if like:
        try:
            again = service.form_again(queries.visit(UUID(like)))
        except ValueError:
            raise NotFound() from None
        return forms.empty(**{**asdict(again), "key": fresh["key"]})
    given = {"kind": "kind", "entity_code": "entity", "line_id": "line"}
    asked = {name: request.args.get(said, "") for name, said in given.items()}
    return forms.empty(**fresh, **asked, source="plan_line" if asked["line_id"] else "")


def _page(form: Form, former: Visit | None) -> Any:
    entity = _entity(str(form.value("entity_code") or ""))
    places = (
        [place for place in entity_queries.premises_of(entity.id) if not place.closed_on] if entity else []
    )
    items = item_queries.published_items(current_user.tenant_id)
    return page(
        "visits/new.html",
        form.status,
        form=form,
        former=former,
        entity=entity,
        places=[(place.number, f"{place.number}. {place.name or place.address}") for place in places],
        kinds=[(kind.value, _(KIND_NAMES[kind])) for kind in NOT_DRAWN],
        sources=[(one.value, _(SOURCE_NAMES[one])) for one in Source if one not in BY_DRAW],
        exceptional=[(one.value, _(name)) for one, name in EXCEPTIONAL_NAMES.items()],
        items=[(str(item.id), item.name, item.number) for item in items],
        lines=_lines(),
        officers=checks.officers(),
        leaders=checks.leaders(),
        methods=method_choices(NON_SITE_FIRST),
    )


def _lines() -> list[tuple[str, str]]:
    return [
        (str(line.id), f"{line.code} {line.name}")
        for kind in (Kind.DAILY, Kind.SPECIAL)
        for line in queries.open_lines(kind.value)
    ]


def _entity(code: str) -> Entity | None:
    try:
        return entity_queries.entity_by_code(code) if code.strip() else None
    except NotFound:
        return None


@pages.post("/<uuid:visit_id>/submit", endpoint="submit_check")
@allow(*checks.PROPOSES)
def submit(visit_id: UUID) -> Any:
    """To the unit's review."""
    queries.visit(visit_id)
    service.submit_check(visit_id)
    flash(_("已提交审批。"), "good")
    return redirect(url_for("visits.visit", visit_id=visit_id), 303)


@pages.post("/<uuid:visit_id>/notice", endpoint="issue_notice")
@allow(*checks.PROPOSES)
def issue_notice(visit_id: UUID) -> Any:
    """The notice of the one check."""
    queries.visit(visit_id)
    service.issue_notice(visit_id)
    flash(_("检查通知书已制作。"), "good")
    return redirect(url_for("visits.visit", visit_id=visit_id), 303)


@pages.post("/<uuid:visit_id>/team", endpoint="name_team")
@allow(*checks.PROPOSES)
def name_team(visit_id: UUID) -> Any:
    """Another team, approved again."""
    done = _("检查组已调整。已批准的检查需要重新报批。")
    return act(visit_id, TeamSchema(), lambda data: service.name_team(visit_id, **data), done)


@pages.post("/<uuid:visit_id>/units/<uuid:unit_id>/answer", endpoint="answer_unit")
@allow(*checks.PROPOSES)
def answer_unit(visit_id: UUID, unit_id: UUID) -> Any:
    """A unit's word on its own part."""

    def answer(data: dict[str, Any]) -> None:
        service.answer_for_unit(visit_id, unit_id, data["decision"] == "agree", data["reason"])

    return act(visit_id, UnitAnswerSchema(), answer, _("已答复。"))


@pages.route("/<uuid:visit_id>/complainant", methods=["GET", "POST"], endpoint="complainant")
@allow(Permission.PERSONAL_REVEAL)
def complainant(visit_id: UUID) -> Any:
    """Who complained or reported, for a reason that is logged."""
    found, form, shown = queries.visit(visit_id), forms.empty(), None
    if request.method == "POST":
        form = forms.read(WhySchema())
        if form.ok:
            with form.submission():
                shown = service.reveal_complainant(visit_id, form.data["why"])
    elif found.tenant_id != current_user.tenant_id or queries.complainant_of(visit_id) is None:
        raise NotFound("没有登记投诉举报人。")
    return page("visits/complainant.html", form.status, form=form, visit=found, shown=shown)
