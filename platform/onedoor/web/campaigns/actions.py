"""Acts without a form of their own: invite, remind, begin the draw, and the like."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.campaigns import queries, service
from onedoor.draws.source_strings import counted_in
from onedoor.edge.guard import allow
from onedoor.kernel.errors import Conflict
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.campaigns.visit_progress import unfinished
from tenants.rules import Permission


def back(campaign_id: UUID, message: str, tone: str = "good") -> Any:
    """Say what was done, on the campaign's page."""
    flash(message, tone)
    return redirect(url_for("campaigns.campaign", campaign_id=campaign_id), 303)


@pages.post("/<uuid:campaign_id>/invite")
@allow(Permission.CAMPAIGN_LEAD)
def invite(campaign_id: UUID) -> Any:
    """Send the invitations."""
    service.invite(campaign_id)
    return back(campaign_id, _("邀请已发出。"))


@pages.post("/<uuid:campaign_id>/parties/<uuid:tenant_id>/remind")
@allow(Permission.CAMPAIGN_LEAD)
def remind(campaign_id: UUID, tenant_id: UUID) -> Any:
    """Remind a silent party."""
    service.remind(campaign_id, tenant_id)
    return back(campaign_id, _("已催办，对方会在任务页面看到。"))


@pages.post("/<uuid:campaign_id>/parties/<uuid:tenant_id>/take-back")
@allow(Permission.CAMPAIGN_LEAD)
def take_back(campaign_id: UUID, tenant_id: UUID) -> Any:
    """Let a party take part after all."""
    service.take_back(campaign_id, tenant_id)
    return back(campaign_id, _("已恢复参加。"))


@pages.post("/<uuid:campaign_id>/try-again")
@allow(Permission.CAMPAIGN_ANSWER)
def try_again(campaign_id: UUID) -> Any:
    """Compute this bureau's readiness anew."""
    service.try_again(campaign_id)
    return back(campaign_id, _("已按最新的名录重新核对。"))


@pages.post("/<uuid:campaign_id>/readiness/try-again")
@allow(Permission.CAMPAIGN_LEAD, Permission.DRAW_OPERATE)
def have_tried(campaign_id: UUID) -> Any:
    """Have every party's numbers made anew, for the lead."""
    service.retry_all_lists(campaign_id)
    flash(_("已请各部门的名单按今天的名录和执法人员重新核对。"), "good")
    return redirect(url_for("campaigns.campaign_readiness", campaign_id=campaign_id), 303)


@pages.post("/<uuid:campaign_id>/begin-draw")
@allow(Permission.DRAW_OPERATE)
def begin_draw(campaign_id: UUID) -> Any:
    """Begin the draw: every party's list is frozen by a job of its own."""
    service.begin_draw(campaign_id)
    return back(campaign_id, _("抽取已开始，正在冻结各部门的名单。"))


@pages.post("/<uuid:campaign_id>/reopen")
@allow(Permission.DRAW_OPERATE)
def reopen(campaign_id: UUID) -> Any:
    """Let parties mend their parts after a draw was given up."""
    service.reopen(campaign_id)
    return back(campaign_id, _("已重新开放，各部门可以修改名单。"))


@pages.post("/<uuid:campaign_id>/close")
@allow(Permission.CAMPAIGN_LEAD)
def close(campaign_id: UUID) -> Any:
    """The campaign is complete: every visit has come to its end (R-O1 counts from here)."""
    unit = counted_in(queries.campaign(campaign_id).unit)
    left = unfinished(campaign_id)
    if left != 0:
        raise Conflict("还有 %(count)s %(unit)s检查没有结束，不能办结。", count=left or 0, unit=unit)
    service.close(campaign_id)
    return back(campaign_id, _("任务已办结，检查结果从今天起按期公示。"))
