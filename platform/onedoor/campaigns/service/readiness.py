"""Readiness: each party's list and roster tried in its own scope, and what the lead sees of all (R-J5, R-D5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, PartyInspector, PartyList, PartyReadiness
from onedoor.campaigns.queries import Party
from onedoor.campaigns.rules import (
    CampaignState,
    Level,
    PartyState,
    Problem,
    StratumQuota,
    qualification_name,
    quotas_of,
)
from onedoor.campaigns.rules.readiness import Team, problems_of_party
from onedoor.campaigns.service.pools import pool_of
from onedoor.draws import rules as draw_rules
from onedoor.draws.rules.roster import Inspector, Recusal
from onedoor.filing import queries as filing
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.registry import queries as registry

NO_SALT = bytes(32)
# Nothing is published of a trial, so its tree is not hashed.
NO_FACE: draw_rules.PoolFace = {"digest": "", "root": "", "n": 0}


@dataclass(frozen=True)
class Readiness:
    """What the lead reads before the freeze: problems of the whole and of each party, and counts.

    `names` are the parties' short names, to say whose problem it is.
    """

    problems: list[Problem]
    of_party: dict[UUID, list[Problem]]
    names: dict[UUID, str]
    counts: dict[UUID, PartyReadiness]
    least_doors: int
    most_doors: int

    @property
    def stops(self) -> list[tuple[str, Problem]]:
        """What must be settled before the draw can begin, with whose it is (empty: the whole campaign's)."""
        every = [("", problem) for problem in self.problems]
        for tenant_id, found in self.of_party.items():
            every += [(self.names[tenant_id], problem) for problem in found]
        return [(name, problem) for name, problem in every if problem.level is Level.STOP]


def readiness(campaign_id: UUID) -> Readiness:
    """What would fail in this campaign's draw, said before, with what to change."""
    campaign = queries.campaign(campaign_id)
    parties = queries.parties(campaign_id)
    rows = queries.readiness_rows(campaign_id)
    taking = [party for party in parties if party.in_draw]
    counts = {party.tenant_id: rows[party.tenant_id] for party in taking if party.tenant_id in rows}
    of_party = {
        tenant_id: [Problem.from_json(stored) for stored in row.problems] for tenant_id, row in counts.items()
    }
    problems = [*_of_answers(campaign, parties), *_of_filing(campaign)]
    quotas = [row.quota for row in counts.values()]
    names = {party.tenant_id: party.bureau.short_name for party in taking}
    return Readiness(problems, of_party, names, counts, max(quotas, default=0), sum(quotas))


def ready_to_draw() -> list[UUID]:
    """The campaigns this bureau leads whose draw nothing stops and that wait only for their operator."""
    mine = sa.and_(Campaign.tenant_id == current_scope().tenant_id, Campaign.state == CampaignState.INVITING)
    ids = db.session.scalars(sa.select(Campaign.id).where(mine).order_by(Campaign.id))
    return [each for each in ids if not readiness(each).stops]


def _of_answers(campaign: Campaign, parties: Sequence[Party]) -> list[Problem]:
    found = []
    for party in parties:
        name, lead = party.bureau.short_name, party.participation.part == "lead"
        if lead and party.state is not PartyState.ACCEPTED:
            found.append(Problem("本部门还没有填写检查事项、抽查名单和执法人员。请先填写本部门的部分。"))
        elif party.state is PartyState.SILENT:
            found.append(
                Problem(
                    "%(bureau)s过了答复期限（%(due)s）仍未答复。请催办、延长期限，或写明理由后不等该部门。",
                    bureau=name,
                    due=campaign.answer_due.isoformat(),
                )
            )
        elif party.state in (PartyState.WAITING, PartyState.NOT_INVITED):
            found.append(
                Problem(
                    "%(bureau)s还没有答复（期限 %(due)s）。请等候答复、催办，或写明理由后不等该部门。",
                    bureau=name,
                    due=campaign.answer_due.isoformat(),
                )
            )
        elif party.state in (PartyState.DECLINED, PartyState.WITHDRAWN):
            found.append(Problem("%(bureau)s不参加，本次抽取不含该部门的事项。", Level.NOTE, bureau=name))
    return found


def _of_filing(campaign: Campaign) -> list[Problem]:
    if campaign.plan_id is None:
        return []
    states = filing_states(campaign)
    if "returned" in states and campaign.filing_decision is None:
        return [Problem("计划的备案被退回。请先修改计划，或在本页写明如何处理后再抽取。")]
    if not states:
        return [Problem("计划公布后还没有备案，请尽快办理备案。", Level.WARN)]
    if "accepted" not in states and "returned" not in states:
        return [Problem("计划的备案还没有收到答复。", Level.NOTE)]
    return []


def filing_states(campaign: Campaign) -> set[str]:
    """Where the filing of the campaign's plan stands with each receiver, as this bureau sees it (R-P4).

    A later version that was accepted settles a return of the version the campaign started from.
    """
    if campaign.plan_id is None:
        return set()
    plan = plans.plan(campaign.plan_id)
    states: dict[UUID, set[str]] = {}
    for each in filing.of_subject(plan.series_id):
        if each.version >= plan.version:
            states.setdefault(each.receiver_id, set()).add(filing.state(each).value)
    order = ("accepted", "returned", "sent", "replaced")
    return {next(state for state in order if state in found) for found in states.values()}


def inspectors_of(campaign: Campaign, own: PartyList) -> list[PartyInspector]:
    """This bureau's part of the roster whose certificates are valid today and who are still at work (R-L8)."""
    valid = {inspector.id for inspector in registry.my_inspectors(today())}
    listed = queries.party_inspectors(campaign.id, own.tenant_id)
    return [inspector for inspector in listed if inspector.inspector_id in valid]


def roster_part(
    bureau_code: str, listed: Sequence[PartyInspector], codes: set[str]
) -> tuple[list[Inspector], list[Recusal]]:
    """The lines this bureau adds to the roster: its inspectors, and recusals from objects in its pool (R-D5)."""
    people = [
        Inspector(
            one.code,
            bureau_code,
            frozenset(qualification_name(each) for each in one.qualifications),
            one.leads,
            one.cap,
        )
        for one in listed
    ]
    by_id = {one.inspector_id: one.code for one in listed}
    against = [
        Recusal(by_id[each.inspector_id], each.entity_code, each.reason_code)
        for each in registry.my_recusals(today())
        if each.inspector_id in by_id and each.entity_code in codes
    ]
    return people, against


def try_out(campaign: Campaign, own: PartyList, bureau_code: str) -> PartyReadiness:
    """Compute what this bureau's list and roster come to and keep it as counts the lead may read."""
    pool = pool_of(campaign, own)
    strata = quotas_of(draw_rules.counts_by_stratum(pool), own.rates)
    listed = inspectors_of(campaign, own)
    entry = _entry(strata, own, bureau_code)
    heavy = too_heavy(entry, pool)
    said = _feasible(pool, entry, listed, bureau_code)
    quota = sum(row.quota for row in strata)
    expiring = sum(one.certificate_expires_on < campaign.ends_on for one in listed)
    team = Team(own.team_size, own.cap, len(listed), campaign.tenant_id == own.tenant_id)
    problems = [*heavy, *problems_of_party(strata, said, team, expiring, campaign.ends_on)]
    kept = _row(campaign, own)
    kept.computed_at, kept.lead_id = now(), campaign.tenant_id
    kept.rows, kept.eligible, kept.quota = len(pool), sum(row.eligible for row in strata), quota
    kept.strata = [row.as_json() for row in strata]
    kept.inspectors, kept.leaders = len(listed), sum(one.leads for one in listed)
    kept.slots = quota * own.team_size
    kept.capacity = sum(min(one.cap, quota) for one in listed)
    kept.unfilled = max((short.slots - short.room for short in said.shortages), default=0)
    kept.problems = [problem.as_json() for problem in problems]
    db.session.flush()
    return kept


def _row(campaign: Campaign, own: PartyList) -> PartyReadiness:
    found = db.session.scalar(
        sa.select(PartyReadiness).where(
            PartyReadiness.campaign_id == campaign.id, PartyReadiness.tenant_id == current_scope().tenant_id
        )
    )
    if found is None:
        found = PartyReadiness(campaign_id=campaign.id, tenant_id=own.tenant_id)
        db.session.add(found)
    return found


def too_heavy(entry: draw_rules.PlanList, pool: draw_rules.Pool) -> list[Problem]:
    """A weight that would be drawn for certain, said before the freeze with what to change (R-P5)."""
    try:
        draw_rules.check_quotas(entry, pool.eligible)
    except draw_rules.ProtocolError as error:
        if error.code != "weight-too-heavy":
            raise
        return [
            Problem(
                "分层“%(stratum)s”中 %(id)s 的权重是 %(weight)s，按这个数量必然抽中，不再随机。"
                "请按同一类别分层（权重大的单独成层），或调低这一类的权重，或减少抽取数量。",
                stratum=error.params["stratum"],
                id=error.params["id"],
                weight=error.params["weight"],
            )
        ]
    return []


def _entry(strata: Sequence[StratumQuota], own: PartyList, bureau_code: str) -> draw_rules.PlanList:
    return draw_rules.plan_list(
        own.list_name,
        NO_FACE,
        [(row.stratum, row.quota) for row in strata if row.eligible],
        reserve=own.reserve,
        team={
            "bureau": bureau_code,
            "size": own.team_size,
            "qualifications": sorted(qualification_name(each) for each in own.qualifications),
        },
        mode="ratio" if own.weights else "uniform",
    )


def _feasible(
    pool: draw_rules.Pool,
    entry: draw_rules.PlanList,
    listed: Sequence[PartyInspector],
    bureau_code: str,
) -> draw_rules.Feasibility:
    """The engine's word on the teams, on this bureau's list alone."""
    people, against = roster_part(bureau_code, listed, set(pool.ids))
    roster = draw_rules.parse_roster(draw_rules.build_roster(people, against, NO_SALT))
    return draw_rules.feasibility([entry], {entry["list"]: pool}, roster)
