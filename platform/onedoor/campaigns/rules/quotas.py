"""How many of each stratum a list draws, from its rates (draw.md "Quotas", R-P5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from onedoor.draws.rules import Counts, largest_remainder, quota_within

EVERY = "*"


@dataclass(frozen=True)
class StratumQuota:
    """One stratum: all rows, those in scope, the eligible, how many are drawn, and what the rate lacked."""

    stratum: str
    rows: int
    in_scope: int
    eligible: int
    quota: int
    shortfall: int
    bp: int | None

    def as_json(self) -> dict[str, Any]:
        """As it is stored with a party's readiness."""
        return asdict(self)


def quotas_of(counts: Mapping[str, Counts], rates: Mapping[str, Any]) -> list[StratumQuota]:
    """The quota of every stratum of a pool, from its figures (`counts_by_stratum`), by name ascending.

    `rates` maps a stratum or `*` to `{"bp": n}`, `{"number": n}` or `{"all": true}`; a number under `*`
    is shared over the strata without a rate of their own. A stratum without any rate draws none.
    """
    shared = _shared_number(counts, rates)
    found = []
    for stratum, each in sorted(counts.items()):
        rate = rates.get(stratum) or rates.get(EVERY) or {}
        if stratum in shared:
            quota, shortfall = shared[stratum]
        else:
            quota, shortfall = _of_rate(rate, each.in_scope, each.eligible)
        figures = (each.rows, each.in_scope, each.eligible)
        found.append(StratumQuota(stratum, *figures, quota, shortfall, rate.get("bp")))
    return found


def _shared_number(counts: Mapping[str, Counts], rates: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Quotas and shortfalls of the strata that share the number under `*`; the shortfall stands at the first."""
    number = rates.get(EVERY, {}).get("number")
    if number is None:
        return {}
    eligible = {s: count.eligible for s, count in counts.items() if s not in rates}
    asked = min(number, sum(eligible.values()))
    quotas = largest_remainder(asked, eligible) if eligible else {}
    first = min(quotas, default=None)
    return {s: (quota, number - asked if s == first else 0) for s, quota in quotas.items()}


def _of_rate(rate: Mapping[str, Any], in_scope: int, eligible: int) -> tuple[int, int]:
    if rate.get("all"):
        return eligible, 0
    if "number" in rate:
        return min(rate["number"], eligible), max(rate["number"] - eligible, 0)
    found = quota_within(in_scope, eligible, rate.get("bp", 0))
    return found.quota, found.shortfall


def rates_of_strata(strata: Iterable[StratumQuota], rates: Mapping[str, Any]) -> dict[str, Any]:
    """The rates with a number under `*` written out per stratum, as a draw takes them."""
    if "number" not in rates.get(EVERY, {}):
        return dict(rates)
    shared = {row.stratum: {"number": row.quota} for row in strata if row.stratum not in rates}
    return {**{s: rate for s, rate in rates.items() if s != EVERY}, **shared}
