"""What a plan should make people look twice at, though it may be drawn (draw.md, "Who could cheat"; R-D2)."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from onedoor.draws.rules.documents import Plan
from onedoor.draws.rules.forecast.counts import Counts, counts_by_stratum
from onedoor.draws.rules.forecast.quotas import quota_of_rate
from onedoor.draws.rules.pool import Pool

SMALL_STRATUM = 5


class Caution(NamedTuple):
    """``rate``: over half of the eligible are drawn; ``small``: fewer than five eligible; ``shortfall``: the rate
    asked for ``asked``, more than the eligible."""

    kind: Literal["rate", "small", "shortfall"]
    list: str
    stratum: str
    quota: int
    eligible: int
    asked: int


def warnings_of(
    plan: Plan, pools: Mapping[str, Pool], rates: Mapping[str, Mapping[str, int]] | None = None
) -> list[Caution]:
    """Cautions of every list whose pool is given; ``rates`` (list, stratum, basis points) tells shortfalls too."""
    found: list[Caution] = []
    for entry in plan["lists"]:
        name = entry["list"]
        if name in pools:
            counts = counts_by_stratum(pools[name])
            for stratum, quota in entry["quota"]:
                rate = (rates or {}).get(name, {}).get(stratum)
                found += _of_stratum(name, stratum, quota, counts.get(stratum, Counts()), rate)
    return found


def _of_stratum(name: str, stratum: str, quota: int, counts: Counts, rate: int | None) -> list[Caution]:
    asked = quota if rate is None else quota_of_rate(counts.in_scope, rate)
    kinds: list[tuple[Literal["rate", "small", "shortfall"], bool]] = [
        ("rate", 2 * quota > counts.eligible),
        ("small", counts.eligible < SMALL_STRATUM),
        ("shortfall", asked > counts.eligible),
    ]
    return [Caution(kind, name, stratum, quota, counts.eligible, asked) for kind, holds in kinds if holds]


def alone_drawing(strata: Iterable[Mapping[str, Any]]) -> str | None:
    """The one stratum that draws while others that have eligible rows do not; None if there is no such.

    Of a closed draw whoever is drawn would be known to be of it. Each has ``stratum``, ``eligible`` and ``quota``.
    """
    there = [each for each in strata if each["eligible"]]
    drawing = [each["stratum"] for each in there if each["quota"]]
    return drawing[0] if len(there) > 1 and len(drawing) == 1 else None
