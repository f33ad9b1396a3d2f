"""Changing a team after the draw: by a further random draw, never by choice (R-D6, R-L8)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import service as draws
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence
from onedoor.officers.models import Inspector
from onedoor.visits import queries
from onedoor.visits.models import Visit, VisitMember
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, record_step
from onedoor.visits.service.empty_slots import expect_in_time
from onedoor.visits.service.visit_schedule import member_of


def replace_member(member_id: UUID, reason: str) -> VisitMember:
    """Draw another inspector for a place whose one must withdraw or cannot come, with the reason.

    The draw's rule finds who comes and the register keeps it; a notice that went out is to be sent again.
    """
    member = queries.member(member_id)
    visit = _changeable(member.visit_id)
    if member.left_at is not None:
        raise Conflict("%(name)s已经不在这个检查组里。", name=member.name)
    change = draws.replace_inspector(visit.required_draw_id, visit.object_code, member.slot, reason)
    member.left_at, member.left_reason = now(), reason.strip()
    db.session.flush()
    comes = _seat(visit, change.comes, member.slot, member.leader)
    text = Sentence(
        "检查组更换人员：%(goes)s退出（%(reason)s），随机抽取%(comes)s接替",
        goes=member.name,
        reason=reason.strip(),
        comes=comes.name,
    )
    record_step(visit, "team", text, "team.replace", {"out": member.code, "in": comes.code})
    return comes


def plead_for_member(member_id: UUID, reason: str) -> None:
    """Ask the supervisor for a further replacement at a place that has had as many as need nobody's word (draw.md)."""
    member = queries.member(member_id)
    visit = _changeable(member.visit_id)
    if member.left_at is not None:
        raise Conflict("%(name)s已经不在这个检查组里。", name=member.name)
    asked = draws.plead(visit.required_draw_id, visit.object_code, member.slot, reason)
    text = Sentence("报监督部门同意再次更换%(name)s：%(reason)s", name=member.name, reason=asked.reason)
    record_step(visit, "team", text, "team.plead", {"slot": member.slot})


def fill_slot(visit_id: UUID, slot: int, reason: str) -> VisitMember:
    """Draw an inspector for a place nobody could take at the draw; the visit is then proposed (draw.md).

    Until the day that the plan line sets; after it only a substitute is open.
    """
    visit = _changeable(visit_id)
    if slot not in visit.unfilled:
        raise Conflict("这个名额没有空缺。")
    expect_in_time(visit)
    change = draws.replace_inspector(visit.required_draw_id, visit.object_code, slot, reason)
    leader = not any(other.leader for other in queries.team(visit.id))
    comes = _seat(visit, change.comes, slot, leader)
    visit.unfilled = [other for other in visit.unfilled if other != slot]
    if not visit.unfilled:
        visit.state = VisitState.PROPOSED.value
    text = Sentence("检查组补派人员：随机抽取%(comes)s", comes=comes.name)
    record_step(visit, "team", text, "team.fill", {"slot": slot, "in": comes.code})
    return comes


def _changeable(visit_id: UUID) -> Visit:
    visit = led_visit(visit_id)
    if visit.drawn is None:
        raise Conflict("这次检查的检查组由科室指定，请用“调整检查组”。")
    if visit.state == VisitState.SUBMITTED.value:
        raise Conflict("检查正在审批中，请等审批结束，或请审批人退回后再更换人员。")
    if visit.state == VisitState.CANCELLED.value or queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始或取消，不能更换人员。")
    return visit


def _seat(visit: Visit, code: str | None, slot: int, leader: bool) -> VisitMember:
    inspector = db.session.scalar(sa.select(Inspector).where(Inspector.code == code))
    if inspector is None:
        raise ClerkError("接替人员已不在执法人员名录库中，请联系其所在部门。")
    comes = member_of(visit, inspector, slot, leader)
    db.session.add(comes)
    if visit.state == VisitState.NOTICED.value:
        visit.state, visit.notice_file_id = VisitState.APPROVED.value, None
    db.session.flush()
    return comes
