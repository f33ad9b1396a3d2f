"""Proposals to correct the register over the interface: sent with their evidence, read by both sides, answered (R-T4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS
from onedoor.api.entities.premises import blp
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.openapi.document import file_response
from onedoor.edge.attachments import attachment
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.entities import queries, service
from onedoor.entities.models import Correction
from onedoor.entities.queries.corrections import SENT, correction_files
from onedoor.entities.schemas.premises import CorrectionAnswerSchema, CorrectionSchema
from onedoor.kernel.errors import ClerkError
from tenants.rules import Permission


class CorrectionsArgs(PageArgs):
    """Which proposals."""

    part = fields.String(
        load_default="",
        validate=validate.OneOf(["", queries.RECEIVED, SENT]),
        metadata={"description": "received, sent; both unless given"},
    )
    state = fields.String(validate=validate.OneOf(["sent", "accepted", "refused"]))


class CorrectionIn(CorrectionSchema):
    """A proposal, as in its form, of the entity with this code."""

    entity = fields.String(
        required=True,
        validate=validate.Length(max=40),
        metadata={"description": "the entity's unified social credit code"},
    )


class AnswerIn(CorrectionAnswerSchema):
    """What becomes of a proposal; whose it is is looked at before what is missing."""

    decision = fields.String(load_default=None, validate=validate.OneOf(["accept", "refuse"]))


class EvidenceIn(Schema):
    """Up to five pictures or PDF files of 10 MB each."""

    files = fields.List(Upload(), load_default=list)


class EvidenceOut(Schema):
    """A file of the evidence."""

    id = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    digest = fields.String(metadata={"description": "SHA-256 in hex"})


class ListedCorrectionOut(Schema):
    """A proposal and its answer; `state` is sent, accepted (and then done) or refused."""

    id = fields.UUID()
    entity_code = fields.String()
    from_bureau = fields.UUID(attribute="tenant_id")
    to_bureau = fields.UUID(attribute="receiver_id")
    field = fields.String()
    former = fields.String()
    value = fields.String()
    reason = fields.String()
    evidence = fields.String()
    state = fields.String()
    answer = fields.String()
    asked_at = fields.AwareDateTime()
    decided_at = fields.AwareDateTime(allow_none=True)


class CorrectionOut(ListedCorrectionOut):
    """The same with its evidence."""

    files = fields.List(fields.Nested(EvidenceOut))


class CorrectionPage(ListPage):
    """A page of proposals, by key."""

    items = fields.List(fields.Nested(ListedCorrectionOut))


@blp.route("/corrections")
@allow(Permission.BUREAU_READ)
@blp.arguments(CorrectionsArgs, location="query")
@blp.response(200, CorrectionPage)
def corrections(args: dict[str, Any]) -> dict[str, Any]:
    """本单位提出的和收到的更正建议"""
    query = queries.corrections(args["part"])
    if "state" in args:
        query = query.where(Correction.state == args["state"])
    page = page_of(query, Correction.id, args, ascending=True)
    items = [_told(row.Correction, row.Entity.code if row.Entity else "") for row in page["items"]]
    return {**page, "items": items}


@blp.route("/corrections", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(CorrectionIn, location="form")
@blp.arguments(EvidenceIn, location="files")
@blp.response(201, CorrectionOut)
def correct(given: dict[str, Any], sent: dict[str, Any]) -> dict[str, Any]:
    """对其他单位维护的登记信息提出更正，可附照片或 PDF；本单位维护的请在页面直接修改"""
    entity = queries.entity_by_code(given.pop("entity"))
    if entity.kind in queries.my_entity_kinds():
        raise ClerkError("本单位维护这类主体，请直接修改或导入登记信息。")
    files = service.read_evidence([(one.filename, one.read()) for one in sent["files"]])
    made = service.correct(entity, **given, files=files)
    assert made is not None
    return _whole(made)


@blp.route("/corrections/<uuid:correction_id>")
@allow(Permission.BUREAU_READ)
@blp.response(200, CorrectionOut)
def one_correction(correction_id: UUID) -> dict[str, Any]:
    """一条更正建议、它的附件和答复"""
    return _whole(queries.correction(correction_id))


@blp.route("/corrections/<uuid:correction_id>/answer", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(AnswerIn)
@blp.response(200, CorrectionOut)
def answer_correction(given: dict[str, Any], correction_id: UUID) -> dict[str, Any]:
    """答复收到的更正建议：采纳 accept，或不采纳 refuse 并说明理由"""
    found = queries.correction(correction_id)
    if given["decision"] is None:
        raise ClerkError("请写明 decision：采纳 accept，或不采纳 refuse。")
    accepted = given["decision"] == "accept"
    service.decide_correction(found, accepted, given["answer"], confirmed=given["confirmed"])
    return _whole(found)


@blp.route("/corrections/<uuid:correction_id>/files/<uuid:file_id>")
@limiter.limit(UPLOADS)
@allow(Permission.BUREAU_READ)
@blp.doc(responses={"200": file_response("A picture (JPEG) or a PDF file.")})
def correction_file(correction_id: UUID, file_id: UUID) -> Response:
    """更正建议的一个附件"""
    found = service.evidence_of(correction_id, file_id)
    return attachment(found.content, found.name, found.media_type)


def _told(one: Correction, code: str) -> dict[str, Any]:
    code = code or service.given_of(one)["code"]
    return {**{column.key: getattr(one, column.key) for column in one.__table__.columns}, "entity_code": code}


def _whole(one: Correction) -> dict[str, Any]:
    answer = _told(one, queries.entity(one.entity_id).code if one.entity_id else "")
    return {**answer, "files": correction_files(one.id)}
