"""From readiness to the drawn objects: beginning the draw, freezing each list, running it (R-D2, R-J3, R-J5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState, Unit, qualification_name, quotas_of
from onedoor.campaigns.rules.quotas import rates_of_strata
from onedoor.campaigns.service import campaign_locks
from onedoor.campaigns.service.audit_trail import about_of, record_step
from onedoor.campaigns.service.contested_caps import enqueue_freeze, waits_its_turn
from onedoor.campaigns.service.freeze_checks import expect_drawable, expect_life, expect_references
from onedoor.campaigns.service.list_notes import (
    kept_by_kind,
    kept_one_by_one,
    narrowed_for_all,
    scope_for_all,
    what_a_supervisor_asks,
)
from onedoor.campaigns.service.partners import led_campaign, retry_all_lists
from onedoor.campaigns.service.pools import number_objects, places_per_code, pool_of
from onedoor.campaigns.service.readiness import readiness
from onedoor.campaigns.service.risk_frequency import must_close
from onedoor.campaigns.service.strata import rates_in_force, strata_of
from onedoor.campaigns.service.trial import inspectors_of, keeps, on_another_scale, roster_part
from onedoor.campaigns.service.visit_schedule import schedule_visits
from onedoor.draws import queries as draws
from onedoor.draws import service as drawing
from onedoor.draws.models import Draw
from onedoor.draws.rules import Pool, counts_by_stratum, parse_pool
from onedoor.draws.states import DrawState
from onedoor.kernel.clock import now
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.sentences import Sentence
from tenants import queries as tenants
from tenants.models import Bureau


def begin_draw(
    campaign_id: UUID, mode: drawing.Mode = drawing.USUAL, also_commit: Sequence[UUID] = ()
) -> Campaign:
    """Create the draw and have every party's list frozen, one job per party in its own scope (R-D2).

    `mode` is how it is drawn: what it hashes with, the beacon it names; `also_commit` are bureaus that commit beside the
    system and the supervisor, as a draw must that answers a void one of this lead and names no beacon.
    Raises with the first thing that stops it; `readiness` lists all.
    """
    campaign_locks.lock_exclusive(campaign_id)
    campaign = led_campaign(campaign_id, CampaignState.INVITING)
    ready = readiness(campaign_id)
    stops = ready.stops
    if stops:
        name, problem = stops[0]
        first = Sentence(problem.message, **problem.params)
        raise ClerkError(
            "还有 %(count)s 个问题没有解决，不能开始抽取。先解决：%(first)s",
            count=len(stops),
            first=Sentence("%(name)s：%(problem)s", name=name, problem=first) if name else first,
        )
    if campaign.kind == "daily":
        mode = replace(mode, surprise=True)
    ready.expect(mode.closed)
    return _begin(campaign, campaign.filing_reason if campaign.draw_id else None, also_commit, mode)


def draw_again(
    campaign_id: UUID,
    reason: str,
    also_commit: Sequence[UUID] = (),
    mode: drawing.Mode = drawing.USUAL,
) -> Campaign:
    """Another numbered draw after a void one, of the same frozen lists, with a beacon or other parties (R-D7, draw.md).

    No draw is replaced: the former stays in the register with its number. `also_commit` are bureaus that
    commit beside the system and the supervisor; unless `mode` names a beacon, one of them at least for the first
    time. Raises ClerkError if there is neither.
    """
    campaign = led_campaign(campaign_id, CampaignState.PLANNED)
    if not reason.strip():
        raise ClerkError("请写明再次抽取的理由，理由会公开。", fields={"reason": ["请填写此项。"]})
    former = _former(campaign)
    if former.state != DrawState.VOID:
        raise Conflict("%(number)s没有作废，不能再次抽取。", number=former.number)
    if void_before(campaign) is None:
        raise Conflict("%(number)s还没有公布方案就终止了，请重新开放答复后再开始抽取。", number=former.number)
    return _begin(campaign, reason.strip(), also_commit, mode)


def reopen(campaign_id: UUID) -> Campaign:
    """Let parties mend their parts after a draw was given up before its plan was published.

    Not after a void draw of the campaign, whose lists stay, though the next was given up.
    """
    campaign = led_campaign(campaign_id, CampaignState.PLANNED)
    former = _former(campaign)
    if former.state != DrawState.VOID or former.plan_digest is not None:
        raise Conflict("抽取方案已经公布，名单不能再改。")
    void = void_before(campaign)
    if void is not None:
        raise Conflict("%(number)s已作废，名单不能再改，只能用原来的名单再次抽取。", number=void.number)
    campaign.state, campaign.draw_id, campaign.frozen_at = CampaignState.INVITING, None, None
    record_step(
        campaign,
        "campaign.reopen",
        Sentence("%(number)s在公布方案前终止，重新开放各部门修改名单", number=former.number),
    )
    # What stopped the freeze came after the answers: the lead reads it in its readiness before it begins again.
    retry_all_lists(campaign_id)
    return campaign


def void_before(campaign: Campaign) -> Draw | None:
    """The campaign's newest draw with a published plan, if it is void: the next one keeps its lists."""
    published = [each for each in draws.of_campaign(campaign.id) if each.plan_digest is not None]
    return published[-1] if published and published[-1].state == DrawState.VOID else None


def freeze_list(draw_id: UUID) -> dict[str, Any]:
    """Freeze this bureau's list and deposit it with its part of the roster (job FREEZE_LIST, the party's scope).

    After it nobody changes the list. The outcome has the digest and the counts by status, or for whom the lists wait.
    """
    campaign = queries.by_draw(draw_id)
    own = queries.my_list(campaign.id)
    if own is None:
        raise ClerkError("本部门没有填写抽查名单，无法冻结。请联系牵头部门。")
    bureau, z = tenants.my_bureau(), drawing.secret(draw_id)
    if z is None and must_close(campaign, own):
        raise ClerkError(
            "名单按不公开的类别（风险等级、信用等级、标签）选取、分层或加权，不能公开抽取。"
            "请终止冻结，改为封闭抽取，或改成不按这些类别的范围、分层和权重后重新开始。"
        )
    pool = _same_pool(campaign, own.list_name)
    if pool is None and on_another_scale(campaign, own):
        raise ClerkError(
            "%(bureau)s在答复之后改过风险等级，名单里各等级的比例和权重已不是原来的意思，不能冻结。"
            "请牵头部门终止冻结、重新开放答复，由%(bureau)s按现在的等级重新填写名单；等级改错了的，先改回去再重试。",
            bureau=bureau.short_name,
        )
    stays = pool is not None
    expect_references(campaign, own, bureau, stays=stays)
    expect_life(campaign, queries.party_items(campaign.id, bureau.id))
    if pool is None:
        number_objects(campaign)
        divided = strata_of(campaign, own)
        own.joined = divided.joined
        pool = pool_of(campaign, own, z=z, division=divided.division)
        waits = waits_its_turn(campaign, draw_id, pool)
        if waits is not None:
            return waits
    rates = rates_in_force(own)
    strata = quotas_of(counts_by_stratum(pool), rates)
    listed = inspectors_of(campaign, own.tenant_id)
    expect_drawable(campaign, own, bureau, strata, listed, stays=stays)
    people, against = roster_part(bureau.code, listed, pool, campaign.unit)
    spec: drawing.Spec = {
        "rates": rates_of_strata(strata, rates),
        "reserve": own.reserve,
        "mode": "ratio" if own.weights else "uniform",
        "team": {
            "size": own.team_size,
            "qualifications": sorted(qualification_name(each) for each in own.qualifications),
        },
        "items": [item.number for item in queries.party_items(campaign.id, bureau.id)],
        "scope": scope_for_all(campaign.conditions),
        "narrowed": narrowed_for_all(own.conditions),
        "kept_in": kept_by_kind(own.kept) if keeps(campaign, own) else {},
    }
    deposit = drawing.deposit(draw_id, own.list_name, pool, spec, people, against)
    record_step(
        campaign,
        "list.freeze",
        _frozen(campaign, bureau.short_name, len(pool), sum(row.quota for row in strata)),
        after={
            "digest": deposit.digest,
            "statuses": deposit.statuses,
            **({"kept_in": kept_one_by_one(own.kept)} if keeps(campaign, own) else {}),
        },
    )
    several = places_per_code(campaign, own)
    for text in what_a_supervisor_asks(campaign, own, bureau.short_name, deposit.statuses, several):
        drawing.note(draw_id, text)
    return {"digest": deposit.digest, "rows": len(pool), "statuses": deposit.statuses}


def _frozen(campaign: Campaign, bureau: str, rows: int, quota: int) -> Sentence:
    if campaign.unit == Unit.PLACE:
        return Sentence(
            "%(bureau)s冻结抽查名单，共%(rows)s处经营场所，抽%(quota)s处",
            bureau=bureau,
            rows=rows,
            quota=quota,
        )
    if campaign.unit == Unit.MATTER:
        return Sentence(
            "%(bureau)s冻结抽查名单，共%(rows)s件产品、项目或行为，抽%(quota)s件",
            bureau=bureau,
            rows=rows,
            quota=quota,
        )
    return Sentence(
        "%(bureau)s冻结抽查名单，共%(rows)s户，抽%(quota)s户", bureau=bureau, rows=rows, quota=quota
    )


def _drawn(campaign: Campaign, count: int) -> Sentence:
    if campaign.unit == Unit.PLACE:
        return Sentence("完成随机抽取，抽中%(count)s处经营场所", count=count)
    if campaign.unit == Unit.MATTER:
        return Sentence("完成随机抽取，抽中%(count)s件产品、项目或行为", count=count)
    return Sentence("完成随机抽取，抽中%(count)s户", count=count)


def run_draw(draw_id: UUID, report: drawing.StageCallback = drawing.no_stage_report) -> dict[str, Any]:
    """Run the draw and have its visits scheduled: the draw job's one call, for one bureau or many.

    Asked again for a draw that is done, it changes nothing and schedules nothing twice. Of a draw with a beacon the
    first call registers the reveals. `told` hears the stages.
    """
    campaign = queries.campaign(queries.by_draw(draw_id).id, lock=True)
    drawn_before = campaign.drawn_at is not None and campaign.state != CampaignState.PLANNED
    draw = drawing.run(draw_id, report)
    if drawn_before:
        return _outcome(draw_id)
    if draw.state != DrawState.DRAWN:
        return {"registered": draw.reveals_digest is not None}
    campaign.state, campaign.drawn_at = CampaignState.DRAWN, now()
    outcome = _outcome(draw_id)
    record_step(
        campaign,
        "draw.run",
        _drawn(campaign, outcome["objects"]),
        after=outcome,
    )
    schedule_visits(campaign)
    return outcome


def _begin(
    campaign: Campaign,
    reason: str | None,
    also_commit: Sequence[UUID] = (),
    mode: drawing.Mode = drawing.USUAL,
) -> Campaign:
    taking = [party for party in queries.parties(campaign.id) if party.in_draw]
    draw = drawing.create(
        campaign_id=campaign.id,
        line=campaign.code,
        title=campaign.name,
        parties=[
            drawing.Party(party.tenant_id, party.bureau.code, party.participation.list_name)
            for party in taking
        ],
        reason=reason,
        about=about_of(campaign),
        also_commit=also_commit,
        mode=mode,
        unit=campaign.unit,
        plan_line=campaign.line_code,
    )
    campaign.draw_id, campaign.state = draw.id, CampaignState.PLANNED
    # Another draw after a void one uses the lists frozen before, and who withdrew since stays drawn.
    campaign.frozen_at, campaign.drawn_at = campaign.frozen_at or now(), None
    text = Sentence("开始抽取%(number)s，各部门冻结名单", number=draw.number)
    if reason:
        text = Sentence("%(text)s，再次抽取的理由：%(reason)s", text=text, reason=reason)
    record_step(campaign, "draw.begin", text, after={"draw": draw.number})
    for party in taking:
        enqueue_freeze(campaign, draw.id, party.tenant_id, party.bureau.short_name)
    return campaign


def _former(campaign: Campaign) -> Draw:
    if campaign.draw_id is None:
        raise Conflict("抽取还没有开始。")
    return draws.draw(campaign.draw_id)


def _same_pool(campaign: Campaign, list_name: str) -> Pool | None:
    """The pool this bureau deposited for the void draw before this one, whose lists stay (draw.md)."""
    void = void_before(campaign)
    return None if void is None else parse_pool(draws.pool_file(void.id), list_name)


def may_hold(campaign_id: UUID) -> list[Bureau]:
    """Who can hold the lists of a closed draw beside the supervisor: bureaus that have no list in it (draw.md, "Pool")."""
    lead = tenants.my_bureau()
    listed = {party.tenant_id for party in queries.parties(campaign_id) if party.in_draw}
    out = {*listed, lead.id, drawing.supervisor_of(lead).id}
    return [bureau for bureau in tenants.bureaus() if bureau.id not in out]


def may_commit() -> list[Bureau]:
    """Who can commit beside this bureau's system and its supervisor."""
    lead = tenants.my_bureau()
    always = {lead.id, drawing.supervisor_of(lead).id}
    return [bureau for bureau in tenants.bureaus() if bureau.id not in always]


def _outcome(draw_id: UUID) -> dict[str, Any]:
    found = draws.outcome(draw_id)
    unfilled = sum(bool(drawn.unfilled) for drawn in found.objects)
    return {"objects": len(found.objects), "with_unfilled_slots": unfilled}
