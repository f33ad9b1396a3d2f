"""The ordered rules of rates in words, for the pages of plans and of campaigns (R-P5)."""

from __future__ import annotations

from typing import Any

from onedoor.edge.language import in_language
from onedoor.plans.queries import f6
from onedoor.plans.rules import rates
from onedoor.plans.rules.rule_rows import asked_text


def rules_shown(rules: list[Any]) -> list[tuple[str, str, str]]:
    """The ordered rules for the page: number, of whom, how many."""
    return [
        (
            str(number),
            in_language(asked_text(rule["when"], f6.place_name)),
            in_language(rates.one_text(rule["rate"])),
        )
        for number, rule in enumerate(rules, start=1)
    ]
