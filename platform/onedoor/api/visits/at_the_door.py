"""At the door over the interface, for an officer's phone: begin, findings, photos, the record (R-V2, R-V4).

The token is a person's (我的账户), who is on the team: of a bureau's systems none is. A colleague who was quicker is told as a
conflict, with who it was; the record's own key, or an Idempotency-Key, makes one of what is sent twice.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import UPLOADS, looked_up
from onedoor.api.shapes import PointOut
from onedoor.api.visits.shapes import METHODS, RESULTS, VisitOut
from onedoor.api.visits.visits import blp
from onedoor.edge.address_digests import address_digest
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries, service
from onedoor.visits.models import Record, Visit, VisitMatter
from onedoor.visits.rules.methods import allowed
from onedoor.visits.rules.results import OF_AN_ITEM, OF_THE_WHOLE
from onedoor.visits.schemas import BeginSchema, DaySchema, EndingSchema, WholeSchema
from onedoor.visits.service import AskedFor, Ending
from tenants.rules import Permission

_LONG = validate.Length(max=4000)


class PointAnswerIn(Schema):
    """What was found at one point of the checklist."""

    value = fields.String(load_default="", validate=_LONG)
    note = fields.String(load_default="", validate=_LONG)


class FindingIn(Schema):
    """What was found of one matter: an answer to each point, in the checklist's order; `revision` as it was read."""

    answers = fields.List(fields.Nested(PointAnswerIn), load_default=list, validate=validate.Length(max=500))
    results = fields.List(
        fields.String(validate=validate.OneOf([one.value for one in OF_AN_ITEM])),
        required=True,
        validate=validate.Length(min=1),
    )
    note = fields.String(load_default="", validate=_LONG)
    method = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(METHODS))
    revision = fields.Integer(load_default=0, validate=validate.Range(min=0))


class PostponementIn(DaySchema):
    """A later day, with the reason."""


class PhotoIn(Schema):
    """Which point of which matter a photo was asked for; none: of the visit."""

    matter_id = fields.UUID(load_default=None)
    point = fields.Integer(load_default=None, validate=validate.Range(min=0, max=500))


class PhotoFileIn(Schema):
    """The photo."""

    file = Upload(required=True)


class MineOut(VisitOut):
    """A visit of the officer's."""


class MineList(Schema):
    """The officer's visits whose record is not handed in, the soonest first."""

    items = fields.List(fields.Nested(MineOut))


class CodeOut(Schema):
    """The visit's code to hold out, and whether it was scanned today."""

    code = fields.String()
    address = fields.String()
    scanned = fields.Boolean()


class DoorAnswerOut(Schema):
    """One answer as it stands."""

    point = fields.String()
    value = fields.String()
    note = fields.String()


class DoorMatterOut(Schema):
    """A matter of one's own bureau: its checklist, and what was saved; `revision` goes with what is saved next."""

    id = fields.UUID()
    number = fields.String()
    name = fields.String()
    checklist = fields.List(fields.Nested(PointOut))
    allowed = fields.List(fields.String(validate=validate.OneOf(METHODS)))
    method = fields.String(validate=validate.OneOf(METHODS))
    answers = fields.List(fields.Nested(DoorAnswerOut))
    results = fields.List(fields.String(validate=validate.OneOf(RESULTS)))
    note = fields.String()
    revision = fields.Integer()
    saved_by = fields.String(allow_none=True)


class DoorPhotoOut(Schema):
    """A photo on the record."""

    id = fields.UUID()
    matter_id = fields.UUID(allow_none=True)
    point = fields.Integer(allow_none=True)
    digest = fields.String()
    added_by = fields.String()


class DoorOut(Schema):
    """One's own bureau's part of a visit as it stands at the door."""

    visit_id = fields.UUID()
    number = fields.String()
    begun_at = fields.AwareDateTime(allow_none=True)
    begun_by = fields.String(allow_none=True)
    entered = fields.Boolean(allow_none=True)
    scanned = fields.Boolean(metadata={"description": "whether the code was scanned today"})
    on_the_team = fields.Boolean()
    record_state = fields.String(allow_none=True)
    return_reason = fields.String(allow_none=True)
    whole = fields.String(allow_none=True, validate=validate.OneOf([one.value for one in OF_THE_WHOLE]))
    matters = fields.List(fields.Nested(DoorMatterOut))
    photos = fields.List(fields.Nested(DoorPhotoOut))


@blp.route("/mine")
@allow(Permission.VISIT_RECORD)
@blp.response(200, MineList)
def mine() -> dict[str, Any]:
    """令牌所属的执法人员要去、记录尚未提交的检查，最近的在前"""
    return {"items": [_row(row) for row in queries.my_visits()]}


@blp.route("/<uuid:visit_id>/door")
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.response(200, DoorOut)
def door(visit: Visit) -> dict[str, Any]:
    """现场：本单位的部分、各事项的检查要点和已保存的结果、照片"""
    return _told(visit)


@blp.route("/<uuid:visit_id>/code")
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.response(200, CodeOut)
def code(visit: Visit) -> dict[str, Any]:
    """检查码：出示给对方扫码；只有检查组的执法人员能取得"""
    service.on_the_team(visit)
    scanned = queries.scans(visit.id, today()) > 0
    return {"code": visit.code, "address": service.code_address(visit), "scanned": scanned}


@blp.route("/<uuid:visit_id>/beginning", methods=["POST"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(BeginSchema)
@blp.response(200, DoorOut)
def begin(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """开始检查：输入对方扫码后页面显示的核验数字；没有扫码的写明原因，补录的写明时间；已开始的不变"""
    service.begin(visit.id, **given, origin=address_digest())
    return _told(visit)


@blp.route("/<uuid:visit_id>/postponement", methods=["POST"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(PostponementIn)
@blp.response(200, DoorOut)
def postpone(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """本单位的部分改期，写明原因；尚未开始的才能改"""
    service.expect_seat(visit.id, current_user.may)
    service.postpone(visit.id, **given)
    return _told(visit)


@blp.route("/<uuid:visit_id>/matters/<uuid:matter_id>/finding", methods=["PUT"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(FindingIn)
@blp.response(200, DoorOut)
def save_finding(given: dict[str, Any], visit: Visit, matter_id: UUID) -> dict[str, Any]:
    """保存一个事项的检查结果；同事在此期间保存过的返回冲突，写明是谁"""
    queries.matter(visit.id, matter_id)
    if given["method"]:
        service.choose_method(visit.id, matter_id, given["method"])
    answers = {
        f"{kind}-{place}": one[name]
        for place, one in enumerate(given["answers"])
        for kind, name in (("point", "value"), ("note", "note"))
    }
    kept = {name: given[name] for name in ("results", "note", "revision")}
    service.save_item(visit.id, matter_id, answers=answers, **kept)
    return _told(visit)


@blp.route("/<uuid:visit_id>/whole", methods=["PUT"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(WholeSchema)
@blp.response(200, DoorOut)
def set_whole(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """无法联系或者不配合检查的，记下整体结果；whole 为空则收回"""
    service.set_overall_result(visit.id, given["whole"] or None, given["note"], given["witness"])
    return _told(visit)


@blp.route("/<uuid:visit_id>/photos", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(PhotoIn, location="form")
@blp.arguments(PhotoFileIn, location="files")
@blp.response(201, DoorOut)
def add_photo(given: dict[str, Any], sent: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """给记录附一张照片，可指明是哪个事项哪条要点要求的（multipart/form-data）；同一张只算一次"""
    asked = None
    if given["matter_id"] is not None and given["point"] is not None:
        queries.matter(visit.id, given["matter_id"])
        asked = AskedFor(given["matter_id"], given["point"])
    service.add_photo(visit.id, service.develop(visit.id, sent["file"].read()), asked)
    return _told(visit)


@blp.route("/<uuid:visit_id>/photos/<uuid:photo_id>", methods=["DELETE"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.response(200, DoorOut)
def remove_photo(visit: Visit, photo_id: UUID) -> dict[str, Any]:
    """删去记录里的一张照片；记录提交以后不能再删"""
    service.remove_photo(visit.id, photo_id)
    return _told(visit)


@blp.route("/<uuid:visit_id>/record", methods=["POST"])
@allow(Permission.VISIT_RECORD)
@looked_up("visit", queries.visit)
@blp.arguments(EndingSchema)
@blp.response(200, DoorOut)
def submit_record(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """提交本单位的检查记录；同一个 key 再次提交只算一次"""
    service.submit_record(visit.id, given.pop("key"), Ending(**given))
    return _told(visit)


def _row(row: Any) -> dict[str, Any]:
    visit: Visit = row.Visit
    names = ("id", "number", "kind", "source", "exceptional", "entity_code", "entity_name", "place_number")
    more = ("entity_address", "starts_on", "ends_on", "announced", "campaign_id", "draw_id")
    return {
        **{name: getattr(visit, name) for name in (*names, *more)},
        "state_now": row.state_now,
        "day": row.day,
    }


def _told(visit: Visit) -> dict[str, Any]:
    db.session.flush()
    me = current_scope().tenant_id
    assert me is not None
    part, record = queries.parts(visit.id).get(me), queries.my_record(visit.id)
    return {
        "visit_id": visit.id,
        "number": visit.number,
        "begun_at": part.begun_at if part else None,
        "begun_by": part.begun_by if part else None,
        "entered": part.entered if part and part.begun_at else None,
        "scanned": queries.scans(visit.id, today()) > 0,
        "on_the_team": queries.my_place(visit.id) is not None,
        "record_state": record.state if record else None,
        "return_reason": record.return_reason if record else None,
        "whole": record.whole if record else None,
        "matters": [_matter(visit, one, record) for one in queries.matters(visit.id, me)],
        "photos": queries.photos(record.id) if record else [],
    }


def _matter(visit: Visit, matter: VisitMatter, record: Record | None) -> dict[str, Any]:
    item = queries.item(record.id, matter.id) if record else None
    return {
        "id": matter.id,
        "number": matter.number,
        "name": matter.name,
        "checklist": matter.checklist,
        "allowed": [one.value for one in allowed(matter.method)],
        "method": queries.ways(visit.id)[matter.id].method.value,
        "answers": [{"note": "", **one} for one in item.answers] if item else [],
        "results": item.results if item else [],
        "note": item.note if item else "",
        "revision": item.revision if item else 0,
        "saved_by": item.saved_by if item else None,
    }
