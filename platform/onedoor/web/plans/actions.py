"""What people do with a plan: begin, mend its head, submit, publish, file, change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.filing import queries as filings
from onedoor.kernel import files
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_
from onedoor.plans import queries, service
from onedoor.plans.schemas import ApprovalDocumentSchema, ChangeSchema, HeadSchema, NewPlanSchema
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.plans.blueprint import pages
from onedoor.web.plans.labels import KINDS
from onedoor.web.shell import forms, page
from onedoor.web.shell.exports import download
from tenants.rules import Permission

DOCUMENTS = (".pdf", ".doc", ".docx", ".jpg", ".jpeg", ".png")


@pages.route("/new", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_new() -> Any:
    """Begin a plan."""
    form, there = forms.empty(year=_likely_year(), kind="yearly"), None
    if request.method == "POST":
        form = forms.read(NewPlanSchema())
        if form.ok:
            there = queries.same_plan(form.data["kind"], form.data["year"])
            with form.submission():
                again = form.data.pop("again")
                if there is not None and not again:
                    text = N_("本单位已有这一年度的同类计划。确实要另起一份的，请勾选后再次提交。")
                    raise ClerkError(text, fields={"again": [text]})
                made = service.draft(**form.data)
                return redirect(url_for("plans.plan", plan_id=made.id), 303)
    return page("plans/new.html", form.status, form=form, kinds=list(KINDS.items()), there=there)


@pages.route("/<uuid:plan_id>/head", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_head(plan_id: UUID) -> Any:
    """Mend title, reason and what a version changes."""
    plan = queries.my_plan(plan_id)
    form = opened(plan, lambda: forms.of(plan, "title", "reason", "change_note").values)
    if request.method == "POST":
        form = sent(HeadSchema(), form, plan)
        if form.ok:
            service.rename(plan_id, **form.data)
            return redirect(url_for("plans.plan", plan_id=plan_id), 303)
    return page("plans/head.html", form.status, form=form, plan=plan)


@pages.route("/<uuid:plan_id>/approval", methods=["GET", "POST"])
@allow(Permission.PLAN_DRAFT)
def plan_approval(plan_id: UUID) -> Any:
    """Who approved a special plan, the document's number, and the document (R-P7)."""
    plan = queries.my_plan(plan_id)
    form = opened(plan, lambda: forms.of(plan, "approving_body", "document_number").values)
    if request.method == "POST":
        form = sent(ApprovalDocumentSchema(), form, plan)
        if form.ok:
            with form.submission():
                service.set_approval_document(plan_id, **form.data, document=_document())
                return redirect(url_for("plans.plan", plan_id=plan_id), 303)
    return page("plans/approval.html", form.status, form=form, plan=plan)


@pages.get("/<uuid:plan_id>/approval/document")
@allow(Permission.BUREAU_READ)
def plan_approval_document(plan_id: UUID) -> Any:
    """The document by which one's own special plan was approved."""
    plan = queries.my_plan(plan_id)
    if plan.attachment_id is None:
        abort(404)
    kept = files.get(plan.attachment_id)
    return download(kept.content, kept.name, kept.media_type)


def _document() -> tuple[str, bytes, str] | None:
    sent = request.files.get("document")
    if not sent or not sent.filename:
        return None
    if not sent.filename.lower().endswith(DOCUMENTS):
        text = _("批准文件请用 PDF、Word 或图片。")
        raise ClerkError(text, fields={"document": [text]})
    return sent.filename, sent.read(), "application/octet-stream"


@pages.post("/<uuid:plan_id>/submit")
@allow(Permission.PLAN_DRAFT)
def plan_submit(plan_id: UUID) -> Any:
    """Hand it to the unit."""
    service.submit(plan_id)
    flash(_("已提交科室审核。"), "good")
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)


@pages.post("/<uuid:plan_id>/take-back")
@allow(Permission.PLAN_DRAFT)
def plan_take_back(plan_id: UUID) -> Any:
    """Take it back while the unit has not decided."""
    service.take_back(plan_id)
    flash(_("已撤回，修改后可以再次提交。"), "good")
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
            with form.submission():
                made = service.change(plan_id, **form.data)
                return redirect(url_for("plans.plan", plan_id=made.id), 303)
    return page("plans/change.html", form.status, form=form, plan=plan)


def _likely_year() -> int:
    """From October on a planner works on next year's plan (filed by 15 January, R-P1)."""
    return today().year + (today().month >= 10)
