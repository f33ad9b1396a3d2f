"""Quotas, computed before the draw (draw.md, "Quotas")."""

from collections.abc import Mapping
from typing import NamedTuple

from onedoor.draws.rules.wire.errors import ProtocolError


class Quota(NamedTuple):
    """How many are drawn of a stratum, and how many the rate asked for beyond its eligible."""

    quota: int
    shortfall: int


def quota_of_rate(n: int, rate: int) -> int:
    """``ceil(n · rate / 10000)``: ``n`` rows in scope, ``rate`` in basis points (0 to 10000)."""
    if n < 0 or not 0 <= rate <= 10_000:
        raise ProtocolError("a rate is 0 to 10000 basis points of a number of rows")
    return -(-n * rate // 10_000)


def quota_within(n: int, eligible: int, rate: int) -> Quota:
    """The quota of a rate, at most the eligible, and the shortfall that must be shown."""
    asked = quota_of_rate(n, rate)
    return Quota(min(asked, eligible), max(asked - eligible, 0))


def largest_remainder(total: int, eligible: Mapping[str, int]) -> dict[str, int]:
    """A total shared over strata by their eligible: largest remainder, in integers.

    Ties go to the stratum with more eligible, then to the lesser name. Raises ProtocolError if the total is above
    all the eligible.
    """
    everyone = sum(eligible.values())
    if not 0 <= total <= everyone:
        raise ProtocolError(f"a total of {total} cannot be drawn from {everyone} eligible", "quota-exceeds")
    shares = {s: divmod(total * count, everyone) if everyone else (0, 0) for s, count in eligible.items()}
    quotas = {s: share for s, (share, _) in shares.items()}
    order = sorted(eligible, key=lambda s: (-shares[s][1], -eligible[s], s))
    for stratum in order[: total - sum(quotas.values())]:
        quotas[stratum] += 1
    return quotas
