"""What one bureau's list and roster would come to, as they stand or with something changed; nothing is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from onedoor.campaigns import queries
from onedoor.campaigns.models import Campaign, PartyInspector, PartyList
from onedoor.campaigns.rules import (
    Problem,
    StratumQuota,
    Unit,
    asks_levels,
    is_private,
    levels_moved,
    qualification_name,
    quotas_of,
)
from onedoor.campaigns.rules.rates import RISK
from onedoor.campaigns.rules.readiness import (
    Team,
    problems_of_closing,
    problems_of_guessing,
    problems_of_kept,
    problems_of_matters,
    problems_of_party,
    problems_of_places,
    problems_of_scale,
)
from onedoor.campaigns.service.pools import (
    days_to_come,
    leaves_out_drawn,
    met_in,
    places_per_code,
    pool_of,
    sample_of,
    statuses_of,
    years_to_come,
)
from onedoor.campaigns.service.risk_frequency import must_close
from onedoor.campaigns.service.strata import counts_of, strata_of
from onedoor.draws import queries as draws
from onedoor.draws import rules as draw_rules
from onedoor.draws.rules.roster import Inspector, Recusal
from onedoor.draws.source_strings import counted_in
from onedoor.kernel.clock import local_day, today
from onedoor.officers import models as officer_models
from onedoor.officers import queries as officer_queries
from onedoor.plans import queries as plans
from onedoor.targets import queries as target_queries

NO_SALT = bytes(32)
# Nothing is published of a trial, so its tree is not hashed.
NO_FACE: draw_rules.PoolFace = {"digest": "", "root": "", "n": 0}
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True)
class TrialRequest:
    """A list as it stands, or as it might be: what decides its pool, its quotas and its teams."""

    tenant_id: UUID
    list_name: str
    conditions: dict[str, Any]
    stratify: str
    rates: dict[str, Any]
    reserve: int
    team_size: int
    qualifications: list[str]
    cap: int
    skip_drawn: bool
    kept: list[Any]
    weights: dict[str, Any]
    levels: list[str]
    rate_rules: list[Any]

    @classmethod
    def of(cls, own: PartyList, **changed: Any) -> TrialRequest:
        """This bureau's list, with what a what-if changes."""
        return cls(**{name: getattr(own, name) for name in cls.__dataclass_fields__} | changed)


@dataclass(frozen=True)
class Trial:
    """Counts, and what would fail. `statuses`: by stratum and status; `recusals`: in the pool, by reason."""

    strata: list[StratumQuota]
    statuses: dict[str, dict[str, int]]
    inspectors: int
    leaders: int
    slots: int
    capacity: int
    unfilled: int
    recusals: dict[str, int]
    sample: list[tuple[int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    joined: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All of the library within the scope."""
        return sum(row.rows for row in self.strata)

    @property
    def eligible(self) -> int:
        """Those that may be drawn."""
        return sum(row.eligible for row in self.strata)

    @property
    def quota(self) -> int:
        """Those that will be drawn."""
        return sum(row.quota for row in self.strata)

    def left_out(self, status: str) -> int:
        """How many are left out for this reason."""
        return sum(each.get(status, 0) for each in self.statuses.values())


def trial(
    campaign: Campaign,
    own: TrialRequest | PartyList,
    bureau_code: str,
    *,
    more_visits: int = 0,
    recusals: bool = True,
    officer_cap: int | None = None,
) -> Trial:
    """Try a list: counted where the rows are, so that a large library is as quick as a small one.

    What if: `more_visits` raises the caps (R-P6), `recusals` False shows what recusals cost (R-D5), and
    `officer_cap` gives every inspector that many objects.
    """
    divided = strata_of(campaign, own, more_visits)
    statuses = divided.statuses
    strata = quotas_of({stratum: counts_of(each) for stratum, each in statuses.items()}, divided.rates)
    listed = inspectors_of(campaign, own.tenant_id)
    against = recusals_of(listed) if recusals else []
    # The engine looks at each row only for its weight, and else only at those somebody is recused from.
    only = None if own.weights else {each.object for each in against}
    pool = pool_of(campaign, own, more_visits=more_visits, only=only, division=divided.division)
    against = met_in(pool, against, campaign.unit)
    people = roster_of(bureau_code, listed, officer_cap)
    entry = entry_of(strata, own, bureau_code)
    heavy = _too_heavy(entry, pool) if own.weights else []
    roster = draw_rules.parse_roster(draw_rules.build_roster(people, against, NO_SALT))
    said = draw_rules.feasibility([entry], {entry["list"]: pool}, roster)
    quota, several = sum(row.quota for row in strata), places_per_code(campaign, own)
    expiring = sum(one.certificate_expires_on < campaign.ends_on for one in listed)
    ids, leads = {one.inspector_id for one in listed}, campaign.tenant_id == own.tenant_id
    away = {leave.inspector_id for leave in officer_queries.leaves_between(*days_to_come(campaign))} & ids
    team = Team(own.team_size, officer_cap or own.cap, len(listed), leads, counted_in(campaign.unit))
    return Trial(
        strata=strata,
        statuses=statuses,
        joined=divided.joined,
        inspectors=len(listed),
        leaders=sum(one.leads for one in listed),
        slots=quota * own.team_size,
        capacity=sum(min(one.cap, quota) for one in people),
        unfilled=max((short.slots - short.room for short in said.shortages), default=0),
        recusals=dict(sorted(Counter(each.reason for each in against).items())),
        sample=sample_of(campaign, own, more_visits, divided.division) if campaign.joint else [],
        problems=[
            *problems_of_scale(on_another_scale(campaign, own)),
            *problems_of_kept(without_reference(campaign, own)),
            *heavy,
            *problems_of_party(strata, said, team, expiring, campaign.ends_on, len(away)),
            *(_of_several(campaign, several) if several else ()),
            *problems_of_closing(strata, must_close(campaign, own)),
            *(problems_of_guessing(strata, team.unit) if own.stratify == RISK or is_private(own) else ()),
        ],
    )


def _of_several(campaign: Campaign, several: target_queries.place_pools.Several) -> list[Problem]:
    return problems_of_matters(several) if campaign.unit == Unit.MATTER else problems_of_places(several)


def on_another_scale(campaign: Campaign, own: TrialRequest | PartyList) -> bool:
    """Whether this bureau changed its risk levels since it answered with a list that asks for them."""
    levels = asks_levels(own, campaign.conditions, own.conditions)
    return levels_moved(levels, own.levels, target_queries.risk_levels())


def inspectors_of(campaign: Campaign, tenant_id: UUID) -> list[PartyInspector]:
    """This bureau's part of the roster whose certificates are valid today and who are still at work (R-L8)."""
    valid = {inspector.id for inspector in officers_for(campaign)}
    listed = queries.party_inspectors(campaign.id, tenant_id)
    return [inspector for inspector in listed if inspector.inspector_id in valid]


def officers_for(campaign: Campaign) -> list[officer_models.Inspector]:
    """This bureau's officers who may be listed: valid today (R-L8) and not on leave for all of the campaign's days to come."""
    return officer_queries.my_inspectors(today(), days_to_come(campaign))


def roster_of(bureau_code: str, listed: Sequence[PartyInspector], cap: int | None = None) -> list[Inspector]:
    """The inspectors this bureau adds to the roster."""
    return [
        Inspector(
            one.code,
            bureau_code,
            frozenset(qualification_name(each) for each in one.qualifications),
            one.leads,
            one.cap if cap is None else cap,
        )
        for one in listed
    ]


def recusals_of(listed: Sequence[PartyInspector]) -> list[Recusal]:
    """The recusals of those listed, whatever the object (R-D5)."""
    by_id = {one.inspector_id: one.code for one in listed}
    return [
        Recusal(by_id[each.inspector_id], each.entity_code, each.reason_code)
        for each in officer_queries.my_recusals(today())
        if each.inspector_id in by_id
    ]


def roster_part(
    bureau_code: str, listed: Sequence[PartyInspector], pool: draw_rules.Pool, unit: str
) -> tuple[list[Inspector], list[Recusal]]:
    """The lines this bureau adds to the roster: its inspectors, and recusals from objects in its pool (R-D5)."""
    against = met_in(pool, recusals_of(listed), unit)
    return roster_of(bureau_code, listed), against


class Window(NamedTuple):
    """Since when changes of a library are shown, and whether that is the day of a former freeze."""

    since: date
    former: bool


def recent_changes(campaign: Campaign) -> target_queries.LibraryChanges:
    """How this bureau's library changed before a freeze (draw.md, "Who could cheat")."""
    return target_queries.library_changes(look_back(campaign).since)


def look_back(campaign: Campaign) -> Window:
    """Since this bureau's list was last frozen for a draw of the same plan line that was run, else for thirty days."""
    frozen_at = draws.last_frozen(queries.of_the_same_line(campaign)) if campaign.line_code else None
    return Window(today() - LOOK_BACK, False) if frozen_at is None else Window(local_day(frozen_at), True)


def keeps(campaign: Campaign, own: TrialRequest | PartyList) -> bool:
    """Whether a list keeps objects in that were drawn this year: where such are left out at all (R-D3)."""
    return own.skip_drawn and leaves_out_drawn(campaign) and bool(own.kept)


def without_reference(campaign: Campaign, own: TrialRequest | PartyList) -> int:
    """How many are kept in by an answer of a time when no reference was asked for."""
    return sum(not each.get("reference") for each in own.kept) if keeps(campaign, own) else 0


def near_cap(campaign: Campaign, own: TrialRequest | PartyList) -> tuple[int, int]:
    """How many of the list have reached their cap, and how many one more visit takes there (R-P6); said before it is answered."""
    if not caps_of(campaign):
        return 0, 0

    def full(more: int) -> int:
        return sum(each.get("XCAP", 0) for each in statuses_of(campaign, own, more).values())

    reached = full(0)
    return reached, max(full(-1) - reached, 0)


def caps_of(campaign: Campaign) -> dict[str, int]:
    """The caps that leave objects out of this campaign's pool, by kind of entity: of several years the least."""
    least: dict[str, int] = {}
    for year in years_to_come(campaign):
        for kind, visits in plans.caps_in_force(year).items():
            least[kind] = min(visits, least.get(kind, visits))
    return least


def entry_of(
    strata: Sequence[StratumQuota], own: TrialRequest | PartyList, bureau_code: str
) -> draw_rules.PlanList:
    """The list as a plan would have it, its pool's face aside."""
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


def _too_heavy(entry: draw_rules.PlanList, pool: draw_rules.Pool) -> list[Problem]:
    """A weight that would be drawn for certain, said before the freeze with what to change (R-P5).

    The lead reads it too, so it does not say whose weight it is.
    """
    try:
        draw_rules.check_quotas(entry, pool)
    except draw_rules.ProtocolError as error:
        if error.code != "weight-too-heavy":
            raise
        return [
            Problem(
                "分层“%(stratum)s”中有对象权重过大，按这个数量必然抽中，不再随机。"
                "请按同一类别分层（权重大的单独成层），或调低这一类的权重，或减少抽取数量。",
                where="list",
                stratum=error.params["stratum"],
            )
        ]
    return []
