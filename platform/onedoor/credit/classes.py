"""Which class A to D facts make: points a fact, and from how many on a class begins (R-O4). Pure; the numbers are settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

GRADES = ("A", "B", "C", "D")


@dataclass(frozen=True)
class ClassRule:
    """Points by kind of fact and the least points of D, C and B; below all is A."""

    points: Mapping[str, int]
    floors: Mapping[str, int]

    def grade(self, facts: Mapping[str, int]) -> str:
        """The class that so many facts of each kind make."""
        total = sum(self.points.get(kind, 0) * count for kind, count in facts.items())
        return next((grade for grade in ("D", "C", "B") if total >= self.floors[grade]), "A")
