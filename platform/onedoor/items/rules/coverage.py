"""How much of a list is under double-random (R-L3); pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from onedoor.items.rules.codes import ItemMode


@dataclass(frozen=True)
class Covered:
    """A domain's items by mode; `floor` in per cent."""

    modes: Mapping[str, int]
    floor: int

    @property
    def total(self) -> int:
        """All items of the domain."""
        return sum(self.modes.values())

    @property
    def random(self) -> int:
        """Those under double-random."""
        return self.modes.get(ItemMode.RANDOM, 0)

    @property
    def share(self) -> float:
        """The coverage, from 0 to 1."""
        return self.random / self.total if self.total else 0.0

    @property
    def short(self) -> int:
        """How many items more must come under double-random to reach the floor."""
        needed = -(-self.total * self.floor // 100)
        return max(0, needed - self.random)


def covered(items: Iterable[Any], floors: Mapping[bool, int]) -> dict[bool, Covered]:
    """By domain, market first (True), those that have items; `floors` in per cent, the aim is 100 in both."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for item in items:
        counts[item.market][item.mode] += 1
    return {market: Covered(dict(modes), floors[market]) for market, modes in counts.items() if modes}
