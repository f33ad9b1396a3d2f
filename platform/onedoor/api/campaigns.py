"""Campaigns over the interface: how far they are, how ready the lead's draw is, what one's own list would come to (R-J5, R-D5).

Answering, inviting and drawing are for people, on the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from onedoor.api import jobs
from onedoor.api.blueprints import looked_up, room
from onedoor.api.campaign_schemas import (
    CampaignArgs,
    CampaignPage,
    CampaignWithParties,
    Jobs,
    ReadinessOut,
    TrialOut,
    UnitList,
    WhatIfIn,
)
from onedoor.api.lists.paging import page_of
from onedoor.api.lists.rows import columns
from onedoor.campaigns import queries, service
from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules import CampaignState, Problem
from onedoor.campaigns.service import Readiness, Trial, TrialRequest
from onedoor.edge.guard import allow
from onedoor.edge.strata import finding_text, stratum_name
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.jobs import Job, JobName, JobState
from onedoor.kernel.scope import current_scope
from tenants import queries as tenants
from tenants.models import Bureau
from tenants.rules import Permission

blp = room("campaigns", "抽查任务：进度、抽取前的准备情况、试算")
BEFORE = (CampaignState.DRAFT, CampaignState.INVITING)


@blp.route("/")
@allow(Permission.BUREAU_READ)
@blp.arguments(CampaignArgs, location="query")
@blp.response(200, CampaignPage)
def campaigns(args: dict[str, Any]) -> dict[str, Any]:
    """本单位牵头或参与的抽查任务，最近建立的在前"""
    query = queries.visible()
    if args["part"]:
        mine = Campaign.tenant_id == current_scope().tenant_id
        query = query.where(mine if args["part"] == "lead" else ~mine)
    if args["state"]:
        query = query.where(Campaign.state == args["state"])
    found = page_of(query, Campaign.id, args)
    leads = {each.id: each.name for each in tenants.bureaus([each.tenant_id for each in found["items"]])}
    return {**found, "items": [{**columns(each), "lead": leads[each.tenant_id]} for each in found["items"]]}


@blp.route("/<uuid:campaign_id>")
@allow(Permission.BUREAU_READ)
@looked_up("campaign", queries.campaign)
@blp.response(200, CampaignWithParties)
def one_campaign(campaign: Campaign) -> dict[str, Any]:
    """一项抽查任务，以及各部门的答复"""
    lead = db.session.get_one(Bureau, campaign.tenant_id).name
    return {**columns(campaign), "lead": lead, "parties": queries.parties(campaign.id)}


@blp.route("/<uuid:campaign_id>/readiness")
@allow(Permission.BUREAU_READ)
@looked_up("campaign", queries.campaign)
@blp.response(200, ReadinessOut)
def readiness(campaign: Campaign) -> dict[str, Any]:
    """准备情况：抽取之前会出什么问题、要改什么，各部门的名单和人员合多少，预计入户；牵头部门在冻结名单以前读取"""
    if campaign.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if campaign.state not in BEFORE:
        raise Conflict("抽取已经开始，准备情况只在开始抽取以前查看。")
    found = service.readiness(campaign.id)
    names = {each.tenant_id: each.bureau.name for each in queries.parties(campaign.id)}
    return {
        "ready": not found.stops,
        "only_closed": bool(found.private),
        "findings": _findings(found.problems),
        "parties": [
            {
                **columns(row),
                "bureau": names[tenant_id],
                "checked_at": row.computed_at,
                "strata": [_stratum(each) for each in row.strata],
                "findings": _findings(found.of_party[tenant_id]),
            }
            for tenant_id, row in found.counts.items()
        ],
        "doors": _doors_as_answered(found) if campaign.joint else None,
        "jobs": jobs.job_outs(_trying(campaign.id)),
    }


@blp.route("/<uuid:campaign_id>/readiness/computations", methods=["POST"])
@allow(Permission.CAMPAIGN_LEAD)
@looked_up("campaign", queries.campaign)
@blp.response(202, Jobs)
def compute_readiness(campaign: Campaign) -> dict[str, Any]:
    """请各部门的名单按今天的名录和执法人员重新核对，每个部门一项后台作业；由牵头部门"""
    service.retry_all_lists(campaign.id)
    return {"jobs": jobs.job_outs(_trying(campaign.id))}


@blp.route("/<uuid:campaign_id>/preview")
@allow(Permission.BUREAU_READ)
@looked_up("campaign", queries.campaign)
@blp.response(200, TrialOut)
def preview(campaign: Campaign) -> dict[str, Any]:
    """试算：本单位的名单按今天的名录合多少、会出什么问题；不保存"""
    own = _own(campaign)
    return _tried(campaign, own, service.trial(campaign, own, tenants.my_bureau().code))


@blp.route("/<uuid:campaign_id>/preview", methods=["POST"])
@allow(Permission.BUREAU_READ)
@looked_up("campaign", queries.campaign)
@blp.arguments(WhatIfIn)
@blp.response(200, TrialOut)
def what_if(given: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    """试算：改一改比例、不抽的对象、上限或人员会怎样；不保存，也不改变任何名单"""
    own = _own(campaign)
    changed: dict[str, Any] = {
        name: given[name] for name in ("rates", "skip_drawn", "team_size") if name in given
    }
    if not given["keeps"]:
        changed["kept"] = []
    tried = service.trial(
        campaign,
        TrialRequest.of(own, **changed),
        tenants.my_bureau().code,
        more_visits=given["more_visits"],
        recusals=given["recusals"],
        officer_cap=given["officer_cap"],
    )
    return _tried(campaign, own, tried)


@blp.route("/<uuid:campaign_id>/units")
@allow(Permission.BUREAU_READ)
@looked_up("campaign", queries.campaign)
@blp.response(200, UnitList)
def units(campaign: Campaign) -> dict[str, Any]:
    """本单位的事项分属几个科室的，各科室对自己部分的答复"""
    return _units(campaign)


def _units(campaign: Campaign) -> dict[str, Any]:
    items = service.items_by_unit(campaign.id)
    return {
        "items": [
            {**columns(one), "item_ids": sorted(items.get(one.unit_id, ()))}
            for one in queries.my_units(campaign.id)
        ]
    }


def _own(campaign: Campaign) -> PartyList:
    own = queries.my_list(campaign.id)
    if own is None or campaign.state not in BEFORE:
        raise Conflict("填写本部门的部分以后、开始抽取以前才能试算。")
    return own


def _tried(campaign: Campaign, own: PartyList, tried: Trial) -> dict[str, Any]:
    shown = ("rows", "eligible", "quota", "inspectors", "leaders", "slots", "capacity", "unfilled")
    return {
        **{name: getattr(tried, name) for name in shown},
        "strata": [
            {**_stratum(row.as_json()), "left_out": _left_out(tried.statuses[row.stratum])}
            for row in tried.strata
        ],
        "recusals": sum(tried.recusals.values()),
        "findings": _findings(tried.problems),
        "doors": _doors(campaign, own, tried),
        "caps": service.caps_of(campaign),
        "leaves_out_drawn": service.leaves_out_drawn(campaign),
        "untold_draws": service.untold_draws(campaign, own),
    }


def _doors(campaign: Campaign, own: PartyList, tried: Trial) -> service.Doors | None:
    """The lead alone knows of the others' lists."""
    if campaign.tenant_id != own.tenant_id or not campaign.joint:
        return None
    return service.readiness(campaign.id).doors(own.tenant_id, tried)


def _doors_as_answered(found: Readiness) -> dict[str, Any]:
    return {
        "least": found.least_doors,
        "most": found.most_doors,
        "expected": service.expected_doors(found),
    }


def _trying(campaign_id: UUID) -> list[Job]:
    """What looks at the parties' lists anew and has not ended well."""
    return [
        job
        for job in queries.jobs_of(campaign_id)
        if job.name == JobName.TRY_LIST and job.state != JobState.DONE
    ]


def _findings(problems: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"level": each.level, "where": each.where, "sentence": finding_text(each)} for each in problems]


def _stratum(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "name": stratum_name(row["stratum"])}


def _left_out(statuses: Mapping[str, int]) -> dict[str, int]:
    return {status: count for status, count in sorted(statuses.items()) if status != "E"}
