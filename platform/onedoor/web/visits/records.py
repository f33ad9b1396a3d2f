"""A bureau's record: the unit's word on it, and its report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure, Withholding
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.errors import NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.trace import TraceStep
from onedoor.messages import queries as messages
from onedoor.messages.models import Document
from onedoor.visits import queries, service
from onedoor.visits.models import Record, RecordPaper
from onedoor.visits.models.parts import Followup, RecordItem, RecordPhoto, Report
from onedoor.visits.models.revisions import RecordRevision
from onedoor.visits.models.visits import Visit
from onedoor.visits.rules.checklists import shown
from onedoor.visits.rules.methods import PAPER_NAMES, said
from onedoor.visits.rules.states import RecordState
from onedoor.visits.schemas import DecisionSchema, ReportSchema
from onedoor.web.documents import title_of
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import deadline, handling_name, pages, record_labels, result_names
from onedoor.web.visits.methods import matter_ways
from tenants import approvals
from tenants import queries as tenants
from tenants.models.bureaus import Bureau
from tenants.rules import Permission


@pages.get("/records/<uuid:record_id>")
@allow(Permission.BUREAU_READ)
def record(record_id: UUID) -> Any:
    """The record on one screen, with the unit's decision below it."""
    return _page(queries.record(record_id), forms.empty())


@pages.post("/records/<uuid:record_id>/decide")
@allow(Permission.VISIT_REVIEW)
def decide_record(record_id: UUID) -> Any:
    """Accept the record or return it with the reason."""
    found, form = queries.record(record_id), forms.read(DecisionSchema())
    approval = approvals.waiting_for("record", record_id)
    if approval is None:
        raise NotFound("这份记录没有等待审核，可能已经有人办理。")
    if form.ok:
        accepted = form.data["decision"] == "approve"
        with form.submission():
            if accepted:
                service.expect_shown(found, form.data["shown"])
            service.decide_record(approval, accepted, form.data["reason"], current_user.permissions)
            flash(_("已通过。") if accepted else _("已退回，执法人员会看到理由。"), "good")
            return redirect(url_if("desk.inbox") or url_for("visits.record", record_id=record_id), 303)
    return _page(found, form, 422)


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """What the page of a record shows."""

    form: Form
    record: Record
    visit: Visit
    bureau: Bureau
    items: list[RecordItem]
    photos: list[RecordPhoto]
    points_of: dict[Any, Any]
    answer_text: Callable[..., str]
    ways: dict[UUID, str]
    said_methods: str
    papers_of: dict[UUID, list[RecordPaper]]
    paper_kinds: dict[Any, Any]
    labels: dict[Any, Label]
    result_names: Callable[..., str]
    handling_name: Callable[..., str]
    deadline: Callable[..., Any]
    report: Report | None
    paper_title: Callable[..., str]
    followups: list[Followup]
    revisions: list[RecordRevision]
    public: Disclosure | None
    withheld: Withholding | None
    mine: bool
    reviews: bool
    warnings: list[Sentence]
    shown: str
    papers: list[Document]
    steps: list[TraceStep]


def _page(found: Record, form: Form, status: int = 200) -> Any:
    visit, items = queries.visit(found.visit_id), queries.items(found.id)
    return page(
        "visits/record.html",
        status,
        RecordPage(
            form=form,
            record=found,
            visit=visit,
            bureau=tenants.bureau(found.tenant_id),
            items=items,
            photos=queries.photos(found.id),
            points_of={item.matter_id: [each["point"] for each in item.answers] for item in items},
            answer_text=shown,
            ways=matter_ways(visit),
            said_methods=said(way.method for way in queries.ways(visit.id, found.tenant_id).values()),
            papers_of=_papers_of(found),
            paper_kinds={kind.value: name for kind, name in PAPER_NAMES.items()},
            labels=record_labels(),
            result_names=result_names,
            handling_name=handling_name,
            deadline=deadline,
            report=queries.report(found.id),
            paper_title=title_of,
            followups=queries.followups_of(found.id) if found.tenant_id == current_user.tenant_id else [],
            revisions=queries.revisions(found.id),
            public=disclosures.of_subject("result", found.id),
            withheld=disclosures.withholding_of("result", found.id),
            mine=found.tenant_id == current_user.tenant_id,
            reviews=_reviews(found),
            warnings=service.warnings(found) if found.tenant_id == current_user.tenant_id else [],
            shown=service.shown_digest(found) if _reviews(found) else "",
            papers=[] if found.tenant_id != current_user.tenant_id else messages.documents_of(found.id),
            steps=trace.of(visit.id),
        ),
    )


def _papers_of(found: Record) -> dict[UUID, list[RecordPaper]]:
    """The papers of each matter; those of another bureau's record are not shown."""
    of: dict[UUID, list[RecordPaper]] = {}
    for paper in queries.papers(found.id):
        of.setdefault(paper.matter_id, []).append(paper)
    return of


def _reviews(found: Record) -> bool:
    return found.state == RecordState.SUBMITTED and current_user.may(Permission.VISIT_REVIEW)


@pages.route("/<uuid:visit_id>/report", methods=["GET", "POST"])
@allow(Permission.VISIT_RECORD, Permission.VISIT_MANAGE)
def report(visit_id: UUID) -> Any:
    """The report of this bureau's part (R-V5)."""
    visit, found = queries.visit(visit_id), queries.my_record(visit_id)
    if found is None or found.state != RecordState.ACCEPTED:
        raise NotFound("检查记录经科室审核通过后，才能完成检查报告。")
    form = forms.empty(**_suggested(found))
    if request.method == "POST":
        form = forms.read(ReportSchema())
        if form.ok and _completed(visit_id, form):
            return redirect(url_for("visits.visit", visit_id=visit_id), 303)
    values = service.record_values(found)
    return page("visits/report.html", form.status, form=form, visit=visit, record=found, values=values,
                deadline=deadline, done=queries.report(found.id))  # fmt: skip


def _completed(visit_id: UUID, form: Form) -> bool:
    service.expect_seat(visit_id, current_user.may)
    with form.submission():
        service.complete_report(visit_id, **form.data)
        flash(_("检查报告已完成。"), "good")
        return True
    return False


def _suggested(found: Record) -> dict[str, str]:
    """Default wording, from what was found (officers change it where it does not fit)."""
    results = "、".join(service.record_values(found)["results"].split("、"))
    return {
        "assessment": _("本次检查结果为：%(results)s。", results=results),
        "proposed": handling_name(found.handling),
    }
