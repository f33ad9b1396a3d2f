"""The visits of one campaign together over the interface: the lead's approval and notices, and each partner's own part (R-V1, R-J2)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import g
from marshmallow import Schema, fields

from onedoor.api.blueprints import looked_up
from onedoor.api.visits.shapes import CheckDecisionIn
from onedoor.api.visits.visits import DECIDES, blp
from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.visits import queries, service
from onedoor.visits.rules.states import READY
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


class UnapprovedOut(Schema):
    """A partner whose head has still to approve its part of some visits."""

    bureau = fields.String()
    count = fields.Integer()


class BatchOut(Schema):
    """The visits of a campaign by state; what waits for a decision of the caller's bureau; whose parts are not approved."""

    campaign_id = fields.UUID(attribute="campaign.id")
    name = fields.String(attribute="campaign.name")
    leads = fields.Boolean()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    waiting_for = fields.String(
        allow_none=True,
        metadata={"description": "the step of the own bureau's approval that waits: review or approve"},
    )
    my_parts = fields.Integer(
        metadata={"description": "visits of others at which the own part is not approved"}
    )
    unapproved = fields.List(fields.Nested(UnapprovedOut))


@blp.route("/campaigns/<uuid:campaign_id>")
@allow(Permission.BUREAU_READ)
@looked_up("campaign", campaigns.campaign)
@blp.response(200, BatchOut)
def batch(campaign: Campaign) -> dict[str, Any]:
    """一个抽查任务的全部检查：各状态的数量、等待的审批、尚未批准各自部分的参与部门"""
    return _told(campaign)


@blp.route("/campaigns/<uuid:campaign_id>/submission", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("campaign", campaigns.campaign)
@blp.response(200, BatchOut)
def submit_batch(campaign: Campaign) -> dict[str, Any]:
    """牵头部门提交全部待提交的检查；已在审批中的不变"""
    if approvals.waiting_for("visits", campaign.id) is None:
        service.submit(campaign.id)
    return _told(campaign)


@blp.route("/campaigns/<uuid:campaign_id>/decision", methods=["POST"])
@allow(*DECIDES)
@looked_up("campaign", campaigns.campaign)
@blp.arguments(CheckDecisionIn)
@blp.response(200, BatchOut)
def decide_batch(given: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    """牵头部门审核、批准或退回提交的检查；由人提交的才能经接口办理"""
    waiting = _waiting("visits", campaign)
    service.decide(waiting, given["decision"] == "approve", given["reason"], g.principal.permissions)
    return _told(campaign)


@blp.route("/campaigns/<uuid:campaign_id>/notices", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("campaign", campaigns.campaign)
@blp.response(202, BatchOut)
def notices(campaign: Campaign) -> dict[str, Any]:
    """制作已批准检查的通知书，在后台进行"""
    service.issue_notices(campaign.id)
    return _told(campaign)


@blp.route("/campaigns/<uuid:campaign_id>/parts/submission", methods=["POST"])
@allow(Permission.VISIT_MANAGE)
@looked_up("campaign", campaigns.campaign)
@blp.response(200, BatchOut)
def submit_parts(campaign: Campaign) -> dict[str, Any]:
    """参与部门提交联合检查里本单位的部分；已在审批中的不变"""
    if approvals.waiting_for("visit_parts", campaign.id) is None:
        service.submit_parts(campaign.id)
    return _told(campaign)


@blp.route("/campaigns/<uuid:campaign_id>/parts/decision", methods=["POST"])
@allow(*DECIDES)
@looked_up("campaign", campaigns.campaign)
@blp.arguments(CheckDecisionIn)
@blp.response(200, BatchOut)
def decide_parts(given: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    """参与部门审核、批准或退回本单位的部分；由人提交的才能经接口办理"""
    waiting = _waiting("visit_parts", campaign)
    service.decide_parts(waiting, given["decision"] == "approve", given["reason"], g.principal.permissions)
    return _told(campaign)


def _waiting(kind: str, campaign: Campaign) -> Approval:
    found = approvals.waiting_for(kind, campaign.id)
    if found is None:
        raise Conflict("“%(name)s”的检查没有等待办理的审批。", name=campaign.name)
    return found


def _told(campaign: Campaign) -> dict[str, Any]:
    db.session.flush()
    leads = campaign.tenant_id == current_scope().tenant_id
    waiting = approvals.waiting_for("visits" if leads else "visit_parts", campaign.id)
    ready = [visit for visit in queries.of_campaign(campaign.id) if visit.state in READY]
    parties = queries.unapproved_parties(ready).values()
    unapproved = Counter(party.bureau_name for found in parties for party in found)
    return {
        "campaign": campaign,
        "leads": leads,
        "counts": queries.counts(campaign.id),
        "waiting_for": waiting.step if waiting else None,
        "my_parts": 0 if leads else len(queries.my_unapproved_parts(campaign.id)),
        "unapproved": [{"bureau": name, "count": count} for name, count in sorted(unapproved.items())],
    }
