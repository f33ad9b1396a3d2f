"""Changing a team after the draw: by a further random draw, never by choice (R-D6, R-L8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import service as draws
from onedoor.kernel import audit, jobs, trace
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.messages import service as messages
from onedoor.officers.models import Inspector
from onedoor.visits import queries
from onedoor.visits.models import MemberReplacement, Visit, VisitMember
from onedoor.visits.rules.absences import ABSENCE_NAMES, Absence
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, own_bureau, record_step
from onedoor.visits.service.empty_slots import expect_in_time
from onedoor.visits.service.visit_schedule import member_of
from tenants import queries as tenants
from tenants import settings
from tenants.rules import Permission


def replace_member(member_id: UUID, reason: str, category: str = Absence.OTHER.value) -> VisitMember | None:
    """Draw another inspector for a place whose one must withdraw or cannot come; it cannot be undone.

    Begun by the officer's own bureau: who comes, or None where the lead's job has the draw's rule find that. The lead begins it
    for another bureau's officer only where that bureau did not answer in the days the place sets. `category` is public,
    `reason` are words for the bureau itself. A notice that went out is to be sent again.
    """
    member = queries.member(member_id)
    visit = queries.visit(member.visit_id)
    absence = _absence(category, reason)
    _expect_seated(visit, member)
    if member.bureau_id != own_bureau():
        led_visit(visit.id)
        _expect_unanswered(visit, member)
    _begin(visit, member, absence, reason)
    if visit.tenant_id == own_bureau():
        return _replace(member, absence)
    _enqueue(
        JobName.REPLACE_MEMBER,
        {"member_id": str(member.id)},
        Sentence("更换检查人员：%(name)s", name=member.name),
        visit,
        visit.tenant_id,
    )
    return None


def ask_replacement(member_id: UUID, reason: str, category: str = Absence.OTHER.value) -> MemberReplacement:
    """The lead asks an officer's bureau to have them replaced, or to answer that they come."""
    member = queries.member(member_id)
    visit = led_visit(member.visit_id)
    absence = _absence(category, reason)
    _expect_seated(visit, member)
    if member.bureau_id == own_bureau():
        raise Conflict("%(name)s是本单位的人员，请直接更换。", name=member.name)
    if queries.member_request(member) is not None:
        raise Conflict(
            "已经请%(bureau)s更换%(name)s，不必重复。", bureau=member.bureau_name, name=member.name
        )
    row = _begin(visit, member, absence, reason, with_bureau=True)
    _tell(visit, member, None, [member.bureau_id])
    return row


def answer_stays(member_id: UUID, reason: str) -> MemberReplacement:
    """The officer's bureau answers the lead that they do come."""
    member = queries.member(member_id)
    visit = queries.visit(member.visit_id)
    if member.bureau_id != own_bureau() or queries.member_request(member) is None:
        raise NotFound("没有等待本单位答复的更换请求。")
    _expect_seated(visit, member)
    if not reason.strip():
        raise ClerkError("请写明情况。", fields={"reason": [N_("请写明情况。")]})
    return _begin(visit, member, Absence.STAYS, reason, with_lead=True)


def carry_out_replacement(member_id: UUID) -> dict[str, Any]:
    """The lead's job for what an officer's bureau began: register, team, visit. Asked again for what is done, it changes nothing."""
    member = queries.member(member_id)
    begun = queries.begun_replacement(member)
    if begun is None:
        raise NotFound("没有找到人员所在部门提出的更换。")
    if member.left_at is not None:
        return {"done": True}
    return {"comes": _replace(member, Absence(begun.category)).code}


def note_replacement(told: Mapping[str, Any]) -> None:
    """In the scope of a bureau that is told: its people who arrange visits and the officer who comes, or the supervisor's people.

    The supervisor's bureau is not on the visit, so what is said comes along.
    """
    at, public = f"visits/{told['visit_id']}", told["why"]
    if told["comes"] is None:
        text = Sentence("牵头部门请本单位更换%(name)s，请更换或者答复", name=told["goes"])
        messages.send_message(text, f"/{at}", Permission.VISIT_MANAGE)
        return
    text = Sentence(
        "%(object)s的检查组：%(goes)s退出（%(why)s），随机抽取%(comes)s接替",
        object=told["object"], goes=told["goes"], why=Sentence(public), comes=told["comes"],
    )  # fmt: skip
    if told["oversight"]:
        messages.send_message(text, f"/oversight/{at}", Permission.OVERSIGHT)
        return
    messages.send_message(text, f"/{at}", Permission.VISIT_MANAGE)
    comes = db.session.get(VisitMember, UUID(told["comes_id"]))
    if comes is not None and comes.bureau_id == own_bureau() and comes.account_id is not None:
        own = Sentence("随机抽取由您参加对%(object)s的检查", object=told["object"])
        messages.send_message(own, f"/field/{at}", comes.account_id)


def last_day_to_answer(request: MemberReplacement) -> date:
    """By when the officer's bureau is to replace them or to answer; after it the lead may."""
    days = int(settings.value("visit_replace_days"))
    return queries.calendar().add_working_days(local_day(request.begun_at), days)


def _replace(member: VisitMember, absence: Absence) -> VisitMember:
    visit = _changeable(member.visit_id)
    public = ABSENCE_NAMES[absence]
    change = draws.replace_inspector(visit.required_draw_id, visit.object_code, member.slot, public)
    member.left_at, member.left_reason = now(), public
    db.session.flush()
    comes = _seat(visit, change.comes, member.slot, member.leader)
    text = Sentence(
        "检查组更换人员：%(goes)s退出（%(reason)s），随机抽取%(comes)s接替",
        goes=member.name,
        reason=Sentence(public),
        comes=comes.name,
    )
    record_step(visit, "team", text, "team.replace", {"out": member.code, "in": comes.code})
    told = {visit.tenant_id, member.bureau_id, *tenants.supervisors_of(visit.tenant_id)}
    _tell(visit, member, comes, sorted(told))
    return comes


def _absence(category: str, reason: str) -> Absence:
    if category not in {one.value for one in ABSENCE_NAMES}:
        raise ClerkError("请选择原因的类别。", fields={"category": [N_("请选择原因的类别。")]})
    if not reason.strip():
        raise ClerkError("更换检查人员请写明理由。", fields={"reason": [N_("请写明理由。")]})
    return Absence(category)


def _expect_seated(visit: Visit, member: VisitMember) -> None:
    _expect_changeable(visit)
    if member.left_at is not None:
        raise Conflict("%(name)s已经不在这个检查组里。", name=member.name)


def _expect_unanswered(visit: Visit, member: VisitMember) -> None:
    """The lead acts for another bureau's officer only after that bureau let its days go by."""
    request = queries.member_request(member)
    if request is None:
        raise Conflict(
            "%(name)s是%(bureau)s的人员，由该部门更换。请先请该部门更换，逾期没有答复的再由牵头部门更换。",
            name=member.name,
            bureau=member.bureau_name,
        )
    answer = queries.answer_of(member, request)
    if answer is not None and answer.category == Absence.STAYS:
        raise Conflict(
            "%(bureau)s已经答复%(name)s参加检查，不更换。", bureau=member.bureau_name, name=member.name
        )
    last = last_day_to_answer(request)
    if today() <= last:
        raise Conflict(
            "已请%(bureau)s更换%(name)s，该部门可以在 %(day)s 以前更换或者答复。",
            bureau=member.bureau_name,
            name=member.name,
            day=last,
        )


def _begin(
    visit: Visit,
    member: VisitMember,
    absence: Absence,
    words: str,
    *,
    with_bureau: bool = False,
    with_lead: bool = False,
) -> MemberReplacement:
    row = MemberReplacement(
        id=new_id(),
        tenant_id=own_bureau(),
        visit_id=visit.id,
        member_id=member.id,
        bureau_id=member.bureau_id,
        category=absence.value,
        begun_at=now(),
        begun_by=current_scope().actor_name,
    )
    db.session.add(row)
    # The words are read by the bureau that wrote them, and by the one they are said to; nobody else.
    others = {member.bureau_id} if with_bureau else {visit.tenant_id} if with_lead else set()
    text = Sentence("%(name)s不能参加检查的情况：%(words)s", name=member.name, words=words.strip())
    if absence is Absence.STAYS:
        text = Sentence("答复：%(name)s参加检查（%(words)s）", name=member.name, words=words.strip())
    trace.step(
        "team", text, [visit.id], link=f"/visits/{visit.id}", shared_with=sorted(others - {own_bureau()})
    )
    name = f"{visit.number} {visit.entity_name}"
    after = {"member": member.code, "category": absence.value, "reason": words.strip()}
    audit.record("visits.team.begin", ("visit", visit.id), name, after=after)
    db.session.flush()
    return row


def _tell(visit: Visit, member: VisitMember, comes: VisitMember | None, bureaus: Sequence[UUID]) -> None:
    on_it = {visit.tenant_id, *queries.party_ids(visit.id)}
    told = {
        "visit_id": str(visit.id), "object": visit.entity_name, "goes": member.name, "why": member.left_reason,
        "comes": comes.name if comes else None, "comes_id": str(comes.id) if comes else None,
    }  # fmt: skip
    title = Sentence("告知更换检查人员：%(name)s", name=member.name)
    for bureau_id in bureaus:
        payload = {**told, "oversight": bureau_id not in on_it}
        _enqueue(JobName.NOTE_REPLACEMENT, payload, title, visit, bureau_id)


def _enqueue(name: JobName, payload: dict[str, Any], title: Sentence, visit: Visit, bureau_id: UUID) -> None:
    jobs.enqueue(name, payload, title=title, subject=("visit", visit.id), for_bureau=bureau_id)


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
    _expect_changeable(visit)
    return visit


def _expect_changeable(visit: Visit) -> None:
    if visit.drawn is None:
        raise Conflict("这次检查的检查组由科室指定，请用“调整检查组”。")
    if visit.state == VisitState.SUBMITTED.value:
        raise Conflict("检查正在审批中，请等审批结束，或请审批人退回后再更换人员。")
    if visit.state == VisitState.CANCELLED.value or queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始或取消，不能更换人员。")


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
