"""Daily checks of a day or a week whose teams are drawn: all objects are chosen, so only who goes is random (R-V9, R-D5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import campaign_code
from onedoor.campaigns.service.new_campaigns import make
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.plans.models import PlanLine
from onedoor.plans.rules.states import PlanState
from onedoor.targets import queries as target_queries
from tenants import settings

LONGEST = timedelta(days=7)


@dataclass(frozen=True)
class ChosenObjects:
    """What is checked on a day or in a week: the codes of the objects, and why these."""

    codes: Sequence[str]
    starts_on: date
    ends_on: date
    reason: str


def start_drawn_teams(line_id: UUID, chosen: ChosenObjects) -> Campaign:
    """A draft campaign of a daily line of this bureau: every chosen object is checked, the teams are drawn and told as a surprise.

    Raises where the place does not draw teams of daily checks, and beside the field for what is not within the line.
    """
    if not settings.value("visit_drawn_teams"):
        raise Conflict("本地没有规定日常检查的人员随机抽取。请在“检查”里逐次登记，或由监督部门修改设置。")
    line = _line(line_id)
    codes = _codes(chosen, line)
    batch = max((one.batch for one in queries.of_line(line.code)), default=0) + 1
    plan = plans.plan(line.plan_id)
    return make(
        Campaign(
            code=campaign_code(line.code, batch),
            batch=batch,
            name=f"{line.name}（{chosen.starts_on:%m-%d}）",
            year=plan.year,
            kind="daily",
            plan_id=plan.id,
            plan_line_id=line.id,
            line_code=line.code,
            source="plan",
            reason=chosen.reason.strip(),
            directed=True,
            unit="entity",
            conditions={"codes": codes},
            stratify="none",
            rates={"*": {"all": True}},
            reserve=0,
            team_size=line.team_size,
            fill_days=line.fill_days,
            method=line.method,
            person_responsible=line.person_responsible,
            starts_on=chosen.starts_on,
            ends_on=chosen.ends_on,
        ),
        [],
        max(today(), min(chosen.starts_on, chosen.ends_on)),
    )


def all_taken(given: Any) -> Any:
    """What a bureau brings to such a campaign: nobody is left out or drawn by chance but the officers."""
    return replace(
        given,
        rates={"*": {"all": True}},
        conditions={},
        stratify="none",
        reserve=0,
        skip_drawn=False,
        kept=(),
        weights={},
    )


def chosen_items(campaign: Campaign, ids: Sequence[UUID]) -> list[Item]:
    """The matters: published ones of the line, whether or not they are drawn at random elsewhere (R-P3)."""
    assert campaign.plan_line_id is not None
    mine = {item.id: item for item in item_queries.published_items(current_scope().tenant_id)}
    foreseen = {one.item_number for one in plans.line_items(campaign.plan_line_id)}
    if any(one not in mine or mine[one].number not in foreseen for one in ids):
        raise ClerkError(
            "只能选择计划行里、本单位已公布的检查事项。",
            fields={"item_ids": ["所选事项有的未公布或不在计划行里，请重新选择。"]},
        )
    return [mine[one] for one in dict.fromkeys(ids)]


def _line(line_id: UUID) -> PlanLine:
    line = plans.line(line_id)
    if line.tenant_id != current_scope().tenant_id:
        raise NotFound()
    if line.kind != "daily" or plans.plan(line.plan_id).state != PlanState.PUBLISHED:
        raise Conflict("只有已公布计划里的日常检查行可以集中抽取检查人员；紧急检查和其他检查逐次登记。")
    return line


def _codes(chosen: ChosenObjects, line: PlanLine) -> list[str]:
    fields: dict[str, list[str]] = {}
    if not chosen.reason.strip():
        fields["reason"] = ["请写明为什么检查这些对象。"]
    if not today() <= chosen.starts_on <= chosen.ends_on:
        fields["starts_on"] = ["请填写今天以后的日期，截止日期不早于开始日期。"]
    elif chosen.ends_on - chosen.starts_on >= LONGEST:
        fields["ends_on"] = ["一次最多安排一周的检查。"]
    elif not line.starts_on <= chosen.starts_on <= chosen.ends_on <= line.ends_on:
        fields["starts_on"] = ["不在计划行的时间内。"]
    try:
        codes = [read_entity_code(one).text for one in dict.fromkeys(chosen.codes)]
    except ClerkError as wrong:
        raise ClerkError(wrong.message, **wrong.params, fields={"codes": [str(wrong)]}) from None
    within = _within(line, codes)
    outside = [one for one in codes if one not in within]
    if not codes:
        fields["codes"] = ["请填写要检查的对象，每行一个统一社会信用代码。"]
    elif outside:
        fields["codes"] = ["这些对象不在本单位的名录里，或不在计划行的对象范围里：" + "、".join(outside[:5])]
    if fields:
        raise ClerkError("集中抽取检查人员有几处需要修改。", fields=fields)
    return codes


def _within(line: PlanLine, codes: Sequence[str]) -> set[str]:
    """Of these codes those that the bureau's library and the line's scope have."""
    asked = {**line.conditions, "codes": list(codes)} if codes else {}
    found: list[Any] = list(db.session.scalars(target_queries.selection(asked))) if codes else []
    return {one.code for one in found if target_queries.target_of(one.id) is not None}
