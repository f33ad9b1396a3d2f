"""What is owed over the interface: the list, checking later, handing over and its answer, writing off (R-J5)."""

from __future__ import annotations

from typing import Any

from flask import g
from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.visits.shapes import VisitWithParts
from onedoor.api.visits.visits import visit_told
from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.owed_matters import queries, service
from onedoor.owed_matters.models import Handover, OwedMatter
from onedoor.owed_matters.rules import Cause, State
from onedoor.owed_matters.schemas import (
    AbsenceSchema,
    HandoverAnswerSchema,
    HandoverSchema,
    OwedCheckSchema,
    WriteOffSchema,
)
from onedoor.visits import queries as visits
from onedoor.visits.models import Visit
from tenants.rules import Permission

blp = room("owed", "待补查：抽中而没有检查的事项，补查、移交、核销")
STATES = [one.value for one in State]


class OwedArgs(PageArgs):
    """Whose matters, and how they stand."""

    of = fields.String(
        load_default="mine",
        validate=validate.OneOf(["mine", "led"]),
        metadata={"description": "`mine`: the bureau's own; `led`: other bureaus' in the checks it leads"},
    )
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class OwedOut(Schema):
    """A drawn matter that was not checked at its visit, and what became of it."""

    id = fields.UUID()
    visit_id = fields.UUID()
    visit_number = fields.String()
    campaign_name = fields.String()
    draw_number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    entity_address = fields.String()
    place_number = fields.Integer(allow_none=True)
    item_number = fields.String()
    item_name = fields.String()
    cause = fields.String(validate=validate.OneOf([one.value for one in Cause]))
    reason = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    since = fields.Date()
    check_visit_id = fields.UUID(allow_none=True)
    ended_on = fields.Date(allow_none=True)
    ended_by = fields.String(allow_none=True)
    end_reason = fields.String(allow_none=True)


class OwedRowOut(OwedOut):
    """The same with the names of the bureau that owes it and of the lead."""

    bureau_name = fields.String()
    lead_name = fields.String()


class OwedPage(ListPage):
    """A page of owed matters, the newest first."""

    items = fields.List(fields.Nested(OwedRowOut))


class OwedList(Schema):
    """Some owed matters."""

    items = fields.List(fields.Nested(OwedOut))


class HandoverOut(Schema):
    """What one bureau asked another to take; `accepted` is None until it answered."""

    id = fields.UUID()
    visit_number = fields.String()
    campaign_name = fields.String()
    draw_number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    item_number = fields.String()
    item_name = fields.String()
    reason = fields.String()
    sent_at = fields.AwareDateTime()
    accepted = fields.Boolean(allow_none=True)
    answer_reason = fields.String(allow_none=True)


class HandoverList(Schema):
    """What was asked."""

    items = fields.List(fields.Nested(HandoverOut))


class HandoverArgs(PageArgs):
    """What part of the list is asked for."""


class HandoverPage(ListPage):
    """A page of what this bureau was asked to take, the newest first."""

    items = fields.List(fields.Nested(HandoverOut))


class OwedCheckIn(OwedCheckSchema):
    """The visit that makes up for what is owed; `key` is the caller's own: sent again it is the same check."""

    key = fields.String(required=True, validate=validate.Length(min=8, max=64))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(OwedArgs, location="query")
@blp.response(200, OwedPage)
def owed(args: dict[str, Any]) -> dict[str, Any]:
    """待补查事项：本单位的，或本单位牵头的检查里其他部门的，最近列入的在前"""
    rows = queries.rows()
    query = queries.mine(rows) if args["of"] == "mine" else queries.led(rows)
    if args["state"]:
        query = query.where(rows.c.state == args["state"])
    return page_of(query, rows.c.id, args)


@blp.route("/<uuid:owed_id>")
@allow(Permission.BUREAU_READ)
@looked_up("owed", queries.owed)
@blp.response(200, OwedOut)
def one_owed(owed: OwedMatter) -> OwedMatter:
    """一个待补查事项"""
    return owed


@blp.route("/visits/<uuid:visit_id>/absence", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", visits.visit)
@blp.arguments(AbsenceSchema)
@blp.response(201, OwedList)
def stay_away(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """参与部门登记不能到场，本单位的事项列入待补查"""
    return {"items": service.stay_away(visit.id, given["reason"])}


@blp.route("/<uuid:owed_id>/check", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("owed", queries.owed)
@blp.arguments(OwedCheckIn)
@blp.response(201, VisitWithParts)
def check(given: dict[str, Any], owed: OwedMatter) -> dict[str, Any]:
    """登记补查，同一次检查里待补查的事项一次补查；同一编号（key）再次提交只算一次"""
    return visit_told(service.open_check(_own(owed).id, given))


@blp.route("/<uuid:owed_id>/handover", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("owed", queries.owed)
@blp.arguments(HandoverSchema)
@blp.response(201, HandoverList)
def hand_over(given: dict[str, Any], owed: OwedMatter) -> dict[str, Any]:
    """请其他部门接手；对方接受以前仍是本单位的"""
    made = service.hand_over(_own(owed).id, **given)
    db.session.flush()
    return {"items": [_handover(one) for one in made]}


@blp.route("/<uuid:owed_id>/write-off", methods=["POST"])
@allow(Permission.VISIT_APPROVE)
@looked_up("owed", queries.owed)
@blp.arguments(WriteOffSchema)
@blp.response(200, OwedList)
def write_off(given: dict[str, Any], owed: OwedMatter) -> dict[str, Any]:
    """负责人写明理由核销，不再补查"""
    return {"items": service.write_off(_own(owed).id, permissions=g.principal.permissions, **given)}


@blp.route("/handovers")
@allow(Permission.BUREAU_READ)
@blp.arguments(HandoverArgs, location="query")
@blp.response(200, HandoverPage)
def handovers(args: dict[str, Any]) -> dict[str, Any]:
    """请本单位接手的待补查事项，最近送来的在前"""
    found = page_of(queries.received().with_only_columns(Handover), Handover.id, args)
    return {**found, "items": [_handover(one) for one in found["items"]]}


@blp.route("/handovers/<uuid:handover_id>/answer", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("handover", queries.handover)
@blp.arguments(HandoverAnswerSchema)
@blp.response(200, HandoverOut)
def answer(given: dict[str, Any], handover: Handover) -> dict[str, Any]:
    """接手，或写明理由不接手"""
    service.answer_handover(handover.id, given["decision"] == "accept", given["reason"])
    return _handover(handover)


def _own(owed: OwedMatter) -> OwedMatter:
    """The lead reads what a partner owes; what becomes of it the partner says."""
    if owed.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个待补查事项，或它不属于本单位。")
    return owed


def _handover(asked: Handover) -> dict[str, Any]:
    said = queries.answer(asked.id)
    return {
        **{column.key: getattr(asked, column.key) for column in Handover.__table__.columns},
        "accepted": said.accepted if said else None,
        "answer_reason": said.reason if said else None,
    }
