"""The page of one campaign, for the lead and for each party; and the readiness page of the lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign, PartyItem, PartyList, PartyReadiness
from onedoor.campaigns.queries import Party
from onedoor.campaigns.rules import CampaignState, PartyState, Problem
from onedoor.campaigns.rules.states import SETTLED
from onedoor.campaigns.service import Readiness
from onedoor.draws import queries as draws
from onedoor.draws.states import DrawState
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import word_list
from onedoor.edge.strata import finding_text, stratum_name
from onedoor.kernel import jobs, trace
from onedoor.kernel.clock import today
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.campaigns.steps import steps_of
from onedoor.web.campaigns.visit_progress import unfinished
from onedoor.web.shell import page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import NextStep
from tenants import units
from tenants.rules import Permission
from tenants.settings import calendars

PLAN_STAGES = ("item", "plan", "filing")


@dataclass(frozen=True)
class Seen:
    """A campaign as this bureau sees it."""

    campaign: Campaign
    parties: list[Party]
    mine: Party
    readiness: Readiness | None
    draw: Any

    @property
    def leads(self) -> bool:
        """Whether this bureau is the lead."""
        return self.mine.participation.part == "lead"

    @property
    def answered(self) -> int:
        """How many parties have said something, or are not waited for."""
        return sum(party.state in SETTLED for party in self.parties)

    def name_of(self, tenant_id: UUID) -> str:
        """A party's short name."""
        names = {party.tenant_id: party.bureau.short_name for party in self.parties}
        return names.get(tenant_id, "—")

    def mine_items(self, items: list[PartyItem]) -> str:
        """The names of this bureau's own matters."""
        return word_list(item.name for item in items if item.tenant_id == self.mine.tenant_id)

    def joined(self, own: PartyList) -> list[str]:
        """The strata of the rules that are drawn as one, being small (R-P5)."""
        return [stratum_name(stratum) for stratum in own.joined.get("rates", {})]

    def strata_rows(self, row: PartyReadiness) -> list[tuple[str, int, int, int]]:
        """A party's strata for a table: name, rows, eligible, quota."""
        return [
            (stratum_name(each["stratum"]), each["rows"], each["eligible"], each["quota"])
            for each in row.strata
        ]


@pages.get("/<uuid:campaign_id>")
@allow(Permission.BUREAU_READ)
def campaign(campaign_id: UUID) -> Any:
    """Progress of the parties, this bureau's own part, the next step, jobs and trace."""
    seen = look(campaign_id)
    return page("campaigns/campaign.html", seen=seen, next=next_step(seen), **_shown(seen))


def _shown(seen: Seen) -> dict[str, Any]:
    found = seen.campaign
    running = queries.jobs_of(found.id)
    return {
        "stepper": steps_of(
            found,
            seen.parties[0].bureau.short_name,
            seen.answered == len(seen.parties),
            unfinished(found.id) if found.drawn_at else None,
            _deadline(found.answer_due),
        ),
        "campaign": found,
        "words": labels,
        "scope": service.scope_for_all(found.conditions),
        "items": queries.party_items(found.id),
        "own": queries.my_list(found.id),
        "units": queries.my_units(found.id),
        "is_others": units.is_others,
        "officers": queries.party_inspectors(found.id, current_user.tenant_id),
        "ready": queries.readiness_rows(found.id).get(current_user.tenant_id),
        "deadline": _deadline(found.answer_due),
        "waits": draws.waits(found.draw_id) if found.draw_id else [],
        "jobs": running,
        "progress": jobs.progress_of([job.id for job in running]),
        "steps": _steps(found),
        "deviations": queries.deviations(found.id),
        "returned": seen.leads and service.is_returned(found.id),
        "counts": draws.counts(found.draw_id) if found.drawn_at and found.draw_id else None,
        "may": current_user.may,
        "P": Permission,
        "problem_of": problem_of,
    }


@pages.get("/<uuid:campaign_id>/readiness")
@allow(Permission.BUREAU_READ)
def campaign_readiness(campaign_id: UUID) -> Any:
    """What would fail, with what to change, and what each party's list comes to as counts: the lead's page."""
    seen = look(campaign_id)
    if seen.readiness is None:
        raise NotFound()
    trying = [
        job
        for job in queries.jobs_of(campaign_id)
        if job.name == JobName.TRY_LIST and job.state != JobState.DONE
    ]
    return page(
        "campaigns/readiness.html",
        jobs=trying,
        progress=jobs.progress_of([job.id for job in trying]),
        may=current_user.may,
        P=Permission,
        seen=seen,
        campaign=seen.campaign,
        ready=seen.readiness,
        expected=service.expected_doors(seen.readiness) if seen.campaign.joint else None,
        words=labels,
        next=next_step(seen),
        sentence_of=finding_text,
        mend=mend,
    )


def mend(seen: Seen, problem: Problem) -> tuple[str, str] | None:
    """Where what is wrong can be changed, as (words, address); None if it is not for this bureau to change."""
    campaign_id, plan_id = seen.campaign.id, seen.campaign.plan_id
    places: dict[str, tuple[str, str | None] | None] = {
        "list": (_("改名单和比例"), url_for("campaigns.answer", campaign_id=campaign_id)),
        "officers": (_("改人员和每人上限"), url_for("campaigns.answer", campaign_id=campaign_id)),
        "certificates": (_("看执法人员"), url_if("registry.inspectors")),
        "parties": (_("催办或改期限"), url_for("campaigns.campaign", campaign_id=campaign_id)),
        "filing": (_("写明如何处理"), url_for("campaigns.filing_decision", campaign_id=campaign_id)),
        "mode": (
            (_("选择抽取方式"), url_for("campaigns.draw_mode", campaign_id=campaign_id))
            if seen.leads and current_user.may(Permission.DRAW_OPERATE)
            else None
        ),
        "plan": (_("看计划"), url_if("plans.plan", plan_id=plan_id) if plan_id else None),
    }
    found = places.get(problem.where)
    return (found[0], found[1]) if found and found[1] else None


def look(campaign_id: UUID) -> Seen:
    """Load the campaign with all a page of it needs."""
    found = queries.campaign(campaign_id)
    mine = queries.my_party(campaign_id)
    leads = mine.participation.part == "lead"
    draw = draws.draw(found.draw_id) if found.draw_id else None
    readiness = (
        service.readiness(campaign_id)
        if leads and found.state in (CampaignState.DRAFT, CampaignState.INVITING)
        else None
    )
    return Seen(found, queries.parties(campaign_id), mine, readiness, draw)


def problem_of(stored: dict[str, Any]) -> tuple[str, str]:
    """A stored finding as (level, sentence)."""
    found = queries.problem(stored)
    return found.level, finding_text(found)


def next_step(seen: Seen) -> NextStep | None:
    """The one thing to do now, for this person; or why it cannot be done."""
    found = seen.campaign
    if found.state == CampaignState.DRAFT:
        return _invite(found)
    if found.state == CampaignState.INVITING:
        return _begin(seen) if seen.leads else _answer(seen)
    if (
        found.state == CampaignState.PLANNED
        and seen.draw is not None
        and seen.draw.state == DrawState.VOID
        and seen.leads
    ):
        return _again(found, service.void_before(found) is None)
    if found.state == CampaignState.PLANNED:
        url = url_if("draws.draw", draw_id=found.draw_id)
        return NextStep(_("进入抽取"), url) if url else None
    if found.state in (CampaignState.DRAWN, CampaignState.VISITING):
        if seen.leads and unfinished(found.id) == 0 and current_user.may(Permission.CAMPAIGN_LEAD):
            return NextStep(_("办结任务"), url_for("campaigns.close", campaign_id=found.id), "post")
        url = url_if("visits.batch", campaign_id=found.id)
        return NextStep(_("查看检查安排"), url) if url else None
    return None


def _invite(found: Campaign) -> NextStep:
    label = _("发出邀请") if found.joint else _("开始准备")
    if not current_user.may(Permission.CAMPAIGN_LEAD):
        return NextStep(label, whose=_("由本部门牵头协调员或计划员办理。"))
    confirm = _("发出后参与部门就能看到这项任务，并收到答复期限。确定发出吗？") if found.joint else ""
    return NextStep(label, url_for("campaigns.invite", campaign_id=found.id), "post", confirm)


def _begin(seen: Seen) -> NextStep:
    found = seen.campaign
    if seen.mine.state is not PartyState.ACCEPTED:
        if not current_user.may(Permission.CAMPAIGN_ANSWER):
            return NextStep(_("开始抽取"), whose=_("本部门还没有填写，由本部门计划员或协调员填写。"))
        return NextStep(_("填写本部门的部分"), url_for("campaigns.answer", campaign_id=found.id))
    assert seen.readiness is not None
    stops = [
        name + _("：") + finding_text(problem) if name else finding_text(problem)
        for name, problem in seen.readiness.stops
    ]
    if stops:
        return NextStep(_("开始抽取"), blocked=stops)
    if not current_user.may(Permission.DRAW_OPERATE):
        return NextStep(_("开始抽取"), whose=_("已经准备好，由本部门抽取员办理。"))
    if seen.readiness.private:
        url = url_for("campaigns.draw_mode", campaign_id=found.id)
        return NextStep(_("选择抽取方式"), url, hint=_("名单按风险等级选取、分层或加权，只能封闭抽取。"))
    return NextStep(
        _("开始抽取"),
        url_for("campaigns.begin_draw", campaign_id=found.id),
        "post",
        _("开始后各部门的名单随即冻结，不能再改。确定开始吗？"),
        hint=_(
            "没有约定公共随机数源：承诺各方如果全部串通，可以左右结果；有一方不揭示，抽取就作废。要约定的，请先选择抽取方式。"
        ),
    )


def _answer(seen: Seen) -> NextStep | None:
    if seen.mine.state not in (PartyState.WAITING, PartyState.SILENT):
        return None
    if not current_user.may(Permission.CAMPAIGN_ANSWER):
        return NextStep(_("答复邀请"), whose=_("由本部门计划员或协调员答复。"))
    return NextStep(_("答复邀请"), url_for("campaigns.answer", campaign_id=seen.campaign.id))


def _again(found: Campaign, given_up: bool) -> NextStep:
    if not current_user.may(Permission.DRAW_OPERATE):
        return NextStep(_("再次抽取"), whose=_("由本部门抽取员办理。"))
    if given_up:
        return NextStep(_("重新开放名单"), url_for("campaigns.reopen", campaign_id=found.id), "post")
    return NextStep(_("再次抽取"), url_for("campaigns.draw_again", campaign_id=found.id))


def _deadline(due: date) -> Any:
    """The date with its working days; the date alone where no calendar tells them (R-S3)."""
    try:
        return calendars.work_calendar().deadline(due, today())
    except CalendarUnknown:
        return due


def _steps(found: Campaign) -> list[trace.TraceStep]:
    """The campaign's own steps, and those of its plan and items before it; not those of other batches."""
    things = [thing for thing in (found.id, found.plan_line_id, found.plan_id) if thing is not None]
    return [step for step in trace.of(*things) if found.id in step.about or step.stage in PLAN_STAGES]
