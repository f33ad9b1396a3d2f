"""Documents (文书) over the interface: those issued, as data and as Word, those still to be issued, and their delivery (R-V7)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Response
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS, looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.openapi.document import file_response
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.followups import service as followups
from onedoor.kernel.db import db
from onedoor.messages import queries, service
from onedoor.messages.models import Document
from onedoor.messages.rules import LETTERS, How, Letter
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Record, Visit
from tenants.rules import Permission

blp = room("documents", "文书：已出具的、出具、送达，以及本单位的文书模板")
HANDLERS = (Permission.VISIT_RECORD, Permission.VISIT_MANAGE, Permission.VISIT_REVIEW)
KINDS = [one.value for one in Letter]


class DocumentArgs(PageArgs):
    """Which are asked for: of one kind, about one thing (a visit, a record, a follow-up)."""

    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    subject = fields.UUID(load_default=None)


class DocumentOut(Schema):
    """A document as it was issued; `digest` is SHA-256 of its Word file, `address` the page that tells it from a forged one."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(KINDS))
    title = fields.String()
    number = fields.String()
    subject_id = fields.UUID()
    entity_name = fields.String()
    digest = fields.String()
    address = fields.String()
    issued_on = fields.Date()
    issued_at = fields.AwareDateTime()
    issued_by = fields.String()


class DocumentPage(ListPage):
    """A page of them, the newest first."""

    items = fields.List(fields.Nested(DocumentOut))


class DeliveryOut(Schema):
    """How a document was delivered."""

    how = fields.String(validate=validate.OneOf([one.value for one in How]))
    delivered_on = fields.Date()
    to_name = fields.String()
    signed = fields.Boolean()
    note = fields.String()
    recorded_by = fields.String()


class DeliveredDocumentOut(DocumentOut):
    """A document with its deliveries."""

    deliveries = fields.List(fields.Nested(DeliveryOut))


class DeliveryIn(Schema):
    """How, when and to whom it was delivered; refused with how that was and who saw it (`note`)."""

    how = fields.String(required=True, validate=validate.OneOf([one.value for one in How]))
    delivered_on = fields.Date(required=True)
    to_name = fields.String(required=True, validate=validate.Length(1, 200))
    signature = fields.String(required=True, validate=validate.OneOf(["signed", "refused"]))
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class OfVisitIn(Schema):
    """Which document of a visit."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            [Letter.APPROVAL.value, Letter.SCHEME.value, Letter.CHECK_SHEET.value, Letter.ANNOUNCEMENT.value]
        ),
    )


class OfRecordIn(Schema):
    """Which document of a record."""

    kind = fields.String(required=True, validate=validate.OneOf([Letter.RECORD.value, Letter.REPORT.value]))


@blp.route("/")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@blp.arguments(DocumentArgs, location="query")
@blp.response(200, DocumentPage)
def documents(args: dict[str, Any]) -> dict[str, Any]:
    """本单位出具的文书，最近的在前；可按种类、按检查、记录或者后续处置筛选"""
    query: sa.Select[Any] = queries.documents()
    if args["kind"]:
        query = query.where(Document.kind == args["kind"])
    if args["subject"]:
        query = query.where(Document.subject_id == args["subject"])
    found = page_of(query, Document.id, args)
    return {**found, "items": [_told(one) for one in found["items"]]}


@blp.route("/<uuid:document_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@looked_up("document", queries.document)
@blp.response(200, DeliveredDocumentOut)
def one_document(document: Document) -> dict[str, Any]:
    """一份文书：文号、日期、摘要和送达情况"""
    return _delivered(document)


@blp.route("/<uuid:document_id>/file")
@limiter.limit(UPLOADS)
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@looked_up("document", queries.document)
@blp.doc(responses={"200": file_response("The document as Word.")})
def document_file(document: Document) -> Response:
    """一份文书的 Word 文件，与出具时一致"""
    name = f"{LETTERS[Letter(document.kind)].title} {document.number}.docx"
    return attachment(document.content, name, service.DOCX, digest=document.digest)


@blp.route("/<uuid:document_id>/delivery", methods=["POST"])
@allow(*HANDLERS, Permission.OVERSIGHT_ANSWER)
@looked_up("document", queries.document)
@blp.arguments(DeliveryIn)
@blp.response(201, DeliveredDocumentOut)
def deliver(given: dict[str, Any], document: Document) -> dict[str, Any]:
    """登记送达，同时出具送达回证"""
    service.deliver(document.id, given)
    return _delivered(document)


@blp.route("/visits/<uuid:visit_id>", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", visits.visit)
@blp.arguments(OfVisitIn)
@blp.response(201, DocumentOut)
def issue_of_visit(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """出具一次检查的审批表、检查方案、检查表或者抽取结果公告"""
    return _told(visiting.issue_of_visit(visit.id, Letter(given["kind"])))


@blp.route("/records/<uuid:record_id>", methods=["POST"])
@allow(*HANDLERS)
@looked_up("record", visits.record)
@blp.arguments(OfRecordIn)
@blp.response(201, DocumentOut)
def issue_of_record(given: dict[str, Any], record: Record) -> dict[str, Any]:
    """出具一份检查记录的现场检查笔录或者检查报告"""
    return _told(visiting.issue_of_record(record.id, Letter(given["kind"])))


@blp.route("/records/<uuid:record_id>/result-notice", methods=["POST"])
@allow(*HANDLERS)
@looked_up("record", visits.record)
@blp.response(201, DocumentOut)
def issue_result_notice(record: Record) -> dict[str, Any]:
    """出具检查结果告知书"""
    return _told(followups.issue_result_notice(record.id))


def _told(document: Document) -> dict[str, Any]:
    title, address = LETTERS[Letter(document.kind)].title, document.values["address"]
    return {**columns(document), "title": title, "address": address}


def _delivered(document: Document) -> dict[str, Any]:
    db.session.flush()
    return {**_told(document), "deliveries": queries.deliveries(document.id)}
