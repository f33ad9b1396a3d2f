"""What the lead does about partners that are silent, decline or withdraw, before the freeze (R-J5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, Participation
from onedoor.campaigns.rules import CampaignState, PartyState
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.draws import queries as draws
from onedoor.draws.states import DrawState
from onedoor.kernel import jobs
from onedoor.kernel.clock import local_day, now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries as tenants

UNANSWERED = (PartyState.WAITING, PartyState.SILENT)


def led_campaign(campaign_id: UUID, *states: CampaignState) -> Campaign:
    """The campaign, locked, if this bureau leads it and it is in one of `states`."""
    campaign = queries.campaign(campaign_id)
    if campaign.tenant_id != current_scope().tenant_id:
        raise NotFound()
    campaign = queries.campaign(campaign_id, lock=True)
    if states and campaign.state not in states:
        raise Conflict("抽查任务已进入下一阶段，不能再这样办理，请刷新页面查看。")
    return campaign


def remind(campaign_id: UUID, tenant_id: UUID) -> None:
    """Remind a party that has not answered, once a day: each stands in its log too. It sees so on its invitation."""
    campaign = led_campaign(campaign_id, CampaignState.INVITING)
    party = queries.party(campaign_id, tenant_id)
    if party.state not in UNANSWERED:
        raise Conflict("%(bureau)s已经答复，不必催办。", bureau=party.bureau.short_name)
    last = party.participation.reminded_at
    if last is not None and local_day(last) == today():
        raise Conflict("今天已经催办过%(bureau)s，请明天再催办。", bureau=party.bureau.short_name)
    party.participation.reminded_at = now()
    party.participation.reminders += 1
    record_step(
        campaign,
        "participation.remind",
        Sentence("催办：请%(bureau)s尽快答复邀请", bureau=party.bureau.short_name),
    )


def extend(campaign_id: UUID, answer_due: date) -> None:
    """Give everybody more time to answer."""
    campaign = led_campaign(campaign_id, CampaignState.DRAFT, CampaignState.INVITING)
    if answer_due < today():
        raise ClerkError("答复期限不能早于今天。", fields={"answer_due": ["请填写今天以后的日期。"]})
    before, campaign.answer_due = campaign.answer_due, answer_due
    record_step(
        campaign,
        "campaign.extend",
        Sentence("答复期限由%(before)s改为%(after)s", before=before, after=answer_due),
        before={"answer_due": before.isoformat()},
        after={"answer_due": answer_due.isoformat()},
    )


def leave_out(campaign_id: UUID, tenant_id: UUID, reason: str) -> None:
    """Go on without a partner, with the reason; the lead itself cannot be left out."""
    campaign = led_campaign(campaign_id, CampaignState.INVITING)
    party = queries.party(campaign_id, tenant_id)
    if party.participation.part == "lead":
        raise Conflict("牵头部门不能不参加自己牵头的抽查；如不再开展，请取消任务。")
    if not reason.strip():
        raise ClerkError("请写明不等该部门参加的理由。", fields={"reason": ["请填写此项。"]})
    party.participation.left_out_at, party.participation.left_out_reason = now(), reason.strip()
    record_step(
        campaign,
        "participation.leave_out",
        Sentence(
            "%(bureau)s不参加本次抽查，理由：%(reason)s",
            bureau=party.bureau.short_name,
            reason=reason.strip(),
        ),
        after={"bureau": party.bureau.code, "reason": reason.strip()},
    )


def take_back(campaign_id: UUID, tenant_id: UUID) -> None:
    """Let a partner that was left out take part after all, before the freeze."""
    campaign = led_campaign(campaign_id, CampaignState.INVITING)
    party = queries.party(campaign_id, tenant_id)
    if party.state is not PartyState.LEFT_OUT:
        raise Conflict("%(bureau)s本来就在参加部门之中。", bureau=party.bureau.short_name)
    party.participation.left_out_at = party.participation.left_out_reason = None
    record_step(
        campaign, "participation.take_back", Sentence("%(bureau)s恢复参加", bureau=party.bureau.short_name)
    )


def retry_all_lists(campaign_id: UUID) -> list[UUID]:
    """Have every party's list tried as of today, one job per party in its own scope; the parties that are asked.

    One whose job still waits or runs is not asked twice.
    """
    campaign = led_campaign(campaign_id, CampaignState.INVITING)
    to_come = (JobState.WAITING, JobState.RUNNING)
    open_jobs = [job for job in queries.jobs_of(campaign_id) if job.state in to_come]
    asked = {job.tenant_id for job in open_jobs if job.name == JobName.TRY_LIST}
    parties = [each for each in queries.parties(campaign_id) if each.in_draw and each.tenant_id not in asked]
    for party in parties:
        jobs.enqueue(
            JobName.TRY_LIST,
            {"campaign_id": str(campaign.id)},
            title=Sentence(
                "重新核对名单：%(name)s（%(bureau)s）", name=campaign.name, bureau=party.bureau.short_name
            ),
            subject=("campaign", campaign.id),
            for_bureau=party.tenant_id,
        )
    return [each.tenant_id for each in parties]


def add_partners(campaign_id: UUID, partner_ids: Sequence[UUID]) -> None:
    """Invite more partners; those who take part already stay as they are."""
    campaign = led_campaign(campaign_id, CampaignState.DRAFT, CampaignState.INVITING)
    there = queries.parties(campaign_id)
    known = {party.tenant_id for party in there}
    added = tenants.bureaus([one for one in partner_ids if one not in known])
    if not added:
        raise ClerkError("请选择还没有参加的部门。", fields={"partner_ids": ["请选择还没有参加的部门。"]})
    for position, bureau in enumerate(added, max(party.participation.position for party in there) + 1):
        db.session.add(
            Participation(
                tenant_id=bureau.id,
                campaign_id=campaign.id,
                lead_id=campaign.tenant_id,
                part="partner",
                list_name=bureau.code,
                position=position,
                invited_at=now() if campaign.state == CampaignState.INVITING else None,
            )
        )
    campaign.joint = True
    names = [bureau.short_name for bureau in added]
    record_step(campaign, "participation.add", Sentence("增加参加部门：%(names)s", names=names))


def cancel(campaign_id: UUID, reason: str) -> None:
    """Give the campaign up before its draw has begun, or after a void one, with the reason; its code stays used."""
    campaign = led_campaign(campaign_id, CampaignState.DRAFT, CampaignState.INVITING, CampaignState.PLANNED)
    if campaign.state == CampaignState.PLANNED and not is_void(campaign):
        raise Conflict("抽取正在进行。请先在抽取页面将其作废或终止，再办理。")
    if not reason.strip():
        raise ClerkError("请写明取消的理由。", fields={"reason": ["请填写此项。"]})
    campaign.state, campaign.cancel_reason = CampaignState.CANCELLED, reason.strip()
    record_step(
        campaign, "campaign.cancel", Sentence("取消抽查任务，理由：%(reason)s", reason=reason.strip())
    )


def is_void(campaign: Campaign) -> bool:
    """Whether the campaign's current draw ended without a result, so that nothing is going on."""
    return campaign.draw_id is not None and draws.draw(campaign.draw_id).state == DrawState.VOID
