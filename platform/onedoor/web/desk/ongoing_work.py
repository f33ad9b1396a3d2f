"""What is under way at the bureau, below what waits for the person, and what it would do next this month."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState
from onedoor.kernel.clock import today
from onedoor.plans import queries as plans
from onedoor.plans.queries import due
from onedoor.visits import queries as visits
from onedoor.web.campaigns.visit_progress import ENDED
from tenants.rules import Permission
from tenants.scope import Principal

AT_MOST = 6
# From this month on the plan of the next year is due to be drafted.
PLANNING_MONTH = 11


@dataclass(frozen=True)
class Running:
    """A campaign under way; `due` is its last day, with the working days left where a calendar tells them."""

    campaign: Campaign
    url: str
    progress: str
    due: Any


@dataclass(frozen=True)
class Ahead:
    """What the bureau would do next this month, in words, with the way to it."""

    text: str
    url: str
    action: str
    until: date | None


def running_for(person: Principal, until: Callable[[date], Any]) -> list[Running]:
    """Campaigns the person's bureau leads or takes part in, the nearest end first, a handful."""
    if not person.may(Permission.BUREAU_READ):
        return []
    there = queries.going_on_here(AT_MOST)
    ids = [each.id for each in there]
    answered, counted = queries.answered_counts(ids), visits.counts_of(ids)
    return [
        Running(
            each,
            url_for("campaigns.campaign", campaign_id=each.id),
            _progress(each, answered.get(each.id, (0, 0)), counted.get(each.id, {})),
            until(each.ends_on),
        )
        for each in there
    ]


def ahead_for(person: Principal) -> list[Ahead]:
    """What nobody has begun though it falls into this month: plan lines without their campaign, and a plan not drafted."""
    if not person.may(Permission.BUREAU_READ):
        return []
    lines = plans.lines_to_begin(queries.held_of_lines(), AT_MOST)
    found = [
        Ahead(
            _("计划中的“%(line)s”本月可以开始抽查", line=line.name),
            url_for("campaigns.new_from_line", line_id=line.id)
            if person.may(Permission.CAMPAIGN_LEAD)
            else url_for("plans.plan_line", line_id=line.id),
            _("建立抽查任务") if person.may(Permission.CAMPAIGN_LEAD) else _("查看计划内容"),
            line.ends_on,
        )
        for line in lines
    ]
    year = today().year + (today().month >= PLANNING_MONTH)
    if person.may(Permission.PLAN_DRAFT) and not plans.has_yearly(year):
        text = _("%(year)s 年度检查计划还没有起草", year=year)
        found.append(
            Ahead(
                text,
                url_for("plans.plan_new"),
                _("起草计划"),
                due.first_day("yearly", year, person.jurisdiction_code),
            )
        )
    return found


def _progress(campaign: Campaign, answered: tuple[int, int], counted: Mapping[str, int]) -> str:
    if campaign.state in (CampaignState.DRAFT, CampaignState.INVITING):
        return _("已答复 %(said)s / %(all)s 个部门", said=answered[0], all=answered[1])
    total = counted.get("all", 0)
    if not total:
        return _("等待抽取") if campaign.state == CampaignState.PLANNED else _("等待安排检查")
    ended = sum(counted.get(state.value, 0) for state in ENDED)
    return _("已结束 %(done)s / %(all)s 户", done=ended, all=total)
