"""What is still arranged before a check over the interface: another day or team, no notice, called off (R-V1, R-D6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from onedoor.api.blueprints import looked_up
from onedoor.api.visits.shapes import VisitWithParts
from onedoor.api.visits.visits import PROPOSES, blp, visit_told
from onedoor.edge.guard import allow
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState
from onedoor.visits.schemas import (
    AbsenceSchema,
    AnnouncedSchema,
    DaySchema,
    NoticeDetailsSchema,
    ReasonSchema,
    TeamSchema,
)
from tenants.rules import Permission


class NewDayIn(DaySchema):
    """Another day within those of the check, with the reason."""


class VisitReasonIn(ReasonSchema):
    """Why the check is called off, or somebody cannot go."""


class NoticeDetailsIn(NoticeDetailsSchema):
    """What the notice tells beside day, matters and team."""


class AbsenceIn(AbsenceSchema):
    """Why a drawn officer cannot go: the public category, and the words that are not."""


class NewTeamIn(TeamSchema):
    """Another team for a check that no draw made, with the reason; what was approved is approved again."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


@blp.route("/<uuid:visit_id>/day", methods=["PUT"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(NewDayIn)
@blp.response(200, VisitWithParts)
def set_day(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """牵头部门改检查日期；通知书已发出的须重新制作，已是这一天的不变"""
    if visit.scheduled_on != given["day"]:
        service.reschedule(visit.id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/announcement", methods=["PUT"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(AnnouncedSchema)
@blp.response(200, VisitWithParts)
def set_announced(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """是否事先通知检查对象；依法不事先通知的写明依据（reason）"""
    service.set_announced(visit.id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/notice", methods=["PUT"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(NoticeDetailsIn)
@blp.response(200, VisitWithParts)
def set_notice_details(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """通知书写明的到达时间、联系人、办公电话和需要准备的材料；制作通知书以前填写，重复提交不变"""
    service.set_notice_details(visit.id, given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/cancellation", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(VisitReasonIn)
@blp.response(200, VisitWithParts)
def cancel(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """牵头部门取消尚未开始的检查，写明原因；已因同样的原因取消的不变"""
    if visit.state != VisitState.CANCELLED or visit.cancel_reason != given["reason"].strip():
        service.cancel(visit.id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/team", methods=["PUT"])
@allow(*PROPOSES)
@looked_up("visit", queries.visit)
@blp.arguments(NewTeamIn)
@blp.response(200, VisitWithParts)
def name_team(given: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """给一次不经抽取的检查另行指定检查组，写明原因；已是这些人的不变，已批准的须重新报批"""
    if [one.inspector_id for one in queries.team(visit.id)] != given["inspector_ids"]:
        service.name_team(visit.id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/members/<uuid:member_id>/replacement", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(AbsenceIn)
@blp.response(200, VisitWithParts)
def replace_member(given: dict[str, Any], visit: Visit, member_id: UUID) -> dict[str, Any]:
    """本单位抽取的检查人员不能去的，随机抽取接替的人，不能撤回；类别公开，原因不公开；牵头部门只在参与部门逾期不答复时代为更换"""
    _expect_of(visit, member_id)
    service.replace_member(member_id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/members/<uuid:member_id>/replacement/request", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(AbsenceIn)
@blp.response(200, VisitWithParts)
def ask_replacement(given: dict[str, Any], visit: Visit, member_id: UUID) -> dict[str, Any]:
    """牵头部门请参与部门更换其检查人员；该部门在规定天数内更换或者答复"""
    _expect_of(visit, member_id)
    service.ask_replacement(member_id, **given)
    return visit_told(visit)


@blp.route("/<uuid:visit_id>/members/<uuid:member_id>/replacement/answer", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("visit", queries.visit)
@blp.arguments(VisitReasonIn)
@blp.response(200, VisitWithParts)
def answer_stays(given: dict[str, Any], visit: Visit, member_id: UUID) -> dict[str, Any]:
    """参与部门答复牵头部门：本人参加检查，不更换"""
    _expect_of(visit, member_id)
    service.answer_stays(member_id, **given)
    return visit_told(visit)


def _expect_of(visit: Visit, member_id: UUID) -> None:
    if queries.member(member_id).visit_id != visit.id:
        raise NotFound()
