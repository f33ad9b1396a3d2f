"""Readiness: each party's list and roster tried in its own scope, and what the lead sees of all (R-J5, R-D5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, PartyList, PartyReadiness
from onedoor.campaigns.queries import Party
from onedoor.campaigns.rules import CampaignState, Level, PartyState, Problem
from onedoor.campaigns.rules.doors import ExpectedDoors, Part
from onedoor.campaigns.rules.doors import expected_doors as doors_of
from onedoor.campaigns.rules.readiness import MODE, problems_of_kept, problems_of_scale
from onedoor.campaigns.service import deviations
from onedoor.campaigns.service.party_units import problems_of_units
from onedoor.campaigns.service.pools import number_objects
from onedoor.campaigns.service.trial import Trial, on_another_scale, trial, without_reference
from onedoor.draws import service as drawing
from onedoor.draws.rules import alone_drawing
from onedoor.filing import queries as filing
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope
from onedoor.plans import queries as plans
from onedoor.plans.rules.states import needs_review
from tenants import queries as tenants

NOTHING: Mapping[UUID, Trial] = {}


@dataclass(frozen=True)
class Doors:
    """Doors at least, at most, and as expected, if that can be told."""

    least: int
    most: int
    expected: ExpectedDoors | None


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

    @property
    def private(self) -> list[str]:
        """The parties whose lists tell risk levels, by name: only a closed draw takes them."""
        return [
            self.names[tenant_id]
            for tenant_id, found in self.of_party.items()
            if any(problem.where == MODE for problem in found)
        ]

    def doors(self, mine: UUID, tried: Trial) -> Doors:
        """What the lead may know of the doors before the freeze, its own list being as tried: drawn together at least the largest
        quota, alone at most the sum (R-J3)."""
        others = [row.quota for tenant, row in self.counts.items() if tenant != mine]
        expected = expected_doors(self, {mine: tried})
        return Doors(max([*others, tried.quota]), sum(others) + tried.quota, expected)

    def expect(self, closed: bool) -> None:
        """Raise ClerkError if the draw cannot be begun so: with closed lists, or with open ones (draw.md, "Pool")."""
        if self.private and not closed:
            raise ClerkError(
                "%(names)s的名单按不公开的类别（风险等级、信用等级、标签）选取、分层或加权，只能封闭抽取。请选择封闭抽取和另一个保管名单的部门；"
                "要公开抽取的，先改成不按风险等级的范围、分层和权重。",
                names=self.private,
                fields={"closed": ["请选择封闭抽取。"]},
            )
        for tenant_id, row in self.counts.items():
            alone = alone_drawing(row.strata) if closed else None
            if alone is not None:
                raise ClerkError(
                    "%(bureau)s的名单只有分层“%(stratum)s”抽取：封闭抽取时，抽中谁就等于公布谁属于这一层。"
                    "请先给其他分层也定比例或数量，或者不分层；也可以公开抽取。",
                    bureau=self.names[tenant_id],
                    stratum=alone,
                    fields={"closed": ["有的名单只有一个分层抽取，不能封闭抽取。"]},
                )


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
    problems = [*_of_answers(campaign, parties), *_of_filing(campaign), *_of_supervisor()]
    said = {problem.message for found in of_party.values() for problem in found}
    problems += [problem for problem in _of_own_list(campaign) if problem.message not in said]
    quotas = [row.quota for row in counts.values()]
    names = {party.tenant_id: party.bureau.short_name for party in taking}
    return Readiness(problems, of_party, names, counts, max(quotas, default=0), sum(quotas))


def expected_doors(found: Readiness, changed: Mapping[UUID, Trial] = NOTHING) -> ExpectedDoors | None:
    """What the lead may expect of the doors, from all who answered; `changed` are lists as they might be.

    None where a party's part was computed before samples were kept, and where nobody answered.
    """
    parts = []
    for tenant_id, row in found.counts.items():
        tried = changed.get(tenant_id)
        sample = tried.sample if tried else [(each[0], each[1]) for each in row.sample]
        strata = [each.as_json() for each in tried.strata] if tried else row.strata
        eligible = {each["stratum"]: each["eligible"] for each in strata}
        if sum(eligible.values()) and not sample:
            return None
        parts.append(Part(sample, eligible, {each["stratum"]: each["quota"] for each in strata}))
    return doors_of(parts) if parts else None


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
            found.append(
                Problem("本部门还没有填写检查事项、抽查名单和执法人员。请先填写本部门的部分。", where="list")
            )
        elif party.state is PartyState.SILENT:
            found.append(
                Problem(
                    "%(bureau)s过了答复期限（%(due)s）仍未答复。请催办、延长期限，或写明理由后不等该部门。",
                    where="parties",
                    bureau=name,
                    due=campaign.answer_due.isoformat(),
                )
            )
        elif party.state in (PartyState.WAITING, PartyState.NOT_INVITED):
            found.append(
                Problem(
                    "%(bureau)s还没有答复（期限 %(due)s）。请等候答复、催办，或写明理由后不等该部门。",
                    where="parties",
                    bureau=name,
                    due=campaign.answer_due.isoformat(),
                )
            )
        elif party.state in (PartyState.DECLINED, PartyState.WITHDRAWN):
            found.append(Problem("%(bureau)s不参加，本次抽取不含该部门的事项。", Level.NOTE, bureau=name))
    return found


def _of_own_list(campaign: Campaign) -> list[Problem]:
    """Of this bureau's own list, which was tried on the day of the answer; a partner's is looked at when it is frozen."""
    own = queries.my_list(campaign.id)
    if own is None:
        return []
    return [
        *problems_of_scale(on_another_scale(campaign, own)),
        *problems_of_kept(without_reference(campaign, own)),
    ]


def _of_filing(campaign: Campaign) -> list[Problem]:
    if campaign.plan_id is None:
        return []
    states = filing_states(campaign)
    if _needs_review(campaign) and "accepted" not in states:
        text = "市场监管领域以外的联合抽查计划，备案审核通过以后才能抽取。请先报送备案审核，或等待答复。"
        return [Problem(text, where="plan")]
    if "returned" in states and campaign.filing_decision is None:
        return [Problem("计划的备案被退回。请先修改计划，或在本页写明如何处理后再抽取。", where="filing")]
    if _changed_and_unfiled(campaign):
        return [Problem("变更后的计划还没有报送备案，备案以后才能按新版本抽取。", where="plan")]
    if not states:
        return [Problem("计划公布后还没有备案，请尽快办理备案。", Level.WARN, where="plan")]
    if "accepted" not in states and "returned" not in states:
        return [Problem("计划的备案还没有收到答复。", Level.NOTE)]
    return []


def _changed_and_unfiled(campaign: Campaign) -> bool:
    """Whether the plan has a later published version than the campaign's, which the answers are held against, and it is not filed (R-P3, R-P4)."""
    line = deviations.line_in_force(campaign)
    if line is None or line.plan_id == campaign.plan_id or line.tenant_id != current_scope().tenant_id:
        return False
    plan = plans.plan(line.plan_id)
    return not any(each.version >= plan.version for each in filing.of_subject(plan.series_id))


def _needs_review(campaign: Campaign) -> bool:
    """Whether it draws from a joint line outside the market domain, whose plan justice reviews (R-J1)."""
    line = plans.line(campaign.plan_line_id) if campaign.plan_line_id is not None else None
    return line is not None and needs_review(line.joint, tenants.bureau(line.tenant_id).domain)


def _of_supervisor() -> list[Problem]:
    """Who opens the line and commits beside the lead must be known (draw.md, "Register")."""
    try:
        drawing.supervisor_of(tenants.my_bureau())
    except ClerkError as none:
        return [Problem(none.message, where="parties", **none.params)]
    return []


def returned_since(campaign_id: UUID) -> datetime | None:
    """When the filing of the campaign's plan was returned, while no later version was accepted: visits not begun wait (R-P4)."""
    campaign = queries.campaign(campaign_id)
    if campaign.plan_id is None or "returned" not in filing_states(campaign):
        return None
    plan = plans.plan(campaign.plan_id)
    answers = [each.answer for each in filing.of_subject(plan.series_id) if each.version >= plan.version]
    return max(each.answered_at for each in answers if each is not None and not each.accepted)


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


def try_out(campaign: Campaign, own: PartyList, bureau_code: str) -> PartyReadiness:
    """Compute what this bureau's list and roster come to and keep it as counts the lead may read."""
    number_objects(campaign)
    tried = trial(campaign, own, bureau_code)
    own.joined = tried.joined
    departures = deviations.register(campaign, own)
    asked = problems_of_units(campaign.id)
    kept = _row(campaign, own)
    kept.computed_at, kept.lead_id = now(), campaign.tenant_id
    kept.rows, kept.eligible, kept.quota = tried.rows, tried.eligible, tried.quota
    kept.strata = [row.as_json() for row in tried.strata]
    kept.inspectors, kept.leaders = tried.inspectors, tried.leaders
    kept.slots, kept.capacity, kept.unfilled = tried.slots, tried.capacity, tried.unfilled
    kept.sample = [list(each) for each in tried.sample]
    problems = [*tried.problems, *(each.problem for each in departures), *asked]
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
