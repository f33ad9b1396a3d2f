"""Where a party's answer departs from the plan line it is given to (R-P3); pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from onedoor.campaigns.rules.problems import Level, Problem
from onedoor.kernel.sentences import Sentence


class DeviationKind(StrEnum):
    """What departs: matters, objects, rate, method, or days."""

    ITEMS = "items"
    SCOPE = "scope"
    RATE = "rate"
    METHOD = "method"
    PERIOD = "period"


@dataclass(frozen=True)
class LineTerms:
    """What a line of a published plan says for one bureau. `items`: its item numbers, none where the line names only the bureau."""

    name: str
    items: Collection[str]
    rates: Mapping[str, Any]
    stratify: str
    method: str
    rate_rules: Sequence[Any] = ()


@dataclass(frozen=True)
class AnswerTerms:
    """What a party would do: items by number with their names and methods, its list; `leads`: whether it is the lead."""

    items: Mapping[str, str]
    methods: Mapping[str, str]
    rates: Mapping[str, Any]
    stratify: str
    weights: Mapping[str, Any]
    leads: bool
    conditions: Mapping[str, Any] = field(default_factory=dict)
    rate_rules: Sequence[Any] = ()


@dataclass(frozen=True)
class Deviation:
    """One departure. What `stops` is mended or needs a new version of the plan before the draw; else it is told."""

    kind: DeviationKind
    text: Sentence
    stops: bool

    @property
    def problem(self) -> Problem:
        """As the readiness check says it."""
        level = Level.STOP if self.stops else Level.WARN
        return Problem(self.text.pattern, level, where="list", **self.text.params)


def deviations_of(line: LineTerms, answer: AnswerTerms) -> list[Deviation]:
    """Departures of an answer from its line.

    A partner's rate and library are its own (R-J3): only the lead's are the line's. A narrower scope is within the line
    and is told; a rate, a stratification or a weight of another kind changes how many are drawn of whom.
    """
    found = []
    beyond = [name for number, name in answer.items.items() if number not in line.items]
    if line.items and beyond:
        text = Sentence(
            "检查事项%(names)s不在计划“%(line)s”内。请按计划填写，或者先变更计划、公布并备案，再重新填写。",
            names=beyond,
            line=line.name,
        )
        found.append(Deviation(DeviationKind.ITEMS, text, True))
    if answer.leads and _rates(answer) != _rates(line):
        text = Sentence(
            "抽查比例与计划“%(line)s”不同。请按计划填写，或者先变更计划、公布并备案，再重新填写。",
            line=line.name,
        )
        found.append(Deviation(DeviationKind.RATE, text, True))
    elif answer.leads and (answer.stratify != line.stratify or answer.weights):
        text = Sentence("分层或抽中的机会与计划“%(line)s”不同。", line=line.name)
        found.append(Deviation(DeviationKind.RATE, text, False))
    other = [
        name
        for number, name in answer.items.items()
        if answer.methods.get(number) and line.method and line.method not in answer.methods[number]
    ]
    if other:
        text = Sentence(
            "检查事项%(names)s的检查方式不含计划“%(line)s”规定的“%(method)s”。",
            names=other,
            line=line.name,
            method=line.method,
        )
        found.append(Deviation(DeviationKind.METHOD, text, False))
    if answer.leads and any(answer.conditions.values()):
        text = Sentence("对象范围比计划“%(line)s”窄。", line=line.name)
        found.append(Deviation(DeviationKind.SCOPE, text, False))
    return found


def days_beyond(line: tuple[date, date], wanted: tuple[date, date]) -> int:
    """By how many days at most a period goes beyond its line's, before or after; 0 within it."""
    return max((line[0] - wanted[0]).days, (wanted[1] - line[1]).days, 0)


def _rates(terms: LineTerms | AnswerTerms) -> tuple[dict[str, Any], list[Any]]:
    return {stratum: dict(rate) for stratum, rate in terms.rates.items()}, list(terms.rate_rules)
