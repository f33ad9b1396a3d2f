"""Leave, what officers ask for, and the officer's own page (R-L7 to R-L9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.entities import queries as entity_queries
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.officers import queries as officer_queries
from onedoor.officers import service
from onedoor.officers.models import Inspector, InspectorRequest
from onedoor.officers.models.duties import Training, TrainingPlace
from onedoor.officers.models.inspectors import Recusal
from onedoor.officers.models.requests import CertificateNotice, InspectorLeave
from onedoor.officers.queries.duties import trainings_of
from onedoor.officers.queries.leave import my_request, notices_of, requests, requests_of
from onedoor.officers.schemas.officers import AnswerSchema, OfficerLeaveSchema, OfficerRequestSchema
from onedoor.officers.service.requests import answer_request, ask_clerk
from onedoor.visits import queries as visits
from onedoor.web.officers import inspectors
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import INSPECTOR_STATES, REQUEST_KINDS, REQUEST_STATES, STAGES
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label, label_of
from onedoor.web.visits.blueprint import visit_labels
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission

REQUESTS = ListPage(
    title=_l("人员的申请"),
    key=InspectorRequest.id,
    row_key=lambda row: row.InspectorRequest.id,
    columns=(
        Column(
            "name",
            _l("姓名"),
            link=lambda row: url_for("registry.inspector_request", request_id=row.InspectorRequest.id),
            sort=Inspector.sort_key,
        ),
        Column("kind", _l("申请"), value=lambda row: str(REQUEST_KINDS[row.InspectorRequest.kind])),
        Column("text", _l("说明"), value=lambda row: row.InspectorRequest.text, wide=True),
        Column(
            "asked",
            _l("提出时间"),
            value=lambda row: row.InspectorRequest.asked_at,
            kind="time",
            sort=InspectorRequest.asked_at,
        ),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.InspectorRequest.state, REQUEST_STATES),
            export=lambda row: str(label_of(row.InspectorRequest.state, REQUEST_STATES)),
        ),
    ),
    search=(Inspector.name, InspectorRequest.text, officer_queries.initials()),
    search_label=_l("姓名、说明或拼音首字母"),
    filters=(
        Filter("state", _l("状态"), as_choices(REQUEST_STATES), column=InspectorRequest.state),
        Filter("kind", _l("申请"), as_choices(REQUEST_KINDS), column=InspectorRequest.kind),
    ),
    order="-asked",
    empty=_l("执法人员在“我的执法信息”里提出更正、休假或回避的申请后，会出现在这里。"),
)


@pages.post("/inspectors/<uuid:inspector_id>/leave")
@allow(Permission.REGISTRY_WRITE)
def inspector_leave(inspector_id: UUID) -> Any:
    """Note days on which the officer is away."""
    found, form = officer_queries.my_inspector(inspector_id), forms.read(OfficerLeaveSchema())
    if form.ok:
        with form.submission():
            service.note_leave(found, **form.data)
            flash(_("休假已登记：整个检查期都在休假的不列入名单，安排检查避开休假的日子。"), "good")
            return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)
    return inspectors.show(found, leave_form=form, status=422)


@pages.post("/inspectors/<uuid:inspector_id>/leave/<uuid:leave_id>/end")
@allow(Permission.REGISTRY_WRITE)
def inspector_leave_end(inspector_id: UUID, leave_id: UUID) -> Any:
    """The leave is not taken, or ends early."""
    service.end_leave(officer_queries.my_inspector(inspector_id), leave_id)
    flash(_("休假已撤销。"), "good")
    return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)


@pages.get("/inspector-requests")
@allow(Permission.REGISTRY_WRITE)
def inspector_requests() -> Any:
    """What this bureau's officers ask for."""
    return REQUESTS.respond(db.session(), requests(), "officers/requests.html")


@pages.route("/inspector-requests/<uuid:request_id>", methods=["GET"])
@allow(Permission.REGISTRY_WRITE)
def inspector_request(request_id: UUID) -> Any:
    """One of them."""
    return _request_page(my_request(request_id), forms.empty())


@pages.post("/inspector-requests/<uuid:request_id>")
@allow(Permission.REGISTRY_WRITE)
def inspector_request_answer(request_id: UUID) -> Any:
    """Grant or decline it."""
    found, form = my_request(request_id), forms.read(AnswerSchema())
    if form.ok:
        with form.submission():
            answer_request(found, form.data["decision"] == "grant", form.data["answer"])
            flash(_("已答复，本人会看到。"), "good")
            return redirect(url_for("registry.inspector_requests", state="waiting"), 303)
    return _request_page(found, form)


@pages.get("/me")
@allow(Permission.BUREAU_READ)
def own() -> Any:
    """The officer's own page: data, certificate, leave, recusals, visits, requests."""
    return _own_page(forms.empty())


@pages.post("/me")
@allow(Permission.BUREAU_READ)
def own_request() -> Any:
    """Ask the clerk for something."""
    if officer_queries.own_inspector() is None:
        raise NotFound("您的账号没有对应的执法人员，请联系本单位的名录管理人员。")
    form = forms.read(OfficerRequestSchema())
    if form.ok:
        with form.submission():
            ask_clerk(form.data)
            flash(_("申请已提出，由名录管理人员办理。"), "good")
            return redirect(url_for("registry.own"), 303)
    return _own_page(form)


def _request_page(found: InspectorRequest, form: forms.Form) -> Any:
    return page(
        "officers/request.html",
        form.status,
        asked=found,
        inspector=officer_queries.inspector(found.inspector_id),
        own=approvals.is_mine([found.asker_id]),
        named=entity_queries.names_of([found.entity_code] if found.entity_code else []),
        kinds=REQUEST_KINDS,
        states=REQUEST_STATES,
        form=form,
        reasons=_reasons(),
    )


@dataclass(frozen=True, kw_only=True)
class OwnPage:
    """What an officer reads of themselves."""

    inspector: Inspector
    drawn: str
    private: dict[str, str]
    unit: str
    states: dict[str, Label]
    stages: dict[str, Any]
    notices: list[CertificateNotice]
    leaves: list[InspectorLeave]
    trainings: list[tuple[Training, TrainingPlace]]
    recusals: list[Recusal]
    named: dict[str, str]
    visits: list[Any]
    visit_labels: dict[Any, Label]
    asked: list[InspectorRequest]
    kinds: dict[str, Any]
    request_states: dict[str, Label]
    reasons: list[Any]
    today: date
    form: Form
    records: bool


def _own_page(form: forms.Form) -> Any:
    found = officer_queries.own_inspector()
    if found is None:
        return page("officers/own_none.html")
    recusals, asked = officer_queries.recusals_of(found), requests_of(found)
    codes = [
        *(one.entity_code for one in recusals),
        *(one.entity_code for one in asked if one.entity_code),
    ]
    return page(
        "officers/own.html",
        form.status,
        OwnPage(
            inspector=found,
            drawn=inspectors.drawn_words(found),
            private=service.private_texts(found),
            unit=next((unit.name for unit in tenants.units() if unit.id == found.unit_id), ""),
            states=INSPECTOR_STATES,
            stages=STAGES,
            notices=notices_of(found),
            leaves=officer_queries.leaves_of(found),
            trainings=trainings_of(found),
            recusals=recusals,
            named=entity_queries.names_of(codes),
            visits=visits.my_visits(),
            visit_labels=visit_labels(),
            asked=asked,
            kinds=REQUEST_KINDS,
            request_states=REQUEST_STATES,
            reasons=list(_reasons().items()),
            today=today(),
            form=form,
            records="visit.record" in current_user.permissions,
        ),
    )


def _reasons() -> dict[str, str]:
    return {code: in_language(name) for code, name in service.recusal_reasons().items()}
