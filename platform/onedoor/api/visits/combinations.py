"""Going to the same object together over the interface: who would go apart, asking, answering (R-J4)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from onedoor.api.blueprints import looked_up
from onedoor.api.lists.rows import columns
from onedoor.api.visits.visits import blp
from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.visits import queries, service
from onedoor.visits.models import Combination, CombinationAnswer, Visit
from onedoor.visits.schemas import CombinationAnswerSchema, CombinationSchema
from tenants.rules import Permission


class ApartOut(Schema):
    """A visit of one's own, and the bureau that would visit its object too; of its visit only the month."""

    visit_id = fields.UUID()
    number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    day = fields.Date()
    bureau_id = fields.UUID()
    bureau = fields.String()
    month = fields.Date(metadata={"description": "the first day of the month of the other's visit"})


class ApartList(Schema):
    """All of them, the soonest first."""

    items = fields.List(fields.Nested(ApartOut))


class CombinationOut(Schema):
    """What one bureau asked another; `accepted` is None until it answers."""

    id = fields.UUID()
    asker_id = fields.UUID()
    receiver_id = fields.UUID()
    visit_number = fields.String()
    entity_code = fields.String()
    entity_name = fields.String()
    entity_address = fields.String()
    day = fields.Date()
    matters = fields.List(fields.String())
    asked_at = fields.AwareDateTime()
    accepted = fields.Boolean(allow_none=True)
    reason = fields.String(allow_none=True)
    answered_at = fields.AwareDateTime(allow_none=True)


class CombinationList(Schema):
    """What the bureau asked and was asked, the latest first."""

    items = fields.List(fields.Nested(CombinationOut))


class CombinationIn(CombinationSchema):
    """Which bureau is asked."""


class CombinationAnswerIn(CombinationAnswerSchema):
    """Come along, or decline with the reason."""


@blp.route("/apart")
@allow(Permission.BUREAU_READ)
@blp.response(200, ApartList)
def apart() -> dict[str, Any]:
    """近期还有其他部门要到同一对象上门的检查；不含不事先通知的"""
    return {
        "items": [
            {
                **columns(one.visit),
                "visit_id": one.visit.id,
                "day": one.visit.scheduled_on,
                "bureau_id": one.bureau_id,
                "bureau": one.bureau,
                "month": one.month,
            }
            for one in queries.visits_apart()
        ]
    }


@blp.route("/combinations")
@allow(Permission.BUREAU_READ)
@blp.response(200, CombinationList)
def combinations() -> dict[str, Any]:
    """本单位提出的和请本单位答复的合并上门，最近的在前"""
    return {"items": [_told(asked, said) for asked, said in queries.combinations()]}


@blp.route("/<uuid:visit_id>/combination", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(CombinationIn)
@blp.response(201, CombinationOut)
def ask(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """请另一个部门在本次检查的日期一并上门；同一部门再次提出只算一次"""
    asked = service.ask_to_combine(visit.id, given["receiver_id"])
    return _told(asked, queries.combination_answer(asked.id))


@blp.route("/combinations/<uuid:combination_id>/answer", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("combination", queries.combination)
@blp.arguments(CombinationAnswerIn)
@blp.response(200, CombinationOut)
def answer(given: dict[str, Any], combination: Combination) -> dict[str, Any]:
    """答复合并上门：同意的，本单位的检查改到对方的日期；不同意的写明理由"""
    said = service.answer_combination(combination.id, given["decision"] == "accept", given["reason"])
    return _told(combination, said)


def _told(asked: Combination, said: CombinationAnswer | None) -> dict[str, Any]:
    db.session.flush()
    answered = {"accepted": said.accepted, "reason": said.reason, "answered_at": said.at} if said else {}
    nothing = {"accepted": None, "reason": None, "answered_at": None}
    return {**columns(asked), "asker_id": asked.tenant_id, **nothing, **answered}
