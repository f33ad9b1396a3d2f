"""What follows the draw: a returned filing, visits under way, the end (R-P4)."""

from __future__ import annotations

from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState, FilingDecision
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.campaigns.service.partners import is_void, led_campaign
from onedoor.campaigns.service.readiness import filing_states
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.draws.states import DrawState
from onedoor.kernel.clock import now
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence

WORDS = {
    FilingDecision.KEEP: Sentence("抽取结果继续有效，未开始的检查等修改后的计划通过备案再进行"),
    FilingDecision.REDRAW: Sentence("按退回意见修改后再次抽取，原抽取保留备查"),
    FilingDecision.STOP: Sentence("停止本次抽查"),
}


def decide_on_filing(campaign_id: UUID, decision: str, reason: str) -> Campaign:
    """Say what becomes of the campaign, and of its draw if there is one, after its plan's filing was returned.

    Everybody in it reads the decision and the reason (R-P4). Raises if nothing was returned.
    """
    campaign = led_campaign(campaign_id)
    if "returned" not in filing_states(campaign):
        raise Conflict("计划的备案没有被退回，不需要处理。")
    if decision not in tuple(FilingDecision):
        raise ClerkError("请选择如何处理。", fields={"decision": ["请从所列选项中选择。"]})
    if not reason.strip():
        raise ClerkError("请写明理由。", fields={"reason": ["请填写此项。"]})
    chosen = FilingDecision(decision)
    campaign.filing_decision, campaign.filing_reason = chosen.value, reason.strip()
    campaign.filing_decided_at = now()
    _follow(campaign, chosen)
    record_step(
        campaign,
        "campaign.decide_on_filing",
        Sentence(
            "计划备案被退回后的处理：%(what)s，理由：%(reason)s", what=WORDS[chosen], reason=reason.strip()
        ),
        after={"decision": chosen.value, "reason": reason.strip()},
    )
    return campaign


def _follow(campaign: Campaign, chosen: FilingDecision) -> None:
    """Stopping cancels; drawing again opens the parts again, so that the next draw follows the mended plan."""
    if chosen is FilingDecision.KEEP:
        return
    if campaign.state in (CampaignState.VISITING, CampaignState.CLOSED):
        raise Conflict("检查已经开始，不能停止或再次抽取；请选择抽取结果继续有效，并写明如何改进。")
    if campaign.state == CampaignState.PLANNED and not is_void(campaign):
        raise Conflict("抽取正在进行。请先在抽取页面将其作废或终止，再办理。")
    if campaign.state == CampaignState.PLANNED and chosen is FilingDecision.REDRAW:
        raise Conflict("上一次抽取已作废，名单不能再改。请在任务页面再次抽取，或者停止本次抽查。")
    if chosen is FilingDecision.STOP:
        campaign.state, campaign.cancel_reason = CampaignState.CANCELLED, campaign.filing_reason
        _call_off(campaign)
    else:
        campaign.state, campaign.frozen_at, campaign.drawn_at = CampaignState.INVITING, None, None


def _call_off(campaign: Campaign) -> None:
    """Nobody comes for those drawn: the filing's reason stands beside the result, and the supervisor is told (R-D7)."""
    if campaign.draw_id is not None and draws.draw(campaign.draw_id).state == DrawState.DRAWN:
        drawing.call_off_rest(campaign.draw_id, campaign.filing_reason or "")


def begin_visits(campaign_id: UUID) -> Campaign:
    """The first visit has begun (called by visits, in the lead's scope); again it changes nothing."""
    campaign = led_campaign(campaign_id)
    if campaign.state == CampaignState.DRAWN:
        campaign.state = CampaignState.VISITING
        record_step(campaign, "campaign.visit", Sentence("开始入户检查"))
    return campaign


def close(campaign_id: UUID) -> Campaign:
    """Every visit has come to its end: the campaign is complete, and days of disclosure count from here (R-O1).

    The result of a surprise draw is published.
    """
    campaign = led_campaign(campaign_id)
    if campaign.state == CampaignState.CLOSED:
        return campaign
    if campaign.state not in (CampaignState.DRAWN, CampaignState.VISITING):
        raise Conflict("抽查任务还没有完成抽取和检查，不能办结。")
    campaign.state, campaign.closed_at = CampaignState.CLOSED, now()
    if campaign.draw_id is not None and draws.is_untold(draws.draw(campaign.draw_id)):
        drawing.release(campaign.draw_id)
    record_step(campaign, "campaign.close", Sentence("抽查任务办结"))
    return campaign


def is_returned(campaign_id: UUID) -> bool:
    """Whether the filing of the campaign's plan was returned."""
    return "returned" in filing_states(queries.campaign(campaign_id))
