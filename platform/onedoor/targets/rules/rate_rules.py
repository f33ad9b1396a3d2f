"""Ordered rules of rates: the first that holds of an object gives its rate, and those of one rate are one stratum (R-P5); pure.

A rule as it is kept: `{"when": conditions, "rate": {"bp": 300} | {"number": 5} | {"all": true}}`. The last one asks nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence
from onedoor.targets.rules.selection import Conditions, read_conditions

RULES = "rules"
# Everything is drawn of it, nothing of it.
FULL, NOTHING = "FULL", "P0"
MOST_RULES = 30
_STRATUM = re.compile(r"P(?P<points>\d{1,5})|N(?P<rule>\d{1,2})|FULL")
# What a rule may ask; which of it is not public, so that its strata would tell it.
ASKED = ("kinds", "places", "industries", "tags", "risk", "classes")
PRIVATE = ("tags", "risk", "classes")


@dataclass(frozen=True)
class ByRules:
    """A pool divided by rules: what each asks with its stratum, in order; `joined` names what a small stratum goes into."""

    rules: tuple[tuple[Conditions, str], ...]
    joined: Mapping[str, str] = field(default_factory=dict)


class Count(NamedTuple):
    """A stratum as it would be drawn alone."""

    stratum: str
    eligible: int
    quota: int

    @property
    def chance(self) -> float:
        return self.quota / self.eligible if self.eligible else 0.0


def read_rate_rules(given: Any) -> list[dict[str, Any]]:
    """The rules as they are kept. Raises ClerkError with the sentences beside `rules-<row>`."""
    rows = list(given) if isinstance(given, list | tuple) else []
    if not 1 <= len(rows) <= MOST_RULES:
        text = Sentence("请填写 1 至 %(most)s 条比例规则。", most=MOST_RULES)
        raise ClerkError(text, fields={"rate_rules": [text]})
    wrong: dict[str, list[str]] = {}
    kept = []
    for place, row in enumerate(rows):
        try:
            kept.append(_rule(row, last=place == len(rows) - 1))
        except ClerkError as error:
            wrong[f"rules-{place}"] = [Sentence(error.message, **error.params)]
    if wrong:
        first = next(iter(wrong.values()))[0]
        raise ClerkError(
            Sentence("比例规则有几处需要修改：%(first)s", first=first),
            fields={**wrong, "rate_rules": [first]},
        )
    return kept


def rates_of_rules(kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The rate of each stratum the rules make."""
    return {stratum: dict(rule["rate"]) for rule, stratum in zip(kept, _strata(kept), strict=True)}


def division(kept: Sequence[Mapping[str, Any]], joined: Mapping[str, str] | None = None) -> ByRules:
    """What divides a pool by these rules."""
    asked = [read_conditions(rule["when"]) for rule in kept]
    return ByRules(tuple(zip(asked, _strata(kept), strict=True)), joined or {})


def asks(kept: Sequence[Mapping[str, Any]], names: Collection[str] = PRIVATE) -> bool:
    """Whether a rule asks for what is not public: a tag, a risk level or a credit class of the firm (draw.md, "Pool")."""
    return any(rule["when"].get(name) for rule in kept for name in names)


def small_joined(counts: Sequence[Count], least: int) -> list[list[Count]]:
    """Groups of strata that are drawn as one: those under the least size go to the one of the nearest chance.

    Where nothing or everything is drawn, nobody's lot can be guessed, and a stratum stays by itself. A group draws what its parts
    would have drawn.
    """
    groups = [
        [one] for one in sorted(counts, key=lambda one: (one.chance, one.stratum)) if 0 < one.chance < 1
    ]
    while len(groups) > 1:
        place = min(range(len(groups)), key=lambda n: (_eligible(groups[n]), n))
        if _eligible(groups[place]) >= least:
            break
        beside = [n for n in (place - 1, place + 1) if 0 <= n < len(groups)]
        near = min(beside, key=lambda n: (abs(_chance(groups[n]) - _chance(groups[place])), -n))
        first, second = sorted((place, near))
        groups[first : second + 1] = [groups[first] + groups[second]]
    return [group for group in groups if len(group) > 1]


def joined_name(group: Sequence[Count]) -> str:
    """What such a group is called in the pool: by the first and the last of its strata, in the order of their chances."""
    return f"{group[0].stratum}-{group[-1].stratum}"


def stratum_name(stratum: str) -> Sentence | None:
    """What a stratum of the rules is called: 3%, 全部检查, 第 2 条规则; None of another division's."""
    first, dash, last = stratum.partition("-")
    if dash:
        names = stratum_name(first), stratum_name(last)
        if None in names:
            return None
        return Sentence("%(first)s至%(last)s（合并）", first=names[0], last=names[1])
    found = _STRATUM.fullmatch(stratum)
    if found is None:
        return None
    if found["points"] is not None:
        return Sentence("比例 %(rate)s", rate=f"{int(found['points']) / 100:g}%")
    if found["rule"] is not None:
        return Sentence("第 %(number)s 条规则", number=int(found["rule"]))
    return Sentence("全部检查")


def _eligible(group: Sequence[Count]) -> int:
    return sum(one.eligible for one in group)


def _chance(group: Sequence[Count]) -> float:
    return sum(one.quota for one in group) / _eligible(group)


def _strata(kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """The stratum of each rule: those of one share are one, a number is its rule's own."""
    return [_stratum(rule["rate"], number) for number, rule in enumerate(kept, start=1)]


def _stratum(rate: Mapping[str, Any], number: int) -> str:
    if rate.get("all") or rate.get("bp") == 10_000:
        return FULL
    if rate.get("number"):
        return f"N{number}"
    return f"P{rate.get('bp', 0)}"


def _rule(row: Any, *, last: bool) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise ClerkError("每条比例规则要写明条件和比例。")
    when = read_conditions(row.get("when") or {}).as_dict()
    if set(when) - set(ASKED):
        raise ClerkError("比例规则只能按主体类型、所在地、行业、标签、风险等级、信用等级来定。")
    if last and when:
        raise ClerkError("最后一条规则是其余的全部对象，不填条件。")
    if not last and not when:
        raise ClerkError("只有最后一条规则可以不填条件，请写明这一条的条件，或把它移到最后。")
    return {"when": when, "rate": _rate(row.get("rate"))}


def _rate(rate: Any) -> dict[str, Any]:
    if isinstance(rate, Mapping) and len(rate) == 1:
        unit, value = next(iter(rate.items()))
        if unit == "all" and value is True:
            return {"all": True}
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if whole and (unit == "number" or (unit == "bp" and value <= 10_000)):
            return {unit: value}
    raise ClerkError("抽查比例请填写百分比、户数或“全部”。")
