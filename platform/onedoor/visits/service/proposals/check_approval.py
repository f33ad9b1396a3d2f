"""Approval of a check that no draw made: the unit reviews, the head approves, neither who proposed it nor who goes (R-V1, R-T5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from onedoor.entities import queries as entity_queries
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.officers.models import Inspector
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import KIND_NAMES, Exceptional, Kind
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import led_visit, record_step
from onedoor.visits.service.documents.letters import notify
from onedoor.visits.service.proposals.proposal import check_cap
from onedoor.visits.service.teams import chosen_leader, chosen_team, expect_units
from onedoor.visits.service.visit_schedule import member_of
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission

KIND = "check"
TO_SUBMIT = frozenset({VisitState.PROPOSED.value, VisitState.PENDING.value})
DECIDED = frozenset({VisitState.SUBMITTED.value, VisitState.PENDING.value})


def submit_check(visit_id: UUID) -> Approval:
    """Submit one check that no draw made to the unit's review (R-V1)."""
    visit = _own(visit_id)
    if visit.state not in TO_SUBMIT or approvals.waiting_for(KIND, visit.id) is not None:
        raise Conflict("检查“%(number)s”已经提交审批，或已经取消。", number=visit.number)
    expect_units(visit)
    _in_order(visit)
    approval = approvals.ask(KIND, visit.id, _title(visit), "review", Permission.VISIT_REVIEW)
    visit.submitted_by = current_scope().actor_name
    _settle_methods(visit)
    if visit.state == VisitState.PROPOSED.value:
        visit.state = VisitState.SUBMITTED.value
    record_step(visit, "visit", Sentence("提交审批"), "visit.submit")
    db.session.flush()
    return approval


def _settle_methods(visit: Visit) -> None:
    """What is approved is what was chosen until now: without an entry stays without one (R-V3)."""
    ways = queries.ways(visit.id)
    for matter in queries.matters(visit.id):
        matter.planned, matter.entry = ways[matter.id].method.value, ways[matter.id].entry


def decide_check(approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]) -> None:
    """The review leads to the head; the head's word lets it start, or makes up the approval of one that began."""
    visit = _own(approval.subject_id)
    if visit.state not in DECIDED:
        raise Conflict("检查“%(number)s”已经取消，或不在审批中。", number=visit.number)
    _not_whoever_goes(visit)
    approvals.refuse_systems_alone(approval)
    if approved:
        _in_order(visit)
    approvals.decide(approval, approved, reason, permissions)
    if not approved:
        if visit.state == VisitState.SUBMITTED.value:
            visit.state = VisitState.PROPOSED.value
        said = reason.strip()
        text = Sentence("退回检查：%(reason)s", reason=said)
        record_step(visit, "visit", text, "visit.return", {"reason": said})
    elif approval.step == "review":
        approvals.ask(KIND, visit.id, _title(visit), "approve", Permission.VISIT_APPROVE)
        record_step(visit, "visit", Sentence("科室审核通过"), "visit.review")
    else:
        _approve(visit)
    db.session.flush()


def _approve(visit: Visit) -> None:
    late = visit.state == VisitState.PENDING.value
    visit.state = VisitState.APPROVED.value
    visit.approved_at, visit.approved_by = now(), current_scope().actor_name
    text = Sentence("补办批准检查") if late else Sentence("批准检查")
    record_step(visit, "visit", text, "visit.approve", {"exceptional": visit.exceptional})


def issue_notice(visit_id: UUID) -> Visit:
    """Write the notice of one approved check that no draw made (R-V1)."""
    visit = _own(visit_id)
    if visit.state != VisitState.APPROVED.value or not visit.announced:
        raise Conflict("这次检查还没有批准，或依法不事先通知，没有通知书。")
    if queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始，不再发通知书。")
    notify(visit)
    return visit


def name_team(visit_id: UUID, inspector_ids: Sequence[UUID], leader_id: UUID | None, reason: str) -> Visit:
    """Name another team before the check has begun; one that was approved is approved again with it (R-V1)."""
    visit = _own(visit_id)
    if visit.state in (VisitState.SUBMITTED.value, VisitState.CANCELLED.value):
        raise Conflict("检查正在审批中或已经取消。需要调整的，请审批人退回。")
    if approvals.waiting_for(KIND, visit.id) is not None:
        raise Conflict("检查正在审批中或已经取消。需要调整的，请审批人退回。")
    if queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始，不能再调整检查组。")
    if not reason.strip():
        raise ClerkError("请写明调整检查组的原因。", fields={"reason": [N_("请写明原因。")]})
    team = chosen_team(inspector_ids, visit.entity_code, _items(visit), visit.scheduled_on)
    leader = chosen_leader(team, leader_id)
    for member in queries.team(visit.id):
        member.left_at, member.left_reason = now(), reason.strip()
    db.session.flush()
    db.session.add_all(member_of(visit, one, slot, one is leader) for slot, one in enumerate(team))
    if visit.state in (VisitState.APPROVED.value, VisitState.NOTICED.value):
        visit.state, visit.notice_file_id = VisitState.PROPOSED.value, None
        visit.approved_at = visit.approved_by = None
    names = [one.name for one in team]
    text = Sentence("调整检查组为%(names)s：%(reason)s", names=names, reason=reason.strip())
    record_step(visit, "team", text, "team.name", {"team": [one.code for one in team]})
    db.session.flush()
    return visit


def _own(visit_id: UUID) -> Visit:
    """The check, locked, if this bureau leads it and no draw made it."""
    visit = led_visit(visit_id)
    if visit.drawn is not None:
        raise Conflict("这次检查由抽取产生，请在所属的抽查任务里办理。")
    return visit


def _not_whoever_goes(visit: Visit) -> None:
    """Who is on the team does not decide on the check, by whichever account (R-T5)."""
    ids = [member.inspector_id for member in queries.team(visit.id)]
    accounts = [officer.user_id for one in ids if (officer := db.session.get(Inspector, one)) is not None]
    if approvals.is_mine(accounts):
        raise Forbidden("检查组成员不能审核、批准本组的检查，请由其他有权限的人员办理。")


def _in_order(visit: Visit) -> None:
    """Who goes may still go, the days are not over, and the cap is not broken (R-L8, R-P6)."""
    deviates = visit.exceptional == Exceptional.DEVIATION
    begun = queries.visit_state(visit).parts.begun
    if visit.ends_on < today() and not deviates and not begun:
        raise Conflict("检查期限到 %(day)s 为止，已经过去。请改日期或取消后重新登记。", day=visit.ends_on)
    if begun or deviates:
        return
    day = max(visit.scheduled_on, today())
    chosen_team([one.inspector_id for one in queries.team(visit.id)], visit.entity_code, _items(visit), day)
    if visit.exceptional is None and queries.needs_entry(visit.id):
        counted = int(visit.announced and visit.ends_on >= today())
        check_cap(entity_queries.entity(visit.entity_id), Kind(visit.kind), visit.scheduled_on.year, counted)


def _items(visit: Visit) -> list[Item]:
    return [item_queries.item(matter.item_id) for matter in queries.matters(visit.id)]


def _title(visit: Visit) -> Sentence:
    kind = Sentence(KIND_NAMES[Kind(visit.kind)])
    said = {"kind": kind, "name": visit.called, "number": visit.number}
    if visit.exceptional is not None:
        return Sentence("补办审批，%(kind)s：%(name)s（%(number)s）", **said)
    return Sentence("%(kind)s：%(name)s（%(number)s）", **said)


def is_made_up_late(visit: Visit) -> bool:
    """Whether the approval of a check that began without it came after its day, or has not come by now (R-V1)."""
    source = queries.source_of(visit.id)
    if source is None or visit.exceptional is None or source.approve_by is None:
        return False
    return source.approve_by < (local_day(visit.approved_at) if visit.approved_at else today())
