"""Which class A to D facts make: points a fact, from how many on a class begins, and facts that make one by themselves (R-O4). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

GRADES = ("A", "B", "C", "D")
# Kinds of fact that count; those of a clean result are told and bring none.
COUNTED = ("problem", "penalty", "abnormal", "serious", "blacklist")
MOST_POINTS = 1000


@dataclass(frozen=True)
class ClassRule:
    """Points by kind of fact, the least points of D, C and B (below all is A), and the class a fact makes at least (`always`)."""

    points: Mapping[str, int]
    floors: Mapping[str, int]
    always: Mapping[str, str] = field(default_factory=dict)

    def grade(self, facts: Mapping[str, int]) -> str:
        """The class that so many facts of each kind make."""
        total = sum(self.points.get(kind, 0) * count for kind, count in facts.items())
        made = next((grade for grade in ("D", "C", "B") if total >= self.floors[grade]), "A")
        return max([made, *(grade for kind, grade in self.always.items() if facts.get(kind))])


def read_rule(given: Mapping[str, Any]) -> ClassRule:
    """A rule from a form: `points_KIND`, `always_KIND`, `from_GRADE`. Raises `ClerkError` with what is wrong, by field."""
    wrong: dict[str, list[str]] = {}
    points, always, floors = {}, {}, {}
    for kind in COUNTED:
        number = given.get(f"points_{kind}")
        if number is None or not 0 <= number <= MOST_POINTS:
            wrong[f"points_{kind}"] = [N_("请填写 0 至 1000 的整数。")]
        points[kind] = number or 0
        grade = given.get(f"always_{kind}") or ""
        if grade and grade not in GRADES[1:]:
            wrong[f"always_{kind}"] = [N_("请选择 B、C、D 或不直接评定。")]
        if grade:
            always[kind] = grade
    for grade in GRADES[1:]:
        least = given.get(f"from_{grade.lower()}")
        if least is None or not 1 <= least <= 100 * MOST_POINTS:
            wrong[f"from_{grade.lower()}"] = [N_("请填写大于 0 的分数。")]
        floors[grade] = least or 0
    if not wrong and not floors["B"] < floors["C"] < floors["D"]:
        wrong["from_d"] = [N_("B、C、D 类的最低分数须依次增大。")]
    if wrong:
        raise ClerkError("评定规则有几处需要修改。", fields=wrong)
    return ClassRule(points, floors, always)
