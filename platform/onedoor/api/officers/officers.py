"""Officers' state (R-L7, R-L9), when they are away and whom they may not check (回避, R-D5), over the interface: the bureau's own affair."""

from __future__ import annotations

from base64 import b64decode
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.api.lists.rows import inspectors as inspectors_told
from onedoor.api.shapes import InspectorOut
from onedoor.edge.guard import allow
from onedoor.imports.schemas.texts import ReasonSchema
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.officers import queries, service
from onedoor.officers.models import Inspector, InspectorLeave, Recusal
from onedoor.officers.schemas.officers import InspectorStatusSchema, OfficerLeaveSchema, RecusalSchema
from tenants.rules import Permission

blp = room("officers", "执法人员的状态、休假和回避")


class OfficersArgs(PageArgs):
    """Of whom, and whether what is over is told too."""

    officer = fields.String(validate=validate.Length(max=20), metadata={"description": "code of the officer"})
    holds = fields.Boolean(metadata={"description": "true: what is not over today; false: what is"})


class _OfOfficerOut(Schema):
    id = fields.UUID()
    inspector_id = fields.UUID()
    officer = fields.String(metadata={"description": "code of the officer"})
    since = fields.Date()
    reason = fields.String()


class AwayOut(_OfOfficerOut):
    """Days an officer is away, both included; with `ended_at` it was taken back."""

    until = fields.Date()
    noted_by = fields.String()
    noted_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class RecusalOut(_OfOfficerOut):
    """An entity that an officer may not check, to a day or without end."""

    entity_code = fields.String()
    reason_code = fields.String(validate=validate.OneOf(list(service.recusal_reasons())))
    until = fields.Date(allow_none=True)
    created_at = fields.AwareDateTime()


class AwayPage(ListPage):
    """A page of leave, the latest noted first."""

    items = fields.List(fields.Nested(AwayOut))


class RecusalPage(ListPage):
    """A page of recusals, the latest noted first."""

    items = fields.List(fields.Nested(RecusalOut))


class PaperIn(Schema):
    """The paper a changed name or certificate is based on."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    media_type = fields.String(load_default="application/pdf", validate=validate.Length(1, 100))
    content = fields.String(
        required=True, validate=validate.Length(1, 20_000_000), metadata={"description": "base64"}
    )


class OfficerChangeIn(Schema):
    """What is to be different of an approved officer; what is not given stays."""

    name = fields.String(validate=validate.Length(1, 60))
    account = fields.String(
        validate=validate.Length(max=100), metadata={"description": "user name; empty: none"}
    )
    certificate_number = fields.String(validate=validate.Length(1, 60))
    certificate_expires_on = fields.Date()
    leads = fields.Boolean()
    identity_number = fields.String(validate=validate.Length(max=30))
    paper = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"description": "title and number"}
    )
    file = fields.Nested(PaperIn)


class OfficerChangeOut(Schema):
    """What waits for the head, by field what stands and what is to stand; of an identity number nothing is told."""

    proposal_id = fields.UUID(metadata={"description": "the approval is about it"})
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)))


class StatusOut(Schema):
    """The officer as they stand; `done` is false of an entry or exit, which the head decides on."""

    done = fields.Boolean()
    officer = fields.Nested(InspectorOut)


@blp.route("/<uuid:inspector_id>")
@allow(Permission.BUREAU_READ)
@looked_up("inspector", queries.my_inspector)
@blp.response(200, InspectorOut)
def one_inspector(inspector: Inspector) -> dict[str, Any]:
    """本单位的一名执法人员；不含身份证号和手机号"""
    return inspectors_told([inspector])[0]


@blp.route("/<uuid:inspector_id>/status", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.arguments(InspectorStatusSchema)
@blp.response(200, StatusOut)
def change_status(given: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    """暂停或恢复一名执法人员，或提请负责人批准其入库、出库，写明理由"""
    done = service.set_inspector_status(inspector, **given)
    return {"done": done, "officer": inspectors_told([inspector])[0]}


@blp.route("/<uuid:inspector_id>/changes", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.arguments(OfficerChangeIn)
@blp.response(201, OfficerChangeOut)
def propose_change(given: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    """提请负责人批准更改已入库人员的姓名、账号、身份证号、执法证编号或能否任组长；更名和换证附依据的文件"""
    file = given.pop("file", None)
    sent = (file["name"], _decoded(file["content"]), file["media_type"]) if file else None
    made = service.change_officer(inspector, given, sent)
    return {"proposal_id": made.proposal_id, "changes": made.changes}


@blp.route("/leaves")
@allow(Permission.BUREAU_READ)
@blp.arguments(OfficersArgs, location="query")
@blp.response(200, AwayPage)
def leaves(args: dict[str, Any]) -> dict[str, Any]:
    """本单位执法人员的休假"""
    over = sa.or_(InspectorLeave.ended_at.is_not(None), InspectorLeave.until < today())
    return _page(InspectorLeave, over, args)


@blp.route("/recusals")
@allow(Permission.BUREAU_READ)
@blp.arguments(OfficersArgs, location="query")
@blp.response(200, RecusalPage)
def recusals(args: dict[str, Any]) -> dict[str, Any]:
    """本单位执法人员的回避"""
    over = sa.and_(Recusal.until.is_not(None), Recusal.until < today())
    return _page(Recusal, over, args)


@blp.route("/<uuid:inspector_id>/leaves", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.arguments(OfficerLeaveSchema)
@blp.response(201, AwayOut)
def note_leave(given: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    """登记一名执法人员的休假，首尾两日都在内"""
    return _told(service.note_leave(inspector, **given), inspector.code)


@blp.route("/<uuid:inspector_id>/leaves/<uuid:leave_id>/end", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.response(204)
def end_leave(inspector: Inspector, leave_id: UUID) -> None:
    """休假不休了，或提前结束"""
    service.end_leave(inspector, leave_id)


@blp.route("/<uuid:inspector_id>/recusals", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.arguments(RecusalSchema)
@blp.response(201, RecusalOut)
def add_recusal(given: dict[str, Any], inspector: Inspector) -> dict[str, Any]:
    """登记一名执法人员对一个主体的回避，自今天起"""
    return _told(service.add_recusal(inspector, **given), inspector.code)


@blp.route("/<uuid:inspector_id>/recusals/<uuid:recusal_id>/end", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("inspector", queries.my_inspector)
@blp.arguments(ReasonSchema)
@blp.response(204)
def end_recusal(given: dict[str, Any], inspector: Inspector, recusal_id: UUID) -> None:
    """回避今天解除，写明理由"""
    service.end_recusal(inspector, recusal_id, given["reason"])


def _page(model: Any, over: sa.ColumnElement[bool], args: dict[str, Any]) -> dict[str, Any]:
    query: Any = queries.inspectors().join(model, model.inspector_id == Inspector.id)
    query = query.with_only_columns(model, Inspector.code)
    if "officer" in args:
        query = query.where(Inspector.code == args["officer"].replace("\x00", ""))
    if "holds" in args:
        query = query.where(sa.not_(over) if args["holds"] else over)
    page = page_of(query, model.id, args)
    return {**page, "items": [_told(one, code) for one, code, _key in page["items"]]}


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        wrong = {"file": ["文件不是 base64 编码。"]}
        raise ClerkError("文件不是 base64 编码。", fields=wrong) from None


def _told(one: Any, code: str) -> dict[str, Any]:
    return {**columns(one), "officer": code}
