"""Quotas from the rates of a plan line, stratum by stratum (draw.md, "Quotas"; R-P5)."""

from collections.abc import Mapping
from typing import Any

from onedoor.draws.rules.forecast.counts import Counts
from onedoor.draws.rules.forecast.quotas import Quota, quota_within
from onedoor.draws.rules.wire.errors import ProtocolError

ALL_OTHERS = "*"


def quotas_of(counts: Mapping[str, Counts], rates: Mapping[str, Mapping[str, Any]]) -> dict[str, Quota]:
    """The quota of every stratum, by name ascending.

    ``rates``: ``{stratum or "*": {"bp": 300} | {"number": 5} | {"all": True}}``; a stratum that no rate names
    is not drawn. Raises ProtocolError for a rate of another shape.
    """
    return {
        stratum: _quota(each, rates.get(stratum, rates.get(ALL_OTHERS, {"number": 0})))
        for stratum, each in sorted(counts.items())
    }


def _quota(counts: Counts, rate: Mapping[str, Any]) -> Quota:
    if rate.get("all") is True:
        return Quota(counts.eligible, 0)
    if isinstance(rate.get("bp"), int):
        return quota_within(counts.in_scope, counts.eligible, rate["bp"])
    if isinstance(rate.get("number"), int) and rate["number"] >= 0:
        return Quota(min(rate["number"], counts.eligible), max(rate["number"] - counts.eligible, 0))
    raise ProtocolError(f"a rate is basis points, a number or all, not {dict(rate)!r}")
