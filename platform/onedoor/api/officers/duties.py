"""Who answers for this work (R-L13) over the interface: lead, liaison, leading group, with those before; contacts masked (R-T7)."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import ListPage, PageArgs, page_of
from onedoor.api.lists.rows import columns
from onedoor.edge.guard import allow
from onedoor.kernel.text.masking import masked_number
from onedoor.officers import service
from onedoor.officers.models import Duty
from onedoor.officers.queries.duties import duties_with_contacts, my_duty
from onedoor.officers.rules.duties import DutyRole
from onedoor.officers.schemas.officers import DutySchema
from onedoor.officers.service.duties import contact_of_duty
from tenants.rules import Permission

blp = room("duties", "工作负责人、联络员和领导小组")


class DutiesArgs(PageArgs):
    """Which parts."""

    role = fields.Enum(DutyRole, by_value=True)
    held = fields.Boolean(metadata={"description": "true: those held now; false: those that ended"})


class DutyOut(Schema):
    """Somebody's part, still held while `until` is null; of how they are reached only so much as the page shows."""

    id = fields.UUID()
    role = fields.String(validate=validate.OneOf([one.value for one in DutyRole]))
    name = fields.String()
    post = fields.String()
    contact = fields.String(metadata={"description": "masked; empty if none is known"})
    document = fields.String()
    since = fields.Date()
    until = fields.Date(allow_none=True)
    noted_at = fields.AwareDateTime()
    noted_by = fields.String()


class DutyPage(ListPage):
    """A page of them, the latest entered first."""

    items = fields.List(fields.Nested(DutyOut))


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(DutiesArgs, location="query")
@blp.response(200, DutyPage)
def duties(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的工作负责人、联络员、领导小组，现任的和历任的；联系方式只显示一部分"""
    query = duties_with_contacts()
    if "role" in args:
        query = query.where(Duty.role == args["role"].value)
    if "held" in args:
        query = query.where(Duty.until.is_(None) if args["held"] else Duty.until.is_not(None))
    page = page_of(query, Duty.id, args)
    return {**page, "items": [_told(one) for one in page["items"]]}


@blp.route("/", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(DutySchema)
@blp.response(201, DutyOut)
def name_for_duty(given: dict[str, Any]) -> dict[str, Any]:
    """登记某人自某日起负责；负责人、联络员、组长的前任到前一日为止"""
    return _told(service.name_for_duty(given))


@blp.route("/<uuid:duty_id>")
@allow(Permission.BUREAU_READ)
@looked_up("duty", my_duty)
@blp.response(200, DutyOut)
def one_duty(duty: Duty) -> dict[str, Any]:
    """一个人担任的一项职责"""
    return _told(duty)


@blp.route("/<uuid:duty_id>/end", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@looked_up("duty", my_duty)
@blp.response(200, DutyOut)
def end_duty(duty: Duty) -> dict[str, Any]:
    """职责今天结束，记录保留"""
    service.end_duty(duty)
    return _told(duty)


def _told(duty: Duty) -> dict[str, Any]:
    return {**columns(duty, "contact"), "contact": masked_number(contact_of_duty(duty))}
