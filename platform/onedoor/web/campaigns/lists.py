"""The lists: all campaigns this bureau leads or takes part in, and the joint ones."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Answer, Campaign, Participation
from onedoor.campaigns.rules import PartyState, party_state
from onedoor.campaigns.rules.states import CampaignState
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.web.campaigns.blueprint import pages
from onedoor.web.campaigns.labels import PARTIES, STATES
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep
from tenants.models import Bureau
from tenants.rules import Permission

TODO = (("answer", _l("等本部门答复")), ("draw", _l("可以开始抽取")))
PARTS = (("lead", _l("本部门牵头")), ("partner", _l("本部门参与")))


def _by_part(query: sa.Select[Any], part: str) -> sa.Select[Any]:
    mine = Campaign.tenant_id == current_user.tenant_id
    return query.where(mine if part == "lead" else sa.not_(mine))


def _deadline(row: Any) -> Any:
    campaign = row.Campaign
    return ui.deadline(
        campaign.answer_due, done=campaign.state not in (CampaignState.DRAFT, CampaignState.INVITING)
    )


def _mine(row: Any) -> PartyState:
    return party_state(
        row.said,
        after_freeze=queries.is_late(row.Campaign, row.withdrawn_at),
        left_out=row.left_out is not None,
        invited=True,
        due=row.Campaign.answer_due,
        today=today(),
    )


def _todo(query: sa.Select[Any], chosen: str) -> sa.Select[Any]:
    if chosen == "draw":
        return query.where(Campaign.id.in_(service.ready_to_draw()))
    return query.where(Campaign.id.in_(queries.unanswered().with_only_columns(Campaign.id)))


CAMPAIGNS = ListPage(
    title=_l("抽查任务"),
    key=Campaign.id,
    row_key=lambda row: row.Campaign.id,
    columns=(
        Column(
            "name",
            _l("任务名称"),
            value=lambda row: row.Campaign.name,
            link=lambda row: url_for("campaigns.campaign", campaign_id=row.Campaign.id),
            sort=Campaign.name,
            wide=True,
        ),
        Column("number", _l("编号"), value=lambda row: row.Campaign.number, kind="code"),
        Column("lead", _l("牵头部门"), value=lambda row: row.lead),
        Column(
            "state",
            _l("状态"),
            value=lambda row: row.Campaign.state,
            cell=lambda row: ui.status(row.Campaign.state, STATES),
            export=lambda row: str(STATES[row.Campaign.state].text),
        ),
        Column(
            "mine",
            _l("本部门的答复"),
            value=_mine,
            cell=lambda row: ui.status(_mine(row), PARTIES),
            export=lambda row: str(PARTIES[_mine(row)].text),
        ),
        Column(
            "answer_due",
            _l("答复期限"),
            value=lambda row: row.Campaign.answer_due,
            cell=_deadline,
            kind="date",
            sort=Campaign.answer_due,
        ),
        Column(
            "ends_on",
            _l("检查截止"),
            value=lambda row: row.Campaign.ends_on,
            kind="date",
            sort=Campaign.ends_on,
        ),
        Column(
            "created",
            _l("建立时间"),
            value=lambda row: row.Campaign.created_at,
            kind="time",
            sort=Campaign.created_at,
        ),
    ),
    search=(Campaign.name, Campaign.number, Campaign.code),
    search_label=_l("任务名称或编号"),
    filters=(
        Filter("part", _l("本部门"), PARTS, apply=_by_part),
        Filter("todo", _l("待办"), TODO, apply=_todo),
        Filter("state", _l("状态"), as_choices(STATES), column=Campaign.state),
    ),
    order="-created",
    empty=_l("计划公布后，从计划的一行建立抽查任务；其他部门邀请本部门参加的任务也会列在这里。"),
)


@pages.get("/", endpoint="campaigns")
@allow(Permission.BUREAU_READ)
def campaigns() -> Any:
    """Campaigns this bureau leads or takes part in."""
    return CAMPAIGNS.respond(db.session(), _query(), "campaigns/list.html", joint=False, next=_next())


@pages.get("/joint")
@allow(Permission.BUREAU_READ)
def joint() -> Any:
    """The joint ones alone: invitations, and what this bureau invited others to."""
    query = _query().where(Campaign.joint)
    return CAMPAIGNS.respond(db.session(), query, "campaigns/list.html", joint=True, next=_next())


def _query() -> sa.Select[Any]:
    """With the lead's name and what this bureau said; row policies have left out what is not this bureau's."""
    said = sa.and_(Answer.campaign_id == Campaign.id, Answer.tenant_id == current_user.tenant_id)
    part = sa.and_(
        Participation.campaign_id == Campaign.id, Participation.tenant_id == current_user.tenant_id
    )
    return (
        queries.visible()
        .join(Bureau, Bureau.id == Campaign.tenant_id)
        .outerjoin(Answer, said)
        .outerjoin(Participation, part)
        .add_columns(
            Bureau.short_name.label("lead"),
            Answer.state.label("said"),
            Answer.withdrawn_at.label("withdrawn_at"),
            Participation.left_out_at.label("left_out"),
        )
    )


def _next() -> NextStep | None:
    if not current_user.may(Permission.CAMPAIGN_LEAD):
        return None
    return NextStep(_l("建立抽查任务"), url_for("campaigns.new"))
