"""Documents (文书): issued, printed, as Word, delivered; and the public page that tells a genuine one (forms.md)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.edge.guard import allow, public
from onedoor.edge.identity import current_user
from onedoor.followups import service as followups
from onedoor.kernel.db import db
from onedoor.messages import queries, service
from onedoor.messages.models import Document
from onedoor.messages.rules import HOW_NAMES, LETTERS, How, Letter
from onedoor.supervision import service as supervision
from onedoor.visits import service as visits
from onedoor.web.documents.blueprint import pages, title_of
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.exports import download
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage
from tenants.rules import Permission

HANDLERS = (Permission.VISIT_RECORD, Permission.VISIT_MANAGE, Permission.VISIT_REVIEW)


class DeliverySchema(Schema):
    """How a document was delivered."""

    how = fields.String(required=True, validate=validate.OneOf([one.value for one in How]))
    delivered_on = fields.Date(required=True)
    to_name = fields.String(required=True, validate=validate.Length(max=200))
    signature = fields.String(required=True, validate=validate.OneOf(["signed", "refused"]))
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class LetterSchema(Schema):
    """Which document."""

    kind = fields.String(required=True, validate=validate.OneOf([one.value for one in Letter]))


DOCUMENTS = ListPage(
    title=_l("文书"),
    key=Document.id,
    columns=(
        Column(
            "number",
            _l("文号"),
            link=lambda one: url_for("documents.document", document_id=one.id),
            sort=Document.number,
            wide=True,
        ),
        Column("kind", _l("文书"), value=title_of),
        Column("entity_name", _l("当事人"), sort=Document.entity_name),
        Column("issued_on", _l("日期"), kind="date", sort=Document.issued_at),
        Column("issued_by", _l("出具人")),
    ),
    search=(Document.number, Document.entity_name),
    search_label=_l("文号或名称"),
    filters=(
        Filter(
            "kind", _l("文书"), lambda: [(k.value, _(one.title)) for k, one in LETTERS.items()], Document.kind
        ),
        Filter("from", _l("日期自"), column=Document.issued_on, kind="from"),
        Filter("to", _l("日期至"), column=Document.issued_on, kind="to"),
    ),
    order="-issued_on",
    empty=_l("责令改正、复查、移送等文书在办理时出具，列在这里。"),
)


@pages.get("/documents", endpoint="documents")
@allow(Permission.BUREAU_READ)
def documents() -> Any:
    """The documents this bureau issued."""
    return DOCUMENTS.respond(db.session(), queries.documents(), "documents/documents.html")


@pages.get("/documents/<uuid:document_id>", endpoint="document")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def document(document_id: UUID) -> Any:
    """One document to read and print, and its delivery."""
    return _page(queries.document(document_id), forms.empty())


@pages.get("/documents/<uuid:document_id>/word", endpoint="document_word")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def document_word(document_id: UUID) -> Response:
    """The document as it was issued."""
    found = queries.document(document_id)
    return download(found.content, f"{LETTERS[Letter(found.kind)].title} {found.number}.docx", service.DOCX)


@pages.post("/documents/<uuid:document_id>/deliver", endpoint="document_deliver")
@allow(*HANDLERS, Permission.OVERSIGHT_ANSWER)
def deliver(document_id: UUID) -> Any:
    """Note how it was delivered."""
    found, form = queries.document(document_id), forms.read(DeliverySchema())
    if form.ok:
        with form.submission():
            service.deliver(document_id, form.data)
            flash(_("已登记送达，并出具送达回证。"), "good")
            return redirect(url_for("documents.document", document_id=document_id), 303)
    return _page(found, form, 422)


@pages.post("/visits/<uuid:visit_id>/documents", endpoint="issue_of_visit")
@allow(Permission.VISIT_MANAGE)
def issue_of_visit(visit_id: UUID) -> Any:
    """Approval, scheme, check sheet or announcement of a visit."""
    form = forms.read(LetterSchema())
    letter = Letter(form.data["kind"]) if form.ok else Letter.NOTICE
    made = visits.issue_of_visit(visit_id, letter)
    return redirect(url_for("documents.document", document_id=made.id), 303)


@pages.post("/visits/records/<uuid:record_id>/documents", endpoint="issue_of_record")
@allow(*HANDLERS)
def issue_of_record(record_id: UUID) -> Any:
    """The record or the report of this bureau's part, with its number and code."""
    form = forms.read(LetterSchema())
    letter = Letter(form.data["kind"]) if form.ok else Letter.NOTICE
    made = visits.issue_of_record(record_id, letter)
    return redirect(url_for("documents.document", document_id=made.id), 303)


@pages.post("/visits/records/<uuid:record_id>/result-notice", endpoint="issue_result_notice")
@allow(*HANDLERS)
def issue_result_notice(record_id: UUID) -> Any:
    """检查结果告知书."""
    made = followups.issue_result_notice(record_id)
    return redirect(url_for("documents.document", document_id=made.id), 303)


@pages.post("/filing/<uuid:filing_id>/receipt", endpoint="issue_filing_receipt")
@allow(Permission.OVERSIGHT_ANSWER)
def issue_filing_receipt(filing_id: UUID) -> Any:
    """备案回执."""
    made = supervision.issue_filing_receipt(filing_id)
    return redirect(url_for("documents.document", document_id=made.id), 303)


@pages.get("/d/<code>", endpoint="check_document")
@limiter.limit("60/minute")
@public
def check_document(code: str) -> Any:
    """What a scan of a document's QR opens: number, bureau, date and digest, and nothing of what stands in it."""
    query = sa.text("SELECT check_document(:code)")
    found = db.session.scalar(query, {"code": code[:40]})
    return page("documents/check.html", 200 if found else 404, found=found, asked=request.path)


def _page(found: Document, form: Form, status: int = 200) -> Any:
    own = found.tenant_id == current_user.tenant_id
    may = own and any(current_user.may(one) for one in (*HANDLERS, Permission.OVERSIGHT_ANSWER))
    return page(
        "documents/document.html",
        status,
        form=form,
        document=found,
        title=title_of(found),
        body=list(service.body_of(found)),
        address=found.values["address"],
        deliveries=queries.deliveries(found.id),
        receipts=[one for one in queries.documents_of(found.id) if one.kind == Letter.DELIVERY],
        hows={how: _(name) for how, name in HOW_NAMES.items()},
        may_deliver=may and found.kind != Letter.DELIVERY,
    )
