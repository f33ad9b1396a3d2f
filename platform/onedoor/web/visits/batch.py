"""The visits of one campaign together: submit, approve, send notices."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import jobs, trace
from onedoor.kernel.clock import today
from onedoor.officers.models import Inspector
from onedoor.officers.rules.codes import InspectorStatus
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import READY, VISIT_NAMES, VisitState
from onedoor.web.shell import page
from onedoor.web.shell.pieces import NextStep
from onedoor.web.visits import substitutions
from onedoor.web.visits.blueprint import deadline, entity_states, pages, visit_labels
from tenants import approvals
from tenants.rules import Permission

# As many as a page shows of a batch; the list has them all.
SHOWN = 200


@pages.get("/campaigns/<uuid:campaign_id>")
@allow(Permission.BUREAU_READ)
def batch(campaign_id: UUID) -> Any:
    """The visits of a campaign at a glance, what is wrong with them, and the next step."""
    campaign, visits = campaigns.campaign(campaign_id), queries.of_campaign(campaign_id)
    return page("visits/batch.html", **_context(campaign, visits), next=_next(campaign, visits))


def _context(campaign: Campaign, visits: list[Visit]) -> dict[str, Any]:
    job = jobs.latest_for(campaign.id)
    return {
        "campaign": campaign,
        "leads": campaign.tenant_id == current_user.tenant_id,
        "agenda": queries.agenda(campaign.id, SHOWN),
        "labels": visit_labels(),
        "gone": queries.gone(campaign.id),
        "entity_states": entity_states(),
        "counts": queries.counts(campaign.id),
        "names": VISIT_NAMES,
        "unfit": [(*row, _why(row[0], row[2])) for row in queries.unfit(campaign.id)],
        "reasons": {
            "certificate": _("执法证将在检查日前到期"),
            # The register is public, leave is not (access.md).
            "leave": _("因故不能参加检查"),
            "left": _("已停止执法或离开名录库"),
        },
        "asked": substitutions.of_campaign(campaign.id),
        "fill_by": queries.last_day_to_fill,
        "is_late": service.is_late,
        "deadline": deadline,
        "waiting": [visit for visit in visits if visit.state == VisitState.WAITING],
        "decisions": approvals.history(campaign.id),
        "unapproved": _unapproved(visits),
        "job": job,
        "progress": jobs.progress_of([job.id]).get(job.id) if job else None,
        "steps": trace.of(campaign.id),
    }


def _unapproved(visits: list[Visit]) -> list[tuple[str, int]]:
    """Partners whose heads have still to approve parts of visits that the lead's head approved, with how many."""
    parties = queries.unapproved_parties([visit for visit in visits if visit.state in READY])
    return sorted(Counter(one.bureau_name for found in parties.values() for one in found).items())


@pages.post("/campaigns/<uuid:campaign_id>/submit")
@allow(Permission.VISIT_MANAGE)
def submit(campaign_id: UUID) -> Any:
    """Submit the proposed visits for approval."""
    service.submit(campaign_id)
    flash(_("已提交审批。科室审核后，由行政执法主体负责人批准。"), "good")
    return redirect(url_for("visits.batch", campaign_id=campaign_id), 303)


@pages.post("/campaigns/<uuid:campaign_id>/parts")
@allow(Permission.VISIT_MANAGE)
def submit_parts(campaign_id: UUID) -> Any:
    """A partner submits its own parts for its head's approval."""
    service.submit_parts(campaign_id)
    flash(_("已提交审批。科室审核后，由行政执法主体负责人批准。"), "good")
    return redirect(url_for("visits.batch", campaign_id=campaign_id), 303)


@pages.post("/campaigns/<uuid:campaign_id>/notices")
@allow(Permission.VISIT_MANAGE)
def notices(campaign_id: UUID) -> Any:
    """Have the notices written."""
    service.issue_notices(campaign_id)
    flash(_("正在制作检查通知书，完成后可以逐户下载、打印。"), "good")
    return redirect(url_for("visits.batch", campaign_id=campaign_id), 303)


def _why(visit: Visit, inspector: Inspector) -> str:
    """Why somebody else is to be drawn: `left`, `certificate` or `leave`."""
    if inspector.status != InspectorStatus.ACTIVE:
        return "left"
    expires = inspector.certificate_expires_on
    return "certificate" if expires is None or expires < max(visit.scheduled_on, today()) else "leave"


def _next(campaign: Campaign, visits: list[Visit]) -> NextStep | None:
    if not current_user.may(Permission.VISIT_MANAGE):
        return None
    if campaign.tenant_id != current_user.tenant_id:
        return _parts_step(campaign)
    if any(visit.state == VisitState.PROPOSED for visit in visits):
        return _submit_step(campaign)
    if waiting := service.to_be_noticed(campaign.id):
        blocked = (
            [_("参与部门负责人尚未批准各自的部分。")] if len(service.held(waiting)) == len(waiting) else []
        )
        return NextStep(
            _("发出检查通知书"),
            url_for("visits.notices", campaign_id=campaign.id),
            "post",
            blocked=blocked,
            confirm=_("将为每一户已批准的检查制作通知书，并记为已通知。确定吗？"),
        )
    return None


def _parts_step(campaign: Campaign) -> NextStep | None:
    if not queries.my_unapproved_parts(campaign.id):
        return None
    asked = approvals.waiting_for("visit_parts", campaign.id)
    blocked = [_("已提交，等待本单位审批。")] if asked is not None else []
    return NextStep(
        _("报本单位负责人批准"),
        url_for("visits.submit_parts", campaign_id=campaign.id),
        "post",
        blocked=blocked,
    )


def _submit_step(campaign: Campaign) -> NextStep:
    blocked = []
    if queries.unfit(campaign.id):
        blocked.append(_("有检查人员的执法证将在检查日前到期，或已不能执法，或检查当天休假，请先更换人员。"))
    if approvals.waiting_for("visits", campaign.id):
        blocked.append(_("上一批检查还在审批中，审批结束后再提交。"))
    url = url_for("visits.submit", campaign_id=campaign.id)
    return NextStep(_("提交审批"), url, "post", blocked=blocked)
