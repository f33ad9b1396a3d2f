"""Ordered rules of rates as rows of a form and as words of F6 (R-P5); pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, series
from onedoor.plans.rules.rates import Row, one_text, read_row
from onedoor.targets.rules.selection import describe, read_conditions

# What a row of the form asks, and the condition it is.
ASKED = {"kind": "kinds", "place": "places", "tag": "tags", "risk": "risk", "credit": "classes"}


class RuleRow(NamedTuple):
    """One row of the form: what is asked, unit and value as typed."""

    kind: str = ""
    place: str = ""
    tag: str = ""
    risk: str = ""
    credit: str = ""
    unit: str = "bp"
    value: str = ""

    @property
    def when(self) -> dict[str, list[str]]:
        """Its conditions."""
        return {key: [getattr(self, name)] for name, key in ASKED.items() if getattr(self, name)}

    @property
    def empty(self) -> bool:
        """Whether nothing was typed into it."""
        return not self.when and not self.value.strip() and self.unit != "all"


def read_rule_rows(rows: Sequence[RuleRow]) -> list[dict[str, Any]]:
    """The rules of the rows that are filled in. Raises ClerkError with the sentences beside `rules-<row>`."""
    made: list[dict[str, Any]] = []
    wrong: dict[str, list[str]] = {}
    filled = [place for place, row in enumerate(rows) if not row.empty]
    for place in filled:
        row = rows[place]
        try:
            made.append({"when": row.when, "rate": dict(read_row(Row("", row.unit, row.value)))})
        except ClerkError as error:
            wrong[f"rules-{place}"] = [error.message]
            continue
        last = place == filled[-1]
        if last and row.when:
            wrong[f"rules-{place}"] = [Sentence("最后一条规则是其余的全部对象，不填条件。")]
        elif not last and not row.when:
            text = Sentence("只有最后一条规则可以不填条件，请写明这一条的条件，或把它移到最后。")
            wrong[f"rules-{place}"] = [text]
    if not filled:
        wrong["rules-0"] = [Sentence("请至少填写一条规则：其余的全部对象抽多少。")]
    if wrong:
        raise ClerkError("比例规则有几处需要修改。", fields=wrong)
    return made


def rows_of_rules(kept: Sequence[Mapping[str, Any]]) -> list[RuleRow]:
    """The rows of rules as they are kept. One that asks for several words is a row each: the first that holds counts all the same."""
    return [
        RuleRow(**_only(when), unit=unit, value=value)
        for rule in kept
        for unit, value in [_typed(rule["rate"])]
        for when in _single(rule["when"])
    ]


def rules_text(kept: Sequence[Mapping[str, Any]], place_name: Callable[[str], str]) -> Any:
    """The rules in words, in their order: 信用等级：D 全部；主体类型：企业，带有标签：投诉举报 10%；其余 3%."""
    return series(
        [
            Sentence(
                "%(stratum)s %(rate)s",
                stratum=asked_text(rule["when"], place_name),
                rate=one_text(rule["rate"]),
            )
            for rule in kept
        ]
    )


def asked_text(when: Mapping[str, Any], place_name: Callable[[str], str]) -> Any:
    """Of whom a rule is, in words."""
    asked = [
        Sentence("%(label)s：%(value)s", label=label, value=value)
        for label, value in describe(read_conditions(when), place_name)
    ]
    if not asked:
        return Sentence("其余")
    return reduce(lambda some, more: Sentence("%(some)s，%(more)s", some=some, more=more), asked)


def _typed(rate: Mapping[str, Any]) -> tuple[str, str]:
    if rate.get("all"):
        return "all", ""
    return ("number", str(rate["number"])) if "number" in rate else ("bp", f"{rate['bp'] / 100:g}")


def _only(when: Mapping[str, str]) -> dict[str, str]:
    return {name: when[key] for name, key in ASKED.items() if key in when}


def _single(when: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """The conditions one word each: all their combinations."""
    found: list[dict[str, str]] = [{}]
    for key, words in when.items():
        found = [{**each, key: word} for each in found for word in words]
    return found
