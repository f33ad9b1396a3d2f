"""The officer's phone: today's visits, one visit, its code, and the record matter by matter (R-V2, R-V4)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.address_digests import address_digest
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel.clock import today as this_day
from onedoor.kernel.errors import ClerkError
from onedoor.officers.models.inspectors import Inspector
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.models.assistants import VisitAssistant
from onedoor.visits.models.parts import Record, RecordItem, VisitPart
from onedoor.visits.models.visits import VisitMatter, VisitMember, VisitParty
from onedoor.visits.queries.visits import VisitStanding
from onedoor.visits.rules.checklists import YES_NO_NAMES
from onedoor.visits.rules.codes import grouped
from onedoor.visits.rules.results import (
    CHOSEN,
    HANDLING_NAMES,
    OF_AN_ITEM,
    RESULT_NAMES,
    WORDINGS,
)
from onedoor.visits.rules.states import RecordState
from onedoor.visits.schemas import (
    BeginSchema,
    DaySchema,
    EndingSchema,
    ItemSchema,
    SubstituteSchema,
    WholeSchema,
)
from onedoor.visits.service import Ending
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label, NextStep
from onedoor.web.visits import matter_fields, substitutions
from onedoor.web.visits.blueprint import deadline, record_labels, result_names, visit_labels
from onedoor.web.visits.methods import matter_ways
from onedoor.web.visits.substitutions import Asked
from tenants.rules import Permission

pages = Blueprint("field", __name__, url_prefix="/field")


@pages.get("")
@allow(Permission.VISIT_RECORD)
def today() -> Any:
    """Today's visits of the signed-in officer, what is unfinished, and what comes."""
    rows, day = queries.my_visits(), this_day()
    return page(
        "field/today.html",
        labels=visit_labels(),
        groups=[
            (_("今天"), [row for row in rows if row.day == day]),
            (_("未完成"), [row for row in rows if row.day < day]),
            (_("以后"), [row for row in rows if row.day > day]),
        ],
        reports=queries.my_reports_due(),
        deadline=deadline,
        day=day,
    )


@pages.get("/visits/<uuid:visit_id>")
@allow(Permission.VISIT_RECORD)
def visit(visit_id: UUID) -> Any:
    """One visit: address, people, papers, and this bureau's record."""
    return _page(queries.visit(visit_id), forms.empty())


@dataclass(frozen=True, kw_only=True)
class FieldVisitPage:
    """What a visit shows on an officer's phone."""

    form: Form
    visit: Visit
    standing: VisitStanding
    team: list[VisitMember]
    renamed: dict[UUID, Inspector]
    assistants: list[VisitAssistant]
    parties: list[VisitParty]
    matters: list[VisitMatter]
    missing: dict[Any, Any]
    photos: int
    others: list[Any]
    record: Record | None
    entered: dict[UUID, RecordItem]
    editable: bool
    part: VisitPart | None
    begun: bool
    place: VisitMember | None
    ways: dict[UUID, str]
    entry: bool
    goes_in: bool
    scanned: bool
    problem: ClerkError | None
    may_backfill: bool
    labels: dict[Any, Label]
    record_labels: dict[Any, Label]
    result_names: Callable[..., str]
    deadline: Callable[..., Any]
    next: NextStep | None
    asked: list[Asked]
    may_ask: bool


def _page(found: Visit, form: Form, status: int = 200) -> Any:
    mine = current_user.tenant_id
    record = queries.my_record(found.id)
    place = queries.my_place(found.id)
    part = queries.parts(found.id).get(mine)
    entered = {item.matter_id: item for item in (queries.items(record.id) if record else [])}
    matters = queries.matters(found.id, mine)
    begun = part is not None and part.begun_at is not None
    entry = queries.needs_entry(found.id, mine)
    return page(
        "field/visit.html",
        status,
        FieldVisitPage(
            form=form,
            visit=found,
            standing=queries.visit_state(found),
            team=queries.team(found.id),
            renamed=queries.renamed_members(found.id),
            assistants=queries.assistants(found.id),
            parties=queries.parties(found.id),
            matters=matters,
            missing={
                each.id: matter_fields.missing(record.id, each, entered.get(each.id)) for each in matters
            }
            if record
            else {},
            photos=len(queries.photos(record.id)) if record else 0,
            others=[each for each in queries.matters(found.id) if each.bureau_id != mine],
            record=record,
            entered=entered,
            editable=begun and (record is None or record.state in (RecordState.DRAFT, RecordState.RETURNED)),
            part=part,
            begun=begun,
            place=place,
            ways=matter_ways(found),
            entry=entry,
            goes_in=begun and part is not None and not part.entered and entry,
            scanned=queries.scans(found.id, this_day()) > 0,
            problem=service.why_not_begin(found) if not begun else None,
            may_backfill=place is not None and not begun and service.may_backfill(found),
            labels=visit_labels(),
            record_labels=record_labels(),
            result_names=result_names,
            deadline=deadline,
            next=_next(found, begun, record),
            asked=substitutions.substitution_rows(queries.substitutions(found.id), found),
            may_ask=place is not None and substitutions.open_to(found, mine),
        ),
    )


def _next(found: Visit, begun: bool, record: Any) -> NextStep | None:
    if not begun or (record is not None and record.state not in (RecordState.DRAFT, RecordState.RETURNED)):
        return None
    return NextStep(_("核对并提交"), url_for("field.visit_finish", visit_id=found.id))


@pages.get("/visits/<uuid:visit_id>/code")
@allow(Permission.VISIT_RECORD)
def visit_code(visit_id: UUID) -> Any:
    """The visit's code to hold out (亮码)."""
    found = queries.visit(visit_id)
    place = queries.my_place(visit_id)
    return page(
        "field/code.html",
        visit=found,
        place=place,
        code=grouped(found.code),
        url=service.code_address(found),
        scanned=queries.scans(visit_id, this_day()) > 0,
    )


@pages.post("/visits/<uuid:visit_id>/begin")
@allow(Permission.VISIT_RECORD)
def visit_begin(visit_id: UUID) -> Any:
    """Begin, with the code scanned or the reason why not."""
    form = forms.read(BeginSchema())
    return _act(
        visit_id,
        form,
        lambda: service.begin(visit_id, **form.data, origin=address_digest()),
        _("已开始检查。"),
    )


@pages.route("/visits/<uuid:visit_id>/postpone", methods=["GET", "POST"])
@allow(Permission.VISIT_RECORD)
def visit_postpone(visit_id: UUID) -> Any:
    """Put this bureau's part off."""
    found, form = queries.visit(visit_id), forms.empty()
    if request.method == "POST":
        service.expect_seat(visit_id, current_user.may)
        form, done = forms.read(DaySchema()), _("已改期，其他部门会看到。")
        if form.ok and _done(form, lambda: service.postpone(visit_id, **form.data), done):
            return redirect(url_for("field.visit", visit_id=visit_id), 303)
    day = queries.visit_state(found).day
    return page("field/postpone.html", form.status, form=form, visit=found, day=day)


@pages.route("/visits/<uuid:visit_id>/substitute", methods=["GET", "POST"])
@allow(Permission.VISIT_RECORD)
def visit_substitute(visit_id: UUID) -> Any:
    """The object cannot be checked: ask that another come for it (draw.md)."""
    found, form = queries.visit(visit_id), forms.empty()
    if request.method == "POST":
        form, done = forms.read(SubstituteSchema()), _("已提交，等待科室审核。")
        may = current_user.permissions
        if form.ok and _done(
            form, lambda: service.ask_substitute(visit_id, permissions=may, **form.data), done
        ):
            return redirect(url_for("field.visit", visit_id=visit_id), 303)
    return page(
        "field/substitute.html",
        form.status,
        form=form,
        visit=found,
        asked=substitutions.substitution_rows(queries.substitutions(visit_id), found),
        may_ask=queries.my_place(visit_id) and substitutions.open_to(found, current_user.tenant_id),
        hindrances=substitutions.choices(),
    )


@pages.post("/visits/<uuid:visit_id>/whole")
@allow(Permission.VISIT_RECORD)
def visit_whole(visit_id: UUID) -> Any:
    """The object could not be found, or refuses; or that is taken back."""
    form = forms.read(WholeSchema())
    return _act(visit_id, form, lambda: service.set_overall_result(visit_id, **form.data), _("已记下。"))


def _act(visit_id: UUID, form: Form, act: Any, done: str) -> Any:
    found = queries.visit(visit_id)
    if form.ok and _done(form, act, done):
        return redirect(url_for("field.visit", visit_id=visit_id), 303)
    return _page(found, form, 422)


def _done(form: Form, act: Any, done: str) -> bool:
    """Do it and say so; or say in the form why it was refused."""
    with form.submission():
        act()
        flash(done, "good")
        return True
    return False


@pages.route("/visits/<uuid:visit_id>/matters/<uuid:matter_id>", methods=["GET", "POST"])
@limiter.limit("60/minute", methods=["POST"])
@takes_a_file
@allow(Permission.VISIT_RECORD)
def visit_matter(visit_id: UUID, matter_id: UUID) -> Any:
    """One matter: its points with their photos, what was found, a note."""
    found, matter = queries.visit(visit_id), queries.matter(visit_id, matter_id)
    record = queries.my_record(visit_id)
    item = queries.item(record.id, matter_id) if record else None
    form = forms.empty(**matter_fields.entered(matter, item))
    if request.method == "POST":
        form = forms.read(ItemSchema())
        if matter_fields.saved(visit_id, matter, form):
            flash(_("已保存。"), "good")
            return redirect(url_for("field.visit", visit_id=visit_id), 303)
    results = [(result.value, _(RESULT_NAMES[result]), _(WORDINGS[result])) for result in OF_AN_ITEM]
    answers = [(value, _(name)) for value, name in YES_NO_NAMES.items()]
    return page("field/matter.html", matter_fields.status_of(form), form=form, visit=found, matter=matter,
                results=results, yes_no=answers, **matter_fields.about(visit_id, matter))  # fmt: skip


@pages.route("/visits/<uuid:visit_id>/finish", methods=["GET", "POST"])
@allow(Permission.VISIT_RECORD)
def visit_finish(visit_id: UUID) -> Any:
    """The end of the check: who was there, the signature, what follows, and the submission."""
    found = queries.visit(visit_id)
    record = queries.my_record(visit_id)
    form = forms.empty(**_known(found, record))
    if request.method == "POST":
        form = forms.read(EndingSchema())
        if form.ok and _submitted(visit_id, form):
            return redirect(url_for("field.visit", visit_id=visit_id), 303)
    return page("field/finish.html", form.status, form=form, **_to_check(found, record))


def _to_check(found: Visit, record: Any) -> dict[str, Any]:
    """What the officer looks over before submitting, and the choices."""
    part = queries.parts(found.id).get(current_user.tenant_id)
    return {
        "visit": found,
        "record": record,
        "items": queries.items(record.id) if record else [],
        "matters": queries.matters(found.id, current_user.tenant_id),
        "result_names": result_names,
        "ways": matter_ways(found),
        "entered": part is None or part.entered,
        "handlings": [(kind.value, _(HANDLING_NAMES[kind])) for kind in CHOSEN],
    }


def _known(found: Visit, record: Any) -> dict[str, Any]:
    """What is filled in already; the key makes one submission of what is sent twice (R-V4)."""
    fresh = {"key": secrets.token_urlsafe(24), "place": found.entity_address, "handling": "none"}
    if record is None:
        return fresh
    columns = ("attendee", "attendee_post", "signature", "signature_note", "note")
    more = ("handling_due_on", "handling_note")
    values = {name: getattr(record, name) for name in (*columns, *more)}
    return {**fresh, **values, "place": record.place, "handling": record.handling or "none"}


def _submitted(visit_id: UUID, form: Form) -> bool:
    key = form.data.pop("key")
    try:
        service.submit_record(visit_id, key, Ending(**form.data))
    except ClerkError as refused:
        form.data["key"] = key
        form.refuse(refused)
        return False
    flash(_("已提交，等待科室审核。"), "good")
    return True
