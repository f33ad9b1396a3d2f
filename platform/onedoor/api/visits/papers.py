"""What stands instead of an entry, and who assists, over the interface: papers with their files, experts with their entrustment (R-V3, R-L7)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from onedoor.api.blueprints import UPLOADS, looked_up
from onedoor.api.visits.shapes import RecordPaperOut, VisitWithParts
from onedoor.api.visits.visits import PROPOSES, blp, visit_told
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel.db import db
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.methods import PaperKind
from onedoor.visits.schemas import AssistantSchema, OpinionSchema, PaperSchema, RecognitionSchema
from onedoor.visits.service import Entrustment, GivenPaper, SentFile
from tenants.rules import Permission


class PaperFileIn(Schema):
    """The paper's file; none where it is only asked for."""

    file = Upload(load_default=None, allow_none=True)


class SignedFileIn(Schema):
    """The signed paper."""

    file = Upload(required=True)


class MatterPaperOut(RecordPaperOut):
    """A paper of one matter."""

    id = fields.UUID()
    matter_id = fields.UUID()


class RecognitionIn(RecognitionSchema):
    """The published result, and why it may stand for the matter."""

    disclosure_id = fields.UUID(required=True)


class RecognisableResultOut(Schema):
    """A published result of another bureau; `id` is that of the publication."""

    id = fields.UUID()
    bureau_name = fields.String()
    visit_number = fields.String()
    finished_on = fields.Date()
    results = fields.List(fields.String())


class RecognisableResultsOut(Schema):
    """Those of the last days that the place sets, the latest first."""

    items = fields.List(fields.Nested(RecognisableResultOut))


class MatterPapersOut(Schema):
    """The papers of one's own bureau's record."""

    items = fields.List(fields.Nested(MatterPaperOut))


@blp.route("/<uuid:visit_id>/papers")
@allow(Permission.BUREAU_READ)
@looked_up("visit", queries.visit)
@blp.response(200, MatterPapersOut)
def papers(visit: Visit) -> dict[str, Any]:
    """本单位记录里的材料：要求提供的、网页取证、报告、其他部门的结果"""
    return _papers(visit)


@blp.route("/<uuid:visit_id>/matters/<uuid:matter_id>/papers", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(PaperSchema, location="form")
@blp.arguments(PaperFileIn, location="files")
@blp.response(201, MatterPapersOut)
def add_paper(given: dict[str, Any], sent: dict[str, Any], visit: Visit, matter_id: UUID) -> dict[str, Any]:
    """给一个事项登记材料：要求提供的可以先不带文件，其余连同文件（multipart/form-data）"""
    told = GivenPaper(**{**given, "kind": PaperKind(given["kind"])})
    service.add_paper(visit.id, matter_id, told, _sent(sent["file"]))
    return _papers(visit)


@blp.route("/<uuid:visit_id>/recognisable-results")
@allow(Permission.BUREAU_READ)
@looked_up("visit", queries.visit)
@blp.response(200, RecognisableResultsOut)
def recognisable(visit: Visit) -> dict[str, Any]:
    """其他部门近期对同一对象公示的检查结果，可以采用而不再重复检查的"""
    return {"items": [_result(one) for one in queries.recognisable(visit)]}


@blp.route("/<uuid:visit_id>/matters/<uuid:matter_id>/recognition", methods=["POST"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(RecognitionIn)
@blp.response(201, MatterPapersOut)
def recognise(given: dict[str, Any], visit: Visit, matter_id: UUID) -> dict[str, Any]:
    """采用其他部门公示的一项检查结果，写明为什么可以用于本事项；同一结果再次采用只算一次"""
    service.recognise(visit.id, matter_id, given["disclosure_id"], given["recognition_reason"])
    return _papers(visit)


@blp.route("/<uuid:visit_id>/papers/<uuid:record_paper_id>/receipt", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(SignedFileIn, location="files")
@blp.response(200, MatterPapersOut)
def receive_paper(sent: dict[str, Any], visit: Visit, record_paper_id: UUID) -> dict[str, Any]:
    """要求提供的材料已经收到，附上文件（multipart/form-data）"""
    service.receive_paper(visit.id, record_paper_id, _sent(sent["file"]))
    return _papers(visit)


@blp.route("/<uuid:visit_id>/papers/<uuid:record_paper_id>", methods=["DELETE"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.response(200, MatterPapersOut)
def remove_paper(visit: Visit, record_paper_id: UUID) -> dict[str, Any]:
    """删去记录里的一份材料；记录提交以后不能再删"""
    service.remove_paper(visit.id, record_paper_id)
    return _papers(visit)


@blp.route("/<uuid:visit_id>/assistants", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(AssistantSchema, location="form")
@blp.arguments(SignedFileIn, location="files")
@blp.response(201, VisitWithParts)
def choose_assistant(given: dict[str, Any], sent: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """选一位专家或一家检验检测机构协助，连同委托书（multipart/form-data）；unbiased 说明已核对没有应当回避的情形"""
    expert_id, document = given.pop("expert_id"), _document(sent["file"])
    service.choose_assistant(visit.id, expert_id, Entrustment(**given, document=document))
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/assistants/<uuid:assistant_id>", methods=["DELETE"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.response(200, VisitWithParts)
def drop_assistant(visit: Visit, assistant_id: UUID) -> dict[str, Any]:
    """取消一位协助人员；已签署意见的不能取消"""
    service.drop_assistant(visit.id, assistant_id)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/assistants/<uuid:assistant_id>/opinion", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(OpinionSchema, location="form")
@blp.arguments(SignedFileIn, location="files")
@blp.response(200, VisitWithParts)
def sign_opinion(
    given: dict[str, Any], sent: dict[str, Any], visit: Visit, assistant_id: UUID
) -> dict[str, Any]:
    """协助人员另行签署的意见，连同签署的文件（multipart/form-data）；登记以后不能再改"""
    service.sign_opinion(visit.id, assistant_id, **given, signed=_document(sent["file"]))
    return visit_told(visit)


def _result(one: Disclosure) -> dict[str, Any]:
    return {
        "id": one.id,
        "bureau_name": one.bureau_name,
        "visit_number": one.content["visit_number"],
        "finished_on": date.fromisoformat(one.content["finished_on"]),
        "results": one.content["results"],
    }


def _document(file: Any) -> tuple[str, str, bytes]:
    return file.filename or "", file.mimetype, file.read()


def _sent(file: Any) -> SentFile | None:
    return SentFile(*_document(file)) if file is not None and file.filename else None


def _papers(visit: Visit) -> dict[str, Any]:
    db.session.flush()
    record = queries.my_record(visit.id)
    return {"items": queries.papers(record.id) if record else []}
