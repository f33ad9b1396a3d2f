"""Replacing a drawn officer: what the officer's bureau begins, and what the lead asks of it (R-D6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.models import VisitMember
from onedoor.visits.schemas import AbsenceSchema, ConfirmedAbsenceSchema, ReasonSchema
from onedoor.web.visits.blueprint import pages
from onedoor.web.visits.visit import act
from tenants.rules import Permission


@pages.post("/<uuid:visit_id>/members/<uuid:member_id>/replace")
@allow(Permission.VISIT_MANAGE)
def replace_member(visit_id: UUID, member_id: UUID) -> Any:
    """Another inspector by a further random draw (R-D6)."""
    member = _member(visit_id, member_id)
    done = _("已随机抽取接替人员，并记入抽取登记簿。")
    if queries.visit(visit_id).tenant_id != current_user.tenant_id:
        done = _("已提出，随机抽取接替人员后记入抽取登记簿，并告知本单位。")
    schema = ConfirmedAbsenceSchema()
    return act(visit_id, schema, lambda data: service.replace_member(member.id, **_without(data)), done)


@pages.post("/<uuid:visit_id>/members/<uuid:member_id>/replacement/ask")
@allow(Permission.VISIT_MANAGE)
def ask_replacement(visit_id: UUID, member_id: UUID) -> Any:
    """The lead asks the officer's bureau to have them replaced."""
    member = _member(visit_id, member_id)
    done = _("已请该部门更换，逾期没有答复的可以由牵头部门更换。")
    return act(visit_id, AbsenceSchema(), lambda data: service.ask_replacement(member.id, **data), done)


@pages.post("/<uuid:visit_id>/members/<uuid:member_id>/replacement/stays")
@allow(Permission.VISIT_MANAGE)
def answer_stays(visit_id: UUID, member_id: UUID) -> Any:
    """The officer's bureau answers that they come."""
    member = _member(visit_id, member_id)
    done = _("已答复牵头部门。")
    return act(visit_id, ReasonSchema(), lambda data: service.answer_stays(member.id, **data), done)


def _member(visit_id: UUID, member_id: UUID) -> VisitMember:
    member = queries.member(member_id)
    if member.visit_id != visit_id:
        raise NotFound()
    return member


def _without(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "confirmed"}
