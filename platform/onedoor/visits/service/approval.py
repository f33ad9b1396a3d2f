"""Approval before a visit starts (R-V1), its notice, a new date, and calling it off."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns import service as campaigning
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws import service as drawing
from onedoor.draws.source_strings import counted_in
from onedoor.kernel import audit, jobs, trace
from onedoor.kernel.clock import SHANGHAI, now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.models import Visit
from onedoor.visits.rules.kinds import Exceptional
from onedoor.visits.rules.states import READY, VisitState
from onedoor.visits.service.audit_trail import led_visit, own_bureau, record_step
from onedoor.visits.service.cancellations import settle_owed
from onedoor.visits.service.empty_slots import expect_no_substitute
from onedoor.visits.service.merged_objects import visit_once, visited_with
from onedoor.visits.service.part_approval import held, why_no_part
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission

KIND = "visits"


def submit(campaign_id: UUID) -> Approval:
    """Submit all proposed visits of a campaign: the unit reviews, then the head approves (R-V1).

    Of a joint visit the lead's head approves the whole, then each partner's head the own part (`part_approval`).
    """
    campaign = _led_campaign(campaign_id)
    if campaign.draw_id is not None:
        visit_once(campaign.draw_id)
    unfit = {visit.id for visit, *_ in queries.unfit(campaign_id)}
    if unfit:
        raise ClerkError(
            "有 %(count)s %(unit)s的检查人员执法证将在检查日前到期，或已不能执法，或检查当天休假，请先更换人员，再提交审批。",
            count=len(unfit),
            unit=counted_in(campaign.unit),
        )
    proposed = _in_state(campaign_id, VisitState.PROPOSED)
    if not proposed:
        raise Conflict("“%(name)s”没有待提交审批的检查。", name=campaign.name)
    title = _title(campaign, len(proposed))
    approval = approvals.ask(KIND, campaign_id, title, "review", Permission.VISIT_REVIEW)
    for visit in proposed:
        visit.state, visit.submitted_by = VisitState.SUBMITTED.value, current_scope().actor_name
    text = Sentence("提交审批 %(count)s %(unit)s检查", count=len(proposed), unit=counted_in(campaign.unit))
    _batch_step(campaign, text, "submit", len(proposed))
    return approval


def decide(approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]) -> None:
    """Decide on a campaign's submitted visits: the review leads to the head, the head's word to go."""
    campaign = _led_campaign(approval.subject_id)
    _not_the_submitter(approval)
    approvals.refuse_systems_alone(approval)
    approvals.decide(approval, approved, reason, permissions)
    submitted = _in_state(campaign.id, VisitState.SUBMITTED)
    if not approved:
        for visit in submitted:
            visit.state = VisitState.PROPOSED.value
        said = {"count": len(submitted), "unit": counted_in(campaign.unit), "reason": reason.strip()}
        text = Sentence("退回 %(count)s %(unit)s检查：%(reason)s", **said)
        _batch_step(campaign, text, "return", len(submitted))
    elif approval.step == "review":
        title = _title(campaign, len(submitted))
        approvals.ask(KIND, campaign.id, title, "approve", Permission.VISIT_APPROVE)
        unit = counted_in(campaign.unit)
        text = Sentence("科室审核通过 %(count)s %(unit)s检查", count=len(submitted), unit=unit)
        _batch_step(campaign, text, "review", len(submitted))
    else:
        _approve(campaign, submitted)


def _title(campaign: Campaign, count: int) -> Sentence:
    said = {"campaign": campaign.name, "count": count, "unit": counted_in(campaign.unit)}
    return Sentence("%(campaign)s：%(count)s %(unit)s检查", **said)


def _approve(campaign: Campaign, submitted: list[Visit]) -> None:
    for visit in submitted:
        visit.state = VisitState.APPROVED.value
        visit.approved_at, visit.approved_by = now(), current_scope().actor_name
    text = Sentence("批准 %(count)s %(unit)s检查", count=len(submitted), unit=counted_in(campaign.unit))
    _batch_step(campaign, text, "approve", len(submitted))


def _not_the_submitter(approval: Approval) -> None:
    """The head does not approve what they submitted, though the reviewer asked in between (R-T5)."""
    first = [asked for asked in approvals.history(approval.subject_id) if asked.step == "review"]
    if approval.step == "approve" and first:
        approvals.refuse_own(first[-1].submitted_by)


def issue_notices(campaign_id: UUID) -> jobs.Job:
    """Have the notices of all approved, announced visits written in the background (R-V1)."""
    campaign = _led_campaign(campaign_id)
    waiting = to_be_noticed(campaign_id)
    if not waiting:
        raise Conflict("“%(name)s”没有待发通知书的检查。", name=campaign.name)
    if len(held(waiting)) == len(waiting):
        raise Conflict(
            "“%(name)s”的检查还在等待参与部门负责人批准各自的部分，批准后或超过规定的天数后再发通知书。",
            name=campaign.name,
        )
    return jobs.enqueue(
        JobName.ISSUE_NOTICES,
        {"campaign_id": str(campaign_id)},
        title=Sentence("制作检查通知书：%(name)s", name=campaign.name),
        subject=("campaign", campaign_id),
    )


def to_be_noticed(campaign_id: UUID) -> list[Visit]:
    """Approved visits whose object is to be told and was not; those that wait for a partner's head too."""
    return [visit for visit in _in_state(campaign_id, VisitState.APPROVED) if visit.announced]


def reschedule(visit_id: UUID, day: date, reason: str) -> Visit:
    """The lead moves a visit to another day; a notice that went out is to be sent again."""
    visit = led_visit(visit_id)
    state = VisitState(visit.state)
    if state == VisitState.CANCELLED or queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始或取消，不能再改日期。")
    check_day(visit, day)
    before = visit.scheduled_on
    visit.scheduled_on = day
    if state == VisitState.NOTICED:
        visit.state, visit.notice_file_id = VisitState.APPROVED.value, None
    text = Sentence("检查日期由%(before)s改为%(after)s", before=before, after=day)
    if reason.strip():
        text = Sentence("%(text)s（%(reason)s）", text=text, reason=reason.strip())
    record_step(visit, "visit", text, "visit.reschedule", {"from": str(before), "to": str(day)})
    _tell_who_comes_along(visit)
    return visit


def _tell_who_comes_along(visit: Visit) -> None:
    """Another day, or none: what was asked follows it, and the bureau that goes together with this one is told (R-J4)."""
    for asked, said in queries.combined_with(visit.id):
        if asked.tenant_id == own_bureau():
            asked.day = visit.scheduled_on
        if said is None:
            continue
        jobs.enqueue(
            JobName.NOTE_COMBINATION,
            {"combination_id": str(asked.id)},
            title=Sentence("通知一并上门的部门：%(name)s", name=visit.entity_name),
            subject=("visit_combination", asked.id),
            for_bureau=asked.receiver_id if asked.tenant_id == own_bureau() else asked.tenant_id,
        )


def check_day(visit: Visit, day: date) -> None:
    """A visit's day is a working day from today to the end of the campaign (R-P3)."""
    if not max(visit.starts_on, today()) <= day <= visit.ends_on:
        raise ClerkError(
            "检查日期应在 %(first)s 至 %(last)s 之间。",
            first=max(visit.starts_on, today()),
            last=visit.ends_on,
        )
    if not queries.calendar().is_working_day(day):
        raise ClerkError("%(day)s 不是工作日，请选择工作日。", day=day)


def set_announced(visit_id: UUID, announced: bool, reason: str) -> Visit:
    """Say that a visit is unannounced by law, with the reason, so that it gets no notice (R-V1)."""
    visit = led_visit(visit_id)
    if visit.state == VisitState.NOTICED.value:
        raise Conflict("通知书已经发出，不能再改为不事先通知。")
    if not announced and not reason.strip():
        raise ClerkError("不事先通知的检查须写明依据。", fields={"reason": [N_("请写明依据。")]})
    if not announced and queries.combined_with(visit.id):
        raise Conflict("已经和其他部门商定或正在商量合并上门，不能改为不事先通知。")
    source = queries.source_of(visit.id)
    if source is not None:
        source.unannounced_basis = "" if announced else reason.strip()
    visit.announced = announced
    text = (
        Sentence("改为事先通知")
        if announced
        else Sentence("不事先通知，依据：%(reason)s", reason=reason.strip())
    )
    record_step(visit, "notice", text, "visit.announce", {"announced": announced})
    return visit


def cancel(visit_id: UUID, reason: str) -> Visit:
    """Call a visit off before it has begun, with the reason; it stays to be seen (R-V9).

    Of a drawn object the reason is public where the result is, and the supervisor is told (R-D7).
    """
    visit = led_visit(visit_id)
    if not reason.strip():
        raise ClerkError("取消检查请写明原因。", fields={"reason": [N_("请写明原因。")]})
    if visit.state == VisitState.CANCELLED.value:
        raise Conflict("这次检查已经取消。")
    if queries.visit_state(visit).parts.begun:
        raise Conflict("检查已经开始，不能取消。")
    expect_no_substitute(visit)
    visit.state, visit.cancelled_at, visit.cancel_reason = VisitState.CANCELLED.value, now(), reason.strip()
    record_step(
        visit,
        "visit",
        Sentence("取消检查：%(reason)s", reason=reason.strip()),
        "visit.cancel",
        {"reason": reason.strip()},
    )
    _tell_who_comes_along(visit)
    if visit.draw_id is None:
        settle_owed(visit)
        return visit
    going = [party.list_name for party in queries.parties(visit.id) if party.deferred_reason is None]
    drawing.call_off(visit.draw_id, {visit.object_code: going}, reason)
    return visit


def why_not_begin(visit: Visit, at: datetime | None = None) -> ClerkError | None:
    """Why a visit cannot begin today, or None if it can (R-V1); `at` is when somebody was there, if it began earlier."""
    if VisitState(visit.state) not in READY or _is_stopped(visit):
        return Conflict("检查尚未经负责人批准，或已经取消。")
    if (unapproved := why_no_part(visit)) is not None:
        return unapproved
    if visit.exceptional == Exceptional.DEVIATION:
        return None
    if not visit.starts_on <= today() <= visit.ends_on:
        return Conflict(
            "检查的期限是 %(first)s 至 %(last)s，今天不在期限内。",
            first=visit.starts_on,
            last=visit.ends_on,
        )
    return visited_with(visit, at) or _waits_for_plan(visit, at)


def _waits_for_plan(visit: Visit, at: datetime | None) -> ClerkError | None:
    """A plan that was returned after its draw leaves the draw standing; visits not begun wait for the accepted version (R-P4)."""
    if visit.campaign_id is None or any(part.begun_at for part in queries.parts(visit.id).values()):
        return None
    since = campaigning.returned_since(visit.campaign_id)
    if since is None or (at is not None and at < since):
        return None
    return Conflict("计划的备案被退回，抽取结果仍然有效；尚未开始的检查，等修改后的计划通过备案再进行。")


def _is_stopped(visit: Visit) -> bool:
    return (
        visit.campaign_id is not None
        and campaigns.campaign(visit.campaign_id).state == CampaignState.CANCELLED
    )


def may_backfill(visit: Visit) -> bool:
    """Whether this bureau may still enter that it began earlier, though it cannot begin now: the merge came in between (R-T4)."""
    first = datetime.combine(visit.starts_on, time(), SHANGHAI)
    going = queries.my_party(visit.id).deferred_reason is None
    return going and why_not_begin(visit) is not None and why_not_begin(visit, first) is None


def _led_campaign(campaign_id: UUID) -> Campaign:
    """The campaign, locked, so that two people do not submit or decide at once."""
    if campaigns.campaign(campaign_id).tenant_id != own_bureau():
        raise Forbidden("检查由牵头部门统一报批。")
    campaign = campaigns.campaign(campaign_id, lock=True)
    if campaign.state == CampaignState.CANCELLED:
        raise Conflict("抽查任务“%(name)s”已经停止，不再安排检查。", name=campaign.name)
    return campaign


def _in_state(campaign_id: UUID, state: VisitState) -> list[Visit]:
    return [visit for visit in queries.of_campaign(campaign_id) if visit.state == state.value]


def _batch_step(campaign: Campaign, text: str, verb: str, count: int) -> None:
    partners = [party.tenant_id for party in campaigns.parties(campaign.id)]
    link = f"/visits/campaigns/{campaign.id}"
    trace.step("visit", text, [campaign.id], link=link, shared_with=partners)
    subject, after = ("campaign", campaign.id), {"visits": count}
    audit.record(f"visits.visit.{verb}", subject, campaign.name, after=after, shared_with=partners)
    db.session.flush()
