"""Each partner's head approves the own part of a joint visit, after the lead's head approved the whole (R-J2, R-V1).

Until then that bureau's officers do not begin, and the visit's notice waits; after the days the place sets the visit goes on
without them, and their matters are owed (R-J5).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.draws.source_strings import counted_in
from onedoor.kernel import audit, locks, trace
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import PartApproval, Visit, VisitParty
from onedoor.visits.rules.states import VisitState
from onedoor.visits.service.audit_trail import own_bureau
from onedoor.visits.service.cancellations import leave_part
from tenants import approvals, settings
from tenants.models import Approval
from tenants.rules import Permission
from tenants.settings import calendars

KIND = "visit_parts"
LEFT = N_("本单位负责人没有在期限内批准")


def submit_parts(campaign_id: UUID) -> Approval:
    """A partner submits its own parts of a campaign's approved visits: the unit reviews, then the head approves.

    Raises Conflict if none waits for it.
    """
    campaign = _joined(campaign_id)
    waiting = queries.my_unapproved_parts(campaign_id)
    if not waiting:
        raise Conflict("“%(name)s”没有待报本单位负责人批准的检查。", name=campaign.name)
    title = _title(campaign, len(waiting))
    approval = approvals.ask(KIND, campaign_id, title, "review", Permission.VISIT_REVIEW)
    _step(campaign, N_("提交审批本单位参与的 %(count)s %(unit)s检查"), "submit", len(waiting))
    return approval


def decide_parts(approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]) -> None:
    """Decide on the own bureau's parts: the review leads to the head, and the head's word lets its officers go."""
    campaign = _joined(approval.subject_id)
    if approval.step == "approve":
        asked = [one for one in approvals.history(campaign.id) if one.kind == KIND and one.step == "review"]
        if asked:
            approvals.refuse_own(asked[-1].submitted_by)
    approvals.refuse_systems_alone(approval)
    approvals.decide(approval, approved, reason, permissions)
    waiting = queries.my_unapproved_parts(campaign.id)
    if not approved:
        why = {"reason": reason.strip()}
        _step(
            campaign, N_("退回本单位参与的 %(count)s %(unit)s检查：%(reason)s"), "return", len(waiting), **why
        )
    elif approval.step == "review":
        title = _title(campaign, len(waiting))
        approvals.ask(KIND, campaign.id, title, "approve", Permission.VISIT_APPROVE)
        _step(campaign, N_("科室审核通过本单位参与的 %(count)s %(unit)s检查"), "review", len(waiting))
    else:
        for visit in waiting:
            db.session.add(
                PartApproval(
                    tenant_id=own_bureau(),
                    visit_id=visit.id,
                    approved_at=now(),
                    approved_by=current_scope().actor_name,
                )
            )
        _step(campaign, N_("批准本单位参与的 %(count)s %(unit)s检查"), "approve", len(waiting))


def why_no_part(visit: Visit) -> ClerkError | None:
    """Why the own bureau, a partner, cannot begin its part of a joint visit: its head has not approved it."""
    if visit.tenant_id == own_bureau() or visit.campaign_id is None:
        return None
    if queries.my_part_approval(visit.id) is not None:
        return None
    return Conflict("本单位负责人尚未批准本单位的部分。请在“检查安排”页面报本单位负责人批准后再检查。")


def held(visits: Sequence[Visit]) -> dict[UUID, list[VisitParty]]:
    """The visits that wait for partners' heads, and for whom: within the days the place sets after the lead's approval."""
    by_id = {visit.id: visit for visit in visits}
    return {
        visit_id: parties
        for visit_id, parties in queries.unapproved_parties(visits).items()
        if not _is_over(by_id[visit_id])
    }


def go_without(visits: Sequence[Visit]) -> list[Visit]:
    """The visits that wait for nobody. Where a partner's head did not approve in time, its matters leave the visit and are owed
    (R-J5); a visit of which nothing is left is called off.
    """
    waiting, unapproved = held(visits), queries.unapproved_parties(visits)
    going = [visit for visit in visits if visit.id not in waiting]
    for visit in going:
        for party in unapproved.get(visit.id, []):
            _leave(visit, party)
    return [visit for visit in going if visit.state != VisitState.CANCELLED]


def _is_over(visit: Visit) -> bool:
    assert visit.approved_at is not None
    since = visit.approved_at.astimezone(SHANGHAI).date()
    last = calendars.work_calendar().add_working_days(since, settings.value("campaign.answer_days"))
    return today() > last


def _leave(visit: Visit, party: VisitParty) -> None:
    slots = [one.slot for one in queries.team(visit.id) if one.bureau_id == party.bureau_id]
    party.owed = True
    state = visit.state
    leave_part(visit, party, slots, Sentence("参与部门负责人没有在期限内批准本单位的部分"), LEFT)
    # What the lead's head approved stands: of it something fell away, and nothing came.
    if visit.state != VisitState.CANCELLED:
        visit.state = state


def _joined(campaign_id: UUID) -> Campaign:
    campaign = campaigns.campaign(campaign_id)
    locks.hold(f"visit parts {campaign_id} {own_bureau()}")
    if campaign.tenant_id == own_bureau():
        raise Conflict("本单位是牵头部门，全部检查已由本单位负责人批准。")
    return campaign


def _title(campaign: Campaign, count: int) -> Sentence:
    words = {"campaign": campaign.name, "count": count, "unit": counted_in(campaign.unit)}
    return Sentence("%(campaign)s：本单位参与的 %(count)s %(unit)s检查", **words)


def _step(campaign: Campaign, pattern: str, verb: str, count: int, **more: str) -> None:
    text = Sentence(pattern, count=count, unit=counted_in(campaign.unit), **more)
    link = f"/visits/campaigns/{campaign.id}"
    trace.step("visit", text, [campaign.id], link=link, shared_with=[campaign.tenant_id])
    subject, after = ("campaign", campaign.id), {"visits": count}
    audit.record(f"visits.part.{verb}", subject, campaign.name, after=after, shared_with=[campaign.tenant_id])
    db.session.flush()
