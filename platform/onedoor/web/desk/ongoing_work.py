"""What is under way at the bureau, below what waits for the person: campaigns, how far they are, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState, PartyState
from onedoor.campaigns.rules.states import SETTLED
from onedoor.kernel.clock import today
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.visits import queries as visits
from onedoor.web.campaigns.visit_progress import unfinished
from tenants.rules import Permission
from tenants.scope import Principal
from tenants.settings import calendars

AT_MOST, AT_ONCE = 6, 30
NOT_THERE = (PartyState.DECLINED, PartyState.WITHDRAWN, PartyState.LEFT_OUT)


@dataclass(frozen=True)
class Running:
    """A campaign under way; `due` is its last day, with the working days left where a calendar tells them."""

    campaign: Campaign
    url: str
    progress: str
    due: Any


def running_for(person: Principal) -> list[Running]:
    """Campaigns the person's bureau leads or takes part in, the nearest end first, a handful."""
    if not person.may(Permission.BUREAU_READ):
        return []
    there = [each for each in queries.going_on(AT_ONCE) if queries.my_party(each.id).state not in NOT_THERE]
    return [
        Running(each, url_for("campaigns.campaign", campaign_id=each.id), _progress(each), _due(each))
        for each in there[:AT_MOST]
    ]


def _progress(campaign: Campaign) -> str:
    if campaign.state in (CampaignState.DRAFT, CampaignState.INVITING):
        parties = queries.parties(campaign.id)
        said = sum(party.state in SETTLED for party in parties)
        return _("已答复 %(said)s / %(all)s 个部门", said=said, all=len(parties))
    left = unfinished(campaign.id)
    if left is None:
        return _("等待抽取") if campaign.state == CampaignState.PLANNED else _("等待安排检查")
    total = visits.counts(campaign.id)["all"]
    return _("已结束 %(done)s / %(all)s 户", done=total - left, all=total)


def _due(campaign: Campaign) -> Any:
    try:
        return calendars.work_calendar().deadline(campaign.ends_on, today())
    except CalendarUnknown:
        return campaign.ends_on
