"""Starting a campaign from a published plan line, or ad hoc with its reason, and inviting partners (R-J1, R-P3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, Participation
from onedoor.campaigns.rules import CampaignState, Unit, campaign_code, check_rates, document_number
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.kernel import locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries as plans
from onedoor.plans.rules.states import PlanState
from tenants import queries as tenants
from tenants import settings
from tenants.settings import calendars

GROUNDS = ("life", "deployment")


@dataclass(frozen=True)
class AdHoc:
    """A campaign outside the plan: its reason, the document it refers to, and its scope (R-P3).

    `ground` is `deployment` (临时部署), or `life`: of matters alone that directly touch life and property.
    """

    name: str
    reason: str
    reference: str
    starts_on: date
    ends_on: date
    rates: dict[str, Any]
    conditions: dict[str, Any] = field(default_factory=dict)
    stratify: str = "none"
    reserve: int = 0
    team_size: int = 2
    method: str = ""
    person_responsible: str = ""
    unit: str = "entity"
    ground: str = "deployment"


def start(
    line_id: UUID,
    *,
    name: str = "",
    answer_due: date | None = None,
    directed: bool = False,
    unit: str = "entity",
    partner_ids: Sequence[UUID] | None = None,
) -> Campaign:
    """A draft campaign of a published plan line of this bureau, its partners taken from the line by default.

    `unit` is what its rates count and its draw draws: entities, or places of business.
    Raises if the line is not this bureau's, its plan not published, or all its times a year are used.
    """
    line = plans.line(line_id)
    plan = plans.plan(line.plan_id)
    if line.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if plan.state != PlanState.PUBLISHED:
        raise Conflict("计划还没有公布，不能据此建立抽查任务。请先完成审批和公布。")
    if line.kind != "random":
        raise Conflict("这一行是不经抽取的检查，请在“检查”里安排，不建立抽查任务。")
    batch = _next_batch(line.code, line.times_a_year)
    wanted = list(line.partner_ids) if partner_ids is None else list(partner_ids)
    return make(
        Campaign(
            code=campaign_code(line.code, batch),
            batch=batch,
            name=name.strip() or (line.name if batch == 1 else f"{line.name}（第{batch}批）"),
            year=plan.year,
            plan_id=plan.id,
            plan_line_id=line.id,
            line_code=line.code,
            source="plan",
            directed=directed,
            unit=unit,
            conditions=line.conditions,
            stratify=line.stratify,
            rates=line.rates,
            rate_rules=line.rate_rules,
            reserve=line.reserve,
            team_size=line.team_size,
            fill_days=line.fill_days,
            method=line.method,
            person_responsible=line.person_responsible,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        ),
        wanted,
        answer_due,
    )


def start_ad_hoc(
    wanted: AdHoc,
    *,
    answer_due: date | None = None,
    directed: bool = False,
    partner_ids: Sequence[UUID] = (),
) -> Campaign:
    """A draft campaign outside the plan, registered with its reason and reference (R-P3)."""
    missing = {
        name: ["计划外的抽查必须登记，请填写此项。"]
        for name in ("reason", "reference")
        if not getattr(wanted, name).strip()
    }
    if missing:
        raise ClerkError("计划外的抽查必须写明理由和依据文件。", fields=missing)
    if wanted.ground not in GROUNDS:
        raise ClerkError(
            "计划外只能随机抽查直接涉及生命财产安全的事项，或按上级临时部署抽查。",
            fields={"ground": ["请选择计划外抽查的情形。"]},
        )
    check_rates(wanted.rates)
    year = wanted.starts_on.year
    mine = sa.select(sa.func.count()).where(Campaign.source == "ad_hoc", Campaign.year == year, _led_by_me())
    number = (db.session.scalar(mine) or 0) + 1
    return make(
        Campaign(
            code=campaign_code(f"{tenants.my_bureau().code}-{year}-L{number:02d}", 1),
            batch=1,
            name=wanted.name.strip(),
            year=year,
            source="ad_hoc",
            reason=wanted.reason.strip(),
            reference=wanted.reference.strip(),
            ground=wanted.ground,
            directed=directed,
            unit=wanted.unit,
            conditions=wanted.conditions,
            stratify=wanted.stratify,
            rates=wanted.rates,
            reserve=wanted.reserve,
            team_size=wanted.team_size,
            method=wanted.method,
            person_responsible=wanted.person_responsible,
            starts_on=wanted.starts_on,
            ends_on=wanted.ends_on,
        ),
        list(partner_ids),
        answer_due,
    )


def invite(campaign_id: UUID) -> Campaign:
    """Send the invitations; from now on partners see the campaign. Alone, it only opens the lead's own part."""
    campaign = queries.campaign(campaign_id, lock=True)
    if campaign.state != CampaignState.DRAFT:
        raise Conflict("邀请已经发出，不必重复发出。")
    if campaign.answer_due < today():
        raise ClerkError(
            "答复期限已过，请先改期限再发邀请。", fields={"answer_due": ["请填写今天以后的日期。"]}
        )
    campaign.state, campaign.invited_at = CampaignState.INVITING, now()
    names = []
    for party in queries.parties(campaign.id):
        party.participation.invited_at = now()
        if party.participation.part == "partner":
            names.append(party.bureau.short_name)
    text = (
        Sentence("邀请%(names)s参加，%(day)s前答复", names=names, day=campaign.answer_due)
        if names
        else Sentence("开始准备抽查任务")
    )
    record_step(campaign, "campaign.invite", text, after={"partners": names})
    return campaign


def usual_due() -> date:
    """The day by which partners usually answer: so many working days, a setting of the place (default five).

    Raises CalendarUnknown where they reach into a year without a calendar (R-S3).
    """
    days = settings.value("campaign.answer_days")
    return calendars.work_calendar().add_working_days(today(), days)


def _next_batch(line_code: str, times: int) -> int:
    """The next batch of a line. A cancelled one leaves its code used and its turn free (R-P3)."""
    earlier = queries.of_line(line_code)
    held = sum(one.state != CampaignState.CANCELLED for one in earlier)
    if held >= times:
        raise Conflict(
            "计划规定全年抽查 %(times)s 次，已经建立了 %(held)s 个任务。确需增加的，请先修改计划，或登记为计划外抽查。",
            times=times,
            held=held,
        )
    return max((one.batch for one in earlier), default=0) + 1


def make(campaign: Campaign, partner_ids: list[UUID], answer_due: date | None) -> Campaign:
    """The draft with its number, and who takes part."""
    if campaign.ends_on < campaign.starts_on:
        raise ClerkError("检查期的结束日期早于开始日期。", fields={"ends_on": ["请填写开始日期以后的日期。"]})
    if not campaign.name:
        raise ClerkError("请填写抽查任务的名称。", fields={"name": ["请填写此项。"]})
    bureau = tenants.my_bureau()
    due = answer_due or usual_due()
    if due < today():
        raise ClerkError("答复期限不能早于今天。", fields={"answer_due": ["请填写今天以后的日期。"]})
    partners = _partners(partner_ids, bureau.id)
    if partners and campaign.unit == Unit.MATTER:
        text = "产品、项目、行为的编号由各单位自己定，不能与其他部门一起抽取。请只由本单位开展，或改以经营主体、经营场所为单位。"
        raise ClerkError(text, fields={"unit": [text]})
    campaign.tenant_id, campaign.state, campaign.created_at = bureau.id, CampaignState.DRAFT, now()
    campaign.joint, campaign.answer_due = bool(partners), due
    campaign.number = _next_number(bureau.abbreviation, campaign.year)
    db.session.add(campaign)
    db.session.flush()
    _take_part(campaign, bureau.id, bureau.code, 0)
    for position, partner in enumerate(partners, 1):
        _take_part(campaign, partner.id, partner.code, position)
    record_step(
        campaign,
        "campaign.start",
        Sentence("建立抽查任务《%(name)s》（%(number)s）", name=campaign.name, number=campaign.number),
        shared=False,
    )
    return campaign


def _take_part(campaign: Campaign, bureau_id: UUID, code: str, position: int) -> None:
    db.session.add(
        Participation(
            tenant_id=bureau_id,
            campaign_id=campaign.id,
            lead_id=campaign.tenant_id,
            part="lead" if position == 0 else "partner",
            list_name=code,
            position=position,
        )
    )


def _partners(ids: list[UUID], lead_id: UUID) -> list[Any]:
    wanted = list(dict.fromkeys(one for one in ids if one != lead_id))
    found = {bureau.id: bureau for bureau in tenants.bureaus(wanted)}
    if len(found) != len(wanted):
        raise ClerkError(
            "所选参与部门中有的已不存在，请重新选择。", fields={"partner_ids": ["请重新选择参与部门。"]}
        )
    return [found[one] for one in wanted]


def _next_number(abbreviation: str, year: int) -> str:
    """The next number of the year; one at a time per bureau, so that none is given twice."""
    locks.hold(f"campaign numbers {current_scope().tenant_id}")
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Campaign).where(Campaign.year == year, _led_by_me())
    )
    return document_number(abbreviation, "任", year, (count or 0) + 1)


def _led_by_me() -> sa.ColumnElement[bool]:
    return Campaign.tenant_id == current_scope().tenant_id
