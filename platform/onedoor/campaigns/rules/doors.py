"""How many doors a joint draw is expected to need, before anybody's list is frozen (draw.md, "Coordination"; R-J3).

Each party has a sample of its eligible objects under the same keyed hash, so that the samples meet where the pools do.
An object is drawn by list l with the chance quota / eligible of its stratum there. Together it is one door with at least
the greatest of its chances, for the ticket is the same; alone, with 1 - Π (1 - chance). Where every sample holds its whole
pool both are exact but for "at least"; else they are estimates, scaled by what the samples leave out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import NamedTuple

SAMPLE = 2000
Sample = Sequence[tuple[int, str]]


class Part(NamedTuple):
    """One party: its sample, by hash ascending, and eligible and quota of each stratum."""

    sample: Sample
    eligible: Mapping[str, int]
    quotas: Mapping[str, int]


class ExpectedDoors(NamedTuple):
    """Doors drawn together, at least, and drawn each for itself; `exact` unless a sample is only a part of its pool."""

    together: float
    alone: float
    exact: bool


def expected_doors(parts: Sequence[Part]) -> ExpectedDoors:
    """From the parts of all who take part."""
    cut = [part.sample[-1][0] for part in parts if len(part.sample) < sum(part.eligible.values())]
    last = min(cut, default=None)
    chances: dict[int, list[float]] = {}
    sampled = 0
    for part in parts:
        for hashed, stratum in part.sample:
            if last is None or hashed <= last:
                sampled += 1
                chance = part.quotas.get(stratum, 0) / (part.eligible.get(stratum) or 1)
                chances.setdefault(hashed, []).append(min(chance, 1.0))
    whole = sum(sum(part.eligible.values()) for part in parts)
    scale = whole / sampled if sampled else 0.0
    together = sum(max(each) for each in chances.values())
    alone = sum(1 - prod(1 - chance for chance in each) for each in chances.values())
    return ExpectedDoors(together * scale, alone * scale, last is None)
