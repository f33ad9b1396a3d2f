"""Decisions that ask for a reason, each on a small page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from marshmallow import Schema

from onedoor.campaigns import queries, schemas, service
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import PartyState
from onedoor.campaigns.rules.states import BEGUN
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.web.campaigns import labels
from onedoor.web.campaigns.actions import back
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.shell import forms, page
from tenants import queries as tenants
from tenants.rules import Permission

GET_POST = ("GET", "POST")


def _ask(
    campaign: Campaign, schema: Schema, act: Callable[[dict[str, Any]], Any], message: str, **shown: Any
) -> Any:
    """Show the form, or do what it asks and go back to the campaign."""
    form = forms.empty(
        answer_due=campaign.answer_due,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        **labels.USUAL_MODE,
    )
    if request.method == "POST":
        form = forms.read(schema)
        if form.ok:
            with form.submission():
                act(form.data)
                return back(campaign.id, message)
    shown.setdefault("fields", ())
    status = form.status
    return page("campaigns/reason.html", status, campaign=campaign, form=form, words=labels, **shown)


def _led(campaign_id: UUID) -> Campaign:
    """The campaign, for its lead alone."""
    campaign = queries.campaign(campaign_id)
    if campaign.tenant_id != current_user.tenant_id:
        raise NotFound()
    return campaign


@pages.route("/<uuid:campaign_id>/decline", methods=GET_POST)
@allow(Permission.CAMPAIGN_ANSWER)
def decline(campaign_id: UUID) -> Any:
    """Not take part."""
    return _ask(
        queries.campaign(campaign_id),
        schemas.ReasonSchema(),
        lambda data: service.decline(campaign_id, data["reason"]),
        _("已答复不参加。"),
        title=_("不参加这项抽查"),
        lead=_("牵头部门和其他参与部门会看到理由。冻结名单之前还可以改为参加。"),
        submit=_("确认不参加"),
    )


@pages.route("/<uuid:campaign_id>/withdraw", methods=GET_POST)
@allow(Permission.CAMPAIGN_ANSWER)
def withdraw(campaign_id: UUID) -> Any:
    """Withdraw, before or after the freeze."""
    campaign = queries.campaign(campaign_id)
    return _ask(
        campaign,
        schemas.WithdrawSchema(),
        lambda data: service.withdraw(campaign_id, **data),
        _("已退出。"),
        **_withdrawing(campaign),
    )


def _withdrawing(campaign: Campaign) -> dict[str, Any]:
    """What the form says and offers: after the freeze, to whom the drawn matters may go."""
    shown = {"title": _("退出这项抽查"), "submit": _("确认退出")}
    if campaign.state not in BEGUN:
        return {**shown, "lead": _("名单还没有冻结：退出后本次抽取不含本部门的事项。")}
    others = [
        (party.tenant_id, party.bureau.name)
        for party in queries.parties(campaign.id)
        if party.state is PartyState.ACCEPTED and party.tenant_id != current_user.tenant_id
    ]
    lead = _(
        "名单已经冻结：本部门的事项仍会抽取或已抽中，请写明以后补查还是移交。抽中的对象因此不再检查的，理由随抽取结果公开，并告知监督部门。"
    )
    return {**shown, "lead": lead, "others": others, "after": True}


@pages.route("/<uuid:campaign_id>/parties/<uuid:tenant_id>/leave-out", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def leave_out(campaign_id: UUID, tenant_id: UUID) -> Any:
    """Go on without a party."""
    party = queries.party(campaign_id, tenant_id)
    return _ask(
        _led(campaign_id),
        schemas.ReasonSchema(),
        lambda data: service.leave_out(campaign_id, tenant_id, data["reason"]),
        _("已记录，本次抽取不含该部门。"),
        title=_("不等%(bureau)s参加", bureau=party.bureau.short_name),
        lead=_("理由会留痕，参加部门都能看到。开始抽取之前可以恢复。"),
        submit=_("确认"),
    )


@pages.route("/<uuid:campaign_id>/extend", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def extend(campaign_id: UUID) -> Any:
    """Give more time to answer."""
    return _ask(
        _led(campaign_id),
        schemas.ExtendSchema(),
        lambda data: service.extend(campaign_id, data["answer_due"]),
        _("答复期限已修改。"),
        title=_("修改答复期限"),
        lead=_("新的期限对所有还没有答复的部门有效。"),
        submit=_("保存"),
        fields=("answer_due",),
    )


@pages.route("/<uuid:campaign_id>/period", methods=GET_POST)
@allow(Permission.PLAN_APPROVE)
def period(campaign_id: UUID) -> Any:
    """Other days than the plan's, by the head."""
    campaign = _led(campaign_id)
    return _ask(
        campaign,
        schemas.PeriodSchema(),
        lambda data: service.move_period(campaign_id, **data),
        _("检查时间已调整，超出计划的已登记为偏离。"),
        title=_("调整检查时间"),
        lead=_("超出计划规定时间的登记为偏离计划，监督部门能看到理由；超出本地容许天数的，须先变更计划。"),
        submit=_("调整"),
        fields=("period",),
    )


@pages.route("/<uuid:campaign_id>/partners", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def partners(campaign_id: UUID) -> Any:
    """Invite more partners."""
    known = {party.tenant_id for party in queries.parties(campaign_id)}
    return _ask(
        _led(campaign_id),
        schemas.PartnersSchema(),
        lambda data: service.add_partners(campaign_id, data["partner_ids"]),
        _("已增加参加部门。"),
        title=_("增加参与部门"),
        lead=_("任务已发出邀请的，新增的部门立即收到邀请。"),
        submit=_("增加"),
        fields=("partner_ids",),
        bureaus=[(each.id, each.name) for each in tenants.bureaus() if each.id not in known],
    )


@pages.route("/<uuid:campaign_id>/cancel", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def cancel(campaign_id: UUID) -> Any:
    """Give the campaign up before its draw."""
    return _ask(
        _led(campaign_id),
        schemas.ReasonSchema(),
        lambda data: service.cancel(campaign_id, data["reason"]),
        _("任务已取消。"),
        title=_("取消抽查任务"),
        lead=_("取消后不能恢复；参与部门会看到理由。"),
        submit=_("确认取消"),
    )


@pages.route("/<uuid:campaign_id>/draw-again", methods=GET_POST)
@allow(Permission.DRAW_OPERATE)
def draw_again(campaign_id: UUID) -> Any:
    """Another numbered draw after a void one, with a beacon or parties that did not commit to that one."""
    campaign = _led(campaign_id)
    return _ask(
        campaign,
        schemas.DrawAgainSchema(),
        lambda data: service.draw_again(
            campaign_id, data["reason"], data["also_commit"], schemas.mode_of(data)
        ),
        _("新的抽取已建立，正在冻结名单。"),
        title=_("再次抽取"),
        lead=_("原来的抽取保留在登记簿里，新的抽取用原来的名单，另行编号。理由会公开，并告知监督部门。"),
        submit=_("再次抽取"),
        fields=("also_commit",),
        **_committing(campaign),
    )


def _committing(campaign: Campaign) -> dict[str, Any]:
    """Who did not reveal in the void draw, and which bureaus may commit beside the system and the supervisor."""
    void = service.void_before(campaign)
    if void is None:
        return {"committing": [], "silent": []}
    parts = [part for part, _revealed in draws.committers(void.id)]
    always = {part.bureau_id for part in parts if part.keeper == "system" or drawing.opens_the_line(part)}
    again = {part.bureau_id for part in parts}
    first = {party.tenant_id for party in queries.parties(campaign.id)}
    others = sorted(tenants.bureaus(), key=lambda one: (one.id in again, one.id not in first))
    choices = [
        (one.id, one.name, _("上次承诺过") if one.id in again else "")
        for one in others
        if one.id not in always
    ]
    return {"committing": choices, "silent": drawing.published_withholders(void.id)}


@pages.route("/<uuid:campaign_id>/filing-decision", methods=GET_POST)
@allow(Permission.CAMPAIGN_LEAD)
def filing_decision(campaign_id: UUID) -> Any:
    """Say what becomes of the campaign after its plan's filing was returned."""
    return _ask(
        _led(campaign_id),
        schemas.FilingDecisionSchema(),
        lambda data: service.decide_on_filing(campaign_id, data["decision"], data["reason"]),
        _("处理意见已记录。"),
        title=_("计划备案被退回后的处理"),
        lead=_("处理意见和理由会留痕，参加部门和监督部门都能看到。抽取后停止抽查的，理由还随抽取结果公开。"),
        submit=_("记录处理意见"),
        fields=("decision",),
    )
