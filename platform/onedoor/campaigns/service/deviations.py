"""What departs from the plan is registered and told; what the plan must say first waits for its new version (R-P3)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, CampaignDeviation, PartyList
from onedoor.campaigns.rules import CampaignState
from onedoor.campaigns.rules.deviations import (
    AnswerTerms,
    Deviation,
    DeviationKind,
    LineTerms,
    days_beyond,
    deviations_of,
)
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.campaigns.service.partners import led_campaign
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence, sentence_parts
from onedoor.messages import service as messages
from onedoor.plans import queries as plans
from onedoor.plans.models import PlanLine
from tenants import settings
from tenants.rules import Permission


def line_in_force(campaign: Campaign) -> PlanLine | None:
    """The campaign's line as its plan's published version has it now; None of a campaign outside the plan."""
    if campaign.line_code is None:
        return None
    found = plans.published_line(campaign.line_code)
    if found is None and campaign.plan_line_id is not None:
        return plans.line(campaign.plan_line_id)
    return found


def register(campaign: Campaign, own: PartyList) -> list[Deviation]:
    """Compare this bureau's answer with the line, keep what departs, tell planner and head of what is new; all of it."""
    line = line_in_force(campaign)
    # A daily line has no rate to keep to: all objects are chosen within it, and only the team is drawn (R-V9).
    compared = None if campaign.kind == "daily" else line
    found = (
        [] if compared is None else deviations_of(_line_terms(compared, own), _answer_terms(campaign, own))
    )
    before = {row.kind: row for row in queries.my_deviations(campaign.id)}
    for kind in before.keys() - {each.kind for each in found} - {DeviationKind.PERIOD}:
        db.session.delete(before[kind])
    for each in found:
        row = before.get(each.kind)
        if row is None or row.text != each.text:
            _keep(campaign, row, each)
    db.session.flush()
    return found


def move_period(campaign_id: UUID, starts_on: date, ends_on: date, reason: str) -> Campaign:
    """Other days than the plan's, decided by the head with the reason, before the draw (R-P3).

    Raises ClerkError for days beyond the place's tolerance: they need a new version of the plan.
    """
    campaign = led_campaign(campaign_id, CampaignState.DRAFT, CampaignState.INVITING)
    if not reason.strip():
        raise ClerkError("请写明调整检查时间的理由。", fields={"reason": ["请填写此项。"]})
    if ends_on < starts_on:
        text = Sentence("结束日期不能早于开始日期。")
        raise ClerkError(text, fields={"ends_on": [text]})
    line, most = line_in_force(campaign), int(settings.value("plans.tolerance_days"))
    beyond = 0 if line is None else days_beyond((line.starts_on, line.ends_on), (starts_on, ends_on))
    if beyond > most:
        text = Sentence(
            "超出计划规定的检查时间 %(beyond)s 天，本地最多可以超出 %(most)s 天。请先变更计划、公布并备案。",
            beyond=beyond,
            most=most,
        )
        raise ClerkError(text, fields={"ends_on": [text]})
    before = f"{campaign.starts_on}—{campaign.ends_on}"
    campaign.starts_on, campaign.ends_on = starts_on, ends_on
    said = Sentence("检查时间由%(before)s改为%(after)s", before=before, after=f"{starts_on}—{ends_on}")
    row = next((one for one in queries.my_deviations(campaign.id) if one.kind == DeviationKind.PERIOD), None)
    if beyond:
        _keep(campaign, row, Deviation(DeviationKind.PERIOD, said, False), reason.strip())
    elif row is not None:
        db.session.delete(row)
    record_step(
        campaign,
        "campaign.period",
        Sentence("%(said)s，理由：%(reason)s", said=said, reason=reason.strip()),
        before={"period": before},
        after={"period": f"{starts_on}—{ends_on}", "reason": reason.strip()},
    )
    return campaign


def _keep(
    campaign: Campaign, row: CampaignDeviation | None, found: Deviation, reason: str | None = None
) -> None:
    scope = current_scope()
    if row is None:
        row = CampaignDeviation(
            tenant_id=scope.tenant_id,
            campaign_id=campaign.id,
            lead_id=campaign.tenant_id,
            kind=found.kind.value,
        )
        db.session.add(row)
    row.text, row.text_said, row.stops = str(found.text), sentence_parts(found.text), found.stops
    row.found_at, row.reason = now(), reason
    row.approved_by = scope.actor_name if reason else None
    text = Sentence("抽查任务“%(name)s”偏离计划：%(text)s", name=campaign.name, text=found.text)
    link = f"/campaigns/{campaign.id}"
    for permission in (Permission.CAMPAIGN_LEAD, Permission.PLAN_APPROVE):
        messages.send_message(text, link, permission)


def _line_terms(line: PlanLine, own: PartyList) -> LineTerms:
    items = {item.item_number for item in plans.line_items(line.id) if item.bureau_id == own.tenant_id}
    return LineTerms(line.name, items, line.rates, line.stratify, line.method, line.rate_rules)


def _answer_terms(campaign: Campaign, own: PartyList) -> AnswerTerms:
    items = queries.my_items(campaign.id)
    return AnswerTerms(
        {item.number: item.name for item in items},
        {item.number: item.method for item in items},
        own.rates,
        own.stratify,
        own.weights,
        campaign.tenant_id == own.tenant_id,
        own.conditions,
        own.rate_rules,
    )
