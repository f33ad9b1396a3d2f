"""Assessments (考核, R-S5): deductions tried and kept, scores announced, objected to, final; as page and workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Assessment, AssessmentScore
from onedoor.supervision.rules import Deduction
from onedoor.web.orders.blueprint import oversees, pages, supervisors, tabs
from onedoor.web.orders.words import cell_name, cells, links
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, ListPage
from onedoor.web.shell.pieces import Label, NextStep
from tenants import queries as tenants
from tenants.rules import Permission

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Lines of the form; a scheme of more is two cells that say the same.
LINES = 12
STATES = {
    "tried": Label(_l("试算"), "waiting"),
    "announced": Label(_l("已公布，可提出异议"), "active"),
    "final": Label(_l("已定稿"), "done"),
}
_read_own = allow(Permission.BUREAU_READ)
_object = allow(Permission.FILING_SEND, Permission.PLAN_APPROVE)


def state_of(given: Assessment) -> str:
    """Tried, announced or final."""
    if given.final_at is not None:
        return "final"
    return "announced" if given.announced_at is not None else "tried"


ASSESSMENTS = ListPage(
    title=_l("考核"),
    key=Assessment.id,
    columns=(
        Column(
            "year",
            _l("年度"),
            value=lambda a: _("%(year)s 年度", year=a.year),
            link=lambda a: url_for("orders.assessment", assessment_id=a.id),
            sort=Assessment.year,
        ),
        Column("version", _l("版本"), kind="number", sort=Assessment.version),
        Column("state", _l("状态"), value=lambda a: str(STATES[state_of(a)])),
        Column("reason", _l("制定说明"), wide=True),
        Column("made_by", _l("制定人")),
        Column("made_at", _l("制定时间"), kind="time", sort=Assessment.made_at),
    ),
    search=(Assessment.reason, Assessment.made_by),
    search_label=_l("制定说明或制定人"),
    filters=(),
    order="-made_at",
    empty=_l("先写扣分规则并试算，满意后保存、公布；各单位可以提出一次异议，处理完再定稿。"),
)
SCORES = ListPage(
    title=_l("本单位考核结果"),
    key=AssessmentScore.id,
    columns=(
        Column(
            "year",
            _l("年度"),
            value=lambda s: _("%(year)s 年度", year=queries.assessments.assessment(s.assessment_id).year),
            link=lambda s: url_for("orders.score", score_id=s.id),
            sort=Assessment.year,
        ),
        Column("supervisor", _l("考核单位"), value=lambda s: tenants.bureau(s.tenant_id).name, wide=True),
        Column("score", _l("得分"), value=lambda s: s.final, kind="number"),
        Column("objection", _l("异议"), value=lambda s: _("已提出") if s.objection else ""),
    ),
    search=(AssessmentScore.bureau_name,),
    search_label=_l("单位"),
    filters=(),
    order="-year",
    empty=_l("执法监督机关公布考核后，本单位的得分和扣分依据会列在这里。"),
)


@pages.get("/assessments")
@supervisors
def assessments() -> Any:
    """The versions of each year."""
    step = NextStep(_l("新建考核"), url_for("orders.assessment_new"))
    query = queries.assessments.assessments()
    return ASSESSMENTS.respond(db.session(), query, "orders/orders.html", tabs=tabs(3), next=step)


@pages.route("/assessments/new", methods=["GET", "POST"])
@supervisors
def assessment_new() -> Any:
    """Write deductions and try them on all bureaus; kept with a reason."""
    form, tried = forms.empty(year=today().year, full=100), None
    if request.method == "POST":
        form = _read()
        if form.ok:
            with form.submission():
                if request.form.get("act") == "save":
                    made = service.freeze(**form.data)
                    flash(_("扣分规则已保存，公布前可以再改成新的版本。"), "good")
                    return redirect(url_for("orders.assessment", assessment_id=made.id), 303)
                given = {name: form.data[name] for name in ("year", "full", "deductions")}
                tried = service.trial(**given)
    return page(
        "orders/assessment_new.html",
        form.status,
        form=form,
        tried=tried,
        lines=range(LINES),
        cells=cells(),
        cell_name=cell_name,
    )


@pages.get("/assessments/<uuid:assessment_id>")
@supervisors
def assessment(assessment_id: UUID) -> Any:
    """One version: its deductions, and the scores once it is announced, else as they would be now."""
    return _page(queries.assessments.own_assessment(assessment_id), forms.empty())


@pages.post("/assessments/<uuid:assessment_id>/announce")
@supervisors
def assessment_announce(assessment_id: UUID) -> Any:
    """Compute and show each bureau its score."""
    return _act(
        assessment_id,
        schemas.AnnounceSchema(),
        lambda data: service.announce(assessment_id, **data),
        _("已公布，各单位会看到自己的得分和依据。"),
    )


@pages.post("/assessments/<uuid:assessment_id>/finish")
@supervisors
def assessment_finish(assessment_id: UUID) -> Any:
    """Make the scores final."""
    return _act(assessment_id, Schema(), lambda _data: service.finish(assessment_id), _("已定稿。"))


@pages.post("/scores/<uuid:score_id>/adjust")
@supervisors
def score_adjust(score_id: UUID) -> Any:
    """Answer an objection with the score that counts."""
    found = queries.assessments.score(score_id)
    return _act(
        found.assessment_id,
        schemas.AdjustmentSchema(),
        lambda data: service.adjust_score(score_id, **data),
        _("已处理异议。"),
    )


@pages.get("/assessments/<uuid:assessment_id>/file.xlsx")
@supervisors
def assessment_file(assessment_id: UUID) -> Any:
    """The scores as a workbook."""
    made = queries.assessments.own_assessment(assessment_id)
    content = service.workbook(assessment_id, {key: str(name) for key, name in cells()})
    return exports.download(content, f"{made.year}年度考核.xlsx", XLSX)


@pages.get("/scores")
@_read_own
def scores() -> Any:
    """This bureau's scores."""
    return SCORES.respond(
        db.session(), queries.assessments.my_scores(), "orders/orders.html", tabs=tabs(4), next=None
    )


@pages.get("/scores/<uuid:score_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def score(score_id: UUID) -> Any:
    """One bureau's score with the records that cost it."""
    return _score_page(score_id, forms.empty())


@pages.post("/scores/<uuid:score_id>/object")
@_object
def score_object(score_id: UUID) -> Any:
    """Object, once."""
    form = forms.read(schemas.ObjectionSchema())
    if form.ok:
        with form.submission():
            service.object_to_score(score_id, form.data["text"])
            flash(_("异议已提出。"), "good")
            return redirect(url_for("orders.score", score_id=score_id), 303)
    return _score_page(score_id, form)


def _read() -> Form:
    """The deductions' form: its lines are cells with points, the empty ones are passed over."""
    form = Form(values=request.form)
    given: dict[str, Any] = {name: request.form.get(name, "").strip() for name in ("year", "full", "reason")}
    if request.form.get("act") != "save":
        given["reason"] = given["reason"] or "试算"
    given["deductions"] = [
        _line(place) for place in range(LINES) if request.form.get(f"cell-{place}", "").strip()
    ]
    try:
        form.data = schemas.AssessmentSchema().load(given)
    except ValidationError as refused:
        for name, text in forms.flatten(refused.messages):
            form.errors.setdefault(name, []).append(text)
    return form


def _line(place: int) -> dict[str, Any]:
    kind, _dot, state = request.form[f"cell-{place}"].partition(".")
    most = request.form.get(f"most-{place}", "").strip()
    return {
        "kind": kind,
        "state": state,
        "points": request.form.get(f"points-{place}", "").strip(),
        "most": most or None,
    }


def _act(assessment_id: UUID, schema: Schema, act: Callable[[Mapping[str, Any]], Any], done: str) -> Any:
    found, form = queries.assessments.own_assessment(assessment_id), forms.read(schema)
    if form.ok:
        with form.submission():
            act(form.data)
            flash(done, "good")
            return redirect(url_for("orders.assessment", assessment_id=assessment_id), 303)
    return _page(found, form)


def _page(found: Assessment, form: Form) -> Any:
    state = state_of(found)
    deductions = queries.assessments.deductions(found)
    return page(
        "orders/assessment.html",
        form.status,
        assessment=found,
        form=form,
        state=state,
        states=STATES,
        deductions=[(cell_name(each.key), each) for each in deductions],
        scores=queries.assessments.scores(found.id),
        tried=_trial(found, deductions) if state == "tried" else [],
        cell_name=cell_name,
    )


def _trial(found: Assessment, deductions: list[Deduction]) -> Any:
    return service.trial(found.year, found.full, deductions)


def _score_page(score_id: UUID, form: Form) -> Any:
    found = queries.assessments.score(score_id)
    made = queries.assessments.assessment(found.assessment_id)
    own = found.bureau_id == current_user.tenant_id
    open_ = made.final_at is None and made.objections_until is not None and today() <= made.objections_until
    may = current_user.may(Permission.FILING_SEND) or current_user.may(Permission.PLAN_APPROVE)
    return page(
        "orders/score.html",
        form.status,
        score=found,
        assessment=made,
        form=form,
        own=own,
        state=state_of(made),
        states=STATES,
        lines=[(cell_name(line["key"]), line, links(line["records"], own=own)) for line in found.lines],
        may_object=own and open_ and found.objection is None and may,
        may_adjust=not own and oversees() and found.objection is not None and made.final_at is None,
    )
