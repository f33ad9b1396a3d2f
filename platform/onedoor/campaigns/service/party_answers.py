"""A party's answer: its items, its list and its inspectors, or no (R-J5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Answer, Campaign, PartyInspector, PartyItem, PartyList, PartyReadiness
from onedoor.campaigns.rules import (
    AnswerState,
    CampaignState,
    PartyState,
    Unit,
    asks_levels,
    check_rates,
    check_weights,
)
from onedoor.campaigns.rules.rates import RISK
from onedoor.campaigns.service import campaign_locks, party_units
from onedoor.campaigns.service.audit_trail import record_step
from onedoor.campaigns.service.drawn_teams import all_taken, chosen_items
from onedoor.campaigns.service.freeze_checks import expect_life
from onedoor.campaigns.service.party_units import UnitPart
from onedoor.campaigns.service.pools import leaves_out_drawn
from onedoor.campaigns.service.readiness import try_out
from onedoor.campaigns.service.trial import officers_for
from onedoor.items import queries as item_queries
from onedoor.items.rules.codes import MATTER_NAMES
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets import queries as target_queries
from onedoor.targets.rules.rate_rules import RULES
from tenants import queries as tenants

OFFICER_CAP = 30


@dataclass(frozen=True)
class Contribution:
    """What a party brings. `conditions` narrow the campaign's scope; `cap` is the most objects per inspector.

    `kept` are objects that stay in though drawn earlier in the year, with the reason and a reference (R-D3); neither it nor `skip_drawn`
    counts outside the plan, where nobody is left out for it. `weights` draw by ratio,
    as `PartyList` keeps them. By rules its rates and `rate_rules` are the campaign's, whatever is given.
    """

    item_ids: Sequence[UUID]
    inspector_ids: Sequence[UUID]
    rates: dict[str, Any]
    stratify: str = "none"
    conditions: dict[str, Any] = field(default_factory=dict)
    reserve: int = 0
    team_size: int = 2
    qualifications: Sequence[str] = ()
    cap: int = OFFICER_CAP
    skip_drawn: bool = True
    kept: Sequence[dict[str, str]] = ()
    weights: dict[str, Any] = field(default_factory=dict)
    rate_rules: Sequence[Any] = ()


def accept(campaign_id: UUID, given: Contribution) -> PartyReadiness:
    """Take part with these items, this list and these inspectors; again until the freeze, the last one counts.

    Raises for items that are not this bureau's published random ones, for inspectors whose certificate is
    not valid today (R-L8), and for a team of fewer than two (R-D5).
    """
    campaign = _open(campaign_id)
    if campaign.kind == "daily":
        given = all_taken(given)
    if given.stratify == RULES:
        given = replace(given, rates=campaign.rates, rate_rules=campaign.rate_rules)
    _check(given)
    daily = campaign.kind == "daily"
    items = chosen_items(campaign, given.item_ids) if daily else _chosen_items(given.item_ids)
    _expect_matters(campaign, items)
    expect_life(campaign, items)
    inspectors = _chosen_inspectors(campaign, given.inspector_ids, given.team_size)
    before = party_units.items_by_unit(campaign.id)
    clear(campaign.id)
    _bring_items(campaign, items)
    _bring_inspectors(campaign, inspectors, given.cap)
    needed = {each for item in items for each in item.qualifications} | set(given.qualifications)
    own = _list(campaign, given, sorted(needed))
    db.session.flush()
    party_units.ask_units(campaign, before)
    _say(campaign, AnswerState.ACCEPTED, None, len(items), len(inspectors))
    return try_out(campaign, own, tenants.my_bureau().code)


def answer_for_unit(campaign_id: UUID, unit_id: UUID, said: UnitPart) -> PartyReadiness:
    """A unit's word on its part of what this bureau brings, until the freeze (R-J2); what the bureau brings is counted anew."""
    campaign = _open(campaign_id)
    own = queries.my_list(campaign_id)
    if own is None:
        raise Conflict("本部门还没有填写抽查名单。")
    party_units.put_answer(campaign, own, unit_id, said)
    answer = queries.my_party(campaign_id).answer
    assert answer is not None
    answer.items = len(queries.my_items(campaign_id))
    answer.inspectors = len(queries.party_inspectors(campaign_id, own.tenant_id))
    needed = {each for item in queries.my_items(campaign_id) for each in item.qualifications}
    own.qualifications = sorted(needed | set(own.qualifications) - _of_items(own.tenant_id))
    db.session.flush()
    return try_out(campaign, own, tenants.my_bureau().code)


def _of_items(tenant_id: UUID) -> set[str]:
    """What any item of the bureau's list asks for: asked for of a team by its matters, and not by who answered."""
    return {each for item in item_queries.published_items(tenant_id) for each in item.qualifications}


def decline(campaign_id: UUID, reason: str) -> None:
    """Not take part, with the reason."""
    campaign = _open(campaign_id)
    if campaign.tenant_id == current_scope().tenant_id:
        raise Conflict("牵头部门不能谢绝自己牵头的抽查；如不再开展，请取消任务。")
    if not reason.strip():
        raise ClerkError("请写明不参加的理由。", fields={"reason": ["请填写此项。"]})
    clear(campaign.id)
    party_units.ask_units(campaign, {})
    _say(campaign, AnswerState.DECLINED, reason.strip(), 0, 0)


def try_again(campaign_id: UUID) -> PartyReadiness:
    """Compute this bureau's readiness anew, after its library or inspectors changed."""
    campaign = _open(campaign_id)
    own = queries.my_list(campaign_id)
    if own is None:
        raise Conflict("本部门还没有填写抽查名单。")
    return try_out(campaign, own, tenants.my_bureau().code)


def try_list(campaign_id: UUID) -> dict[str, Any]:
    """The same because the lead asked (job TRY_LIST, the party's scope); nothing where there is no list or it is frozen by now."""
    campaign_locks.lock_shared(campaign_id)
    campaign = queries.campaign(campaign_id)
    db.session.refresh(campaign)
    own = queries.my_list(campaign_id)
    if own is None or campaign.state != CampaignState.INVITING:
        return {"tried": False}
    tried = try_out(campaign, own, tenants.my_bureau().code)
    return {"tried": True, "eligible": tried.eligible, "quota": tried.quota}


def _open(campaign_id: UUID) -> Campaign:
    """The campaign as it is now, if it still takes answers of this bureau."""
    campaign_locks.lock_shared(campaign_id)
    campaign = queries.campaign(campaign_id)
    db.session.refresh(campaign)
    if campaign.state not in (CampaignState.DRAFT, CampaignState.INVITING):
        raise Conflict("名单已经冻结或任务已结束，不能再修改答复。冻结后确需退出的，请使用“退出”。")
    party = queries.my_party(campaign_id)
    if party.state is PartyState.LEFT_OUT:
        raise Conflict("牵头部门已决定不等本部门参加，请联系牵头部门恢复后再答复。")
    return campaign


def _check(given: Contribution) -> None:
    fields: dict[str, list[str]] = {}
    if not given.item_ids:
        fields["item_ids"] = ["请至少选择一个检查事项。"]
    if given.team_size < 2:
        fields["team_size"] = ["每组不得少于 2 名执法人员。"]
    if given.cap < 1:
        fields["cap"] = ["每人上限至少为 1。"]
    if given.reserve < 0:
        fields["reserve"] = ["不能小于 0。"]
    if not all(each.get("reference") for each in given.kept):
        fields["kept"] = ["请逐户写明依据的文号或编号。"]
    if asks_levels(given) and not target_queries.risk_levels():
        text = (
            "本部门还没有制定风险等级，不能按风险等级分层或加权。请先在“检查对象”的“风险等级”里制定并计算。"
        )
        fields["weigh" if given.weights.get("by") == RISK else "stratify"] = [text]
    if fields:
        raise ClerkError("有几处需要修改。", fields=fields)
    if given.stratify == RULES and not given.rate_rules:
        text = Sentence("计划里没有比例规则，请选择别的分层方式。")
        raise ClerkError(text, fields={"stratify": [text]})
    check_rates(given.rates)
    check_weights(given.weights)


def _expect_matters(campaign: Campaign, items: Sequence[Any]) -> None:
    """Products, projects and activities are drawn for items that are about such (确保不越位, R-L5)."""
    about = {kind for item in items for kind in item.object_kinds}
    if campaign.unit == Unit.MATTER and not about & MATTER_NAMES.keys():
        text = "所选事项的检查对象里没有产品、项目或行为，抽不出对象。请选择以它们为检查对象的事项。"
        raise ClerkError(text, fields={"item_ids": [text]})


def _chosen_items(ids: Sequence[UUID]) -> list[Any]:
    mine = {item.id: item for item in item_queries.published_items(current_scope().tenant_id)}
    if any(one not in mine or mine[one].mode != "random" for one in ids):
        raise ClerkError(
            "只能选择本部门已公布、列入双随机的检查事项。",
            fields={"item_ids": ["所选事项有的未公布或不适合随机抽查，请重新选择。"]},
        )
    return [mine[one] for one in dict.fromkeys(ids)]


def _chosen_inspectors(campaign: Campaign, ids: Sequence[UUID], team_size: int) -> list[Any]:
    valid = {inspector.id: inspector for inspector in officers_for(campaign)}
    if any(one not in valid for one in ids):
        raise ClerkError(
            "名单中有人不在岗、执法证已到期或整个检查期都在休假，不能参加抽取。",
            fields={"inspector_ids": ["请去掉不在岗、执法证已到期或整个检查期都在休假的人员。"]},
        )
    chosen = [valid[one] for one in dict.fromkeys(ids)]
    if len(chosen) < team_size:
        raise ClerkError(
            "每组 %(size)s 人，名单上只有 %(count)s 名执法人员，组不成检查组。请再选一些人员。",
            size=team_size,
            count=len(chosen),
        )
    return chosen


def _bring_items(campaign: Campaign, items: Sequence[Any]) -> None:
    names = {unit.id: unit.name for unit in tenants.units()}
    for item in items:
        db.session.add(
            PartyItem(
                unit_id=item.unit_id,
                unit_name=names.get(item.unit_id, ""),
                tenant_id=item.tenant_id,
                campaign_id=campaign.id,
                item_id=item.id,
                number=item.number,
                name=item.name,
                basis=item.basis,
                checklist=item.checklist,
                method=item.method,
                qualifications=item.qualifications,
            )
        )


def _bring_inspectors(campaign: Campaign, inspectors: Sequence[Any], cap: int) -> None:
    for one in inspectors:
        db.session.add(
            PartyInspector(
                tenant_id=one.tenant_id,
                campaign_id=campaign.id,
                inspector_id=one.id,
                code=one.code,
                name=one.name,
                leads=one.leads,
                qualifications=one.qualifications,
                cap=cap,
                certificate_expires_on=one.certificate_expires_on,
            )
        )


def clear(campaign_id: UUID) -> None:
    """Take this bureau's items, list, inspectors and readiness out again."""
    mine = current_scope().tenant_id
    # Units' answers stay: `ask_units` says of which they hold.
    for model in (PartyItem, PartyInspector, PartyList, PartyReadiness):
        db.session.execute(
            sa.delete(model).where(model.campaign_id == campaign_id, model.tenant_id == mine)  # type: ignore[attr-defined]
        )


def _list(campaign: Campaign, given: Contribution, qualifications: list[str]) -> PartyList:
    bureau = tenants.my_bureau()
    levels = asks_levels(given, campaign.conditions, given.conditions)
    leaves_out = leaves_out_drawn(campaign)
    own = PartyList(
        tenant_id=bureau.id,
        campaign_id=campaign.id,
        list_name=bureau.code,
        conditions=given.conditions,
        stratify=given.stratify,
        rates=given.rates,
        rate_rules=list(given.rate_rules),
        reserve=given.reserve,
        team_size=given.team_size,
        qualifications=qualifications,
        cap=given.cap,
        skip_drawn=given.skip_drawn and leaves_out,
        kept=list(given.kept) if leaves_out else [],
        weights=given.weights,
        levels=target_queries.risk_levels() if levels else [],
    )
    db.session.add(own)
    return own


def _say(campaign: Campaign, state: AnswerState, reason: str | None, items: int, inspectors: int) -> None:
    scope = current_scope()
    assert scope.tenant_id is not None
    answer = queries.my_party(campaign.id).answer
    if answer is None:
        answer = Answer(tenant_id=scope.tenant_id, campaign_id=campaign.id, lead_id=campaign.tenant_id)
        db.session.add(answer)
    again = answer.state == AnswerState.ACCEPTED and state is AnswerState.ACCEPTED
    answer.state, answer.reason = state, reason
    answer.answered_at, answer.answered_by = now(), scope.actor_name
    answer.items, answer.inspectors = items, inspectors
    answer.withdrawn_at, answer.after_freeze, answer.disposition, answer.handed_to = None, False, None, None
    name = tenants.my_bureau().short_name
    brought: dict[str, Any] = {"bureau": name, "items": items, "inspectors": inspectors}
    if again:
        text = Sentence("%(bureau)s修改了答复：%(items)s个事项、%(inspectors)s名执法人员", **brought)
    elif state is AnswerState.ACCEPTED:
        text = Sentence("%(bureau)s同意参加：%(items)s个事项、%(inspectors)s名执法人员", **brought)
    else:
        text = Sentence("%(bureau)s不参加，理由：%(reason)s", bureau=name, reason=reason)
    record_step(campaign, f"answer.{state.value}", text, after={"items": items, "inspectors": inspectors})
