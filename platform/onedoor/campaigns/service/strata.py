"""What a party's list is divided by, its small strata joined (R-P5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from onedoor.campaigns.models import Campaign, PartyList
from onedoor.campaigns.rules import quotas_of
from onedoor.campaigns.service.pools import Scope, statuses_of
from onedoor.draws import rules as draw_rules
from onedoor.targets.queries.strata import Division
from onedoor.targets.rules.rate_rules import RULES, Count, division, joined_name, small_joined
from tenants import settings

OUT_OF_SCOPE = ("XGONE", "XSCOPE")


class Rated(Scope, Protocol):
    """A list with its rates."""

    @property
    def rates(self) -> dict[str, Any]:
        """By stratum."""


class Strata(NamedTuple):
    """How many rows of each status every stratum has, the rates of these strata, what divides the pool into them, and which were joined."""

    statuses: dict[str, dict[str, int]]
    rates: dict[str, Any]
    division: Division
    joined: dict[str, Any]


def strata_of(campaign: Campaign, own: Rated, more_visits: int = 0) -> Strata:
    """By today's library. Strata of rules that are under the place's least size are joined to the one of the nearest chance, and drawn as
    many as they would have been apart: a rate must not tell of whom it is."""
    if own.stratify != RULES:
        return Strata(statuses_of(campaign, own, more_visits), own.rates, own.stratify, {})
    apart = statuses_of(campaign, own, more_visits)
    quotas = quotas_of({stratum: counts_of(each) for stratum, each in apart.items()}, own.rates)
    counts = [Count(row.stratum, row.eligible, row.quota) for row in quotas]
    groups = small_joined(counts, int(settings.value("rates.least_stratum")))
    names = {one.stratum: joined_name(group) for group in groups for one in group}
    rates = {joined_name(group): {"number": sum(one.quota for one in group)} for group in groups}
    statuses: dict[str, dict[str, int]] = {}
    for stratum, each in apart.items():
        into = statuses.setdefault(names.get(stratum, stratum), {})
        for status, count in each.items():
            into[status] = into.get(status, 0) + count
    joined = {"strata": names, "rates": rates} if names else {}
    return Strata(statuses, {**own.rates, **rates}, division(own.rate_rules, names), joined)


def rates_in_force(own: PartyList) -> dict[str, Any]:
    """The rates of a list as it was frozen."""
    return {**own.rates, **(own.joined or {}).get("rates", {})}


def counts_of(statuses: Mapping[str, int]) -> draw_rules.Counts:
    """A stratum's rows, those in scope, and those that may be drawn."""
    rows = sum(statuses.values())
    out = sum(statuses.get(each, 0) for each in OUT_OF_SCOPE)
    return draw_rules.Counts(rows=rows, in_scope=rows - out, eligible=statuses.get("E", 0))
