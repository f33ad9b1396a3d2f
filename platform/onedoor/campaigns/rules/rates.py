"""Rates that make sense (R-P5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from onedoor.kernel.errors import ClerkError
from onedoor.targets.rules.codes import RISK_NAMES
from onedoor.targets.rules.rate_rules import RULES, asks


def check_rates(rates: Mapping[str, Any]) -> None:
    """Raise unless there is a rate, and every one is basis points, a number, or all."""
    if not rates:
        raise ClerkError("请填写抽查比例或数量。", fields={"rate": ["请填写抽查比例或数量。"]})
    for rate in rates.values():
        bp, number = rate.get("bp"), rate.get("number")
        good = (
            rate.get("all") is True
            or (isinstance(bp, int) and 0 <= bp <= 10_000)
            or (isinstance(number, int) and number >= 0)
        )
        if not good:
            raise ClerkError(
                "抽查比例应为 0 至 100（百分数），数量应为整数。",
                fields={"rate": ["抽查比例应为 0 至 100（百分数），数量应为整数。"]},
            )


HEAVIEST = 1000
RISK = "risk"
CLASSES = "classes"
CLASS = "class"


class Divided(Protocol):
    """What a list is divided and weighed by."""

    @property
    def stratify(self) -> str:
        """none, kind, place, risk, class or rules."""

    @property
    def weights(self) -> dict[str, Any]:
        """By which it is drawn, if by ratio."""

    @property
    def rate_rules(self) -> Sequence[Any]:
        """The line's ordered rules, where it is divided by them."""


def is_private(own: Divided, *conditions: Mapping[str, Any]) -> bool:
    """Whether a list's strata, weights or scope tell a firm's risk level or credit class, or by a rule a tag, so that its pool must be
    closed (draw.md, "Pool").

    `conditions` are those of the campaign and of the list.
    """
    asked = any(each.get(name) for each in conditions for name in (RISK, CLASSES))
    return (
        asks_levels(own) or asked or own.stratify == CLASS or (own.stratify == RULES and asks(own.rate_rules))
    )


def asks_levels(own: Divided, *conditions: Mapping[str, Any]) -> bool:
    """Whether it asks for the bureau's own risk levels."""
    by_rule = own.stratify == RULES and asks(own.rate_rules, (RISK,))
    return (
        by_rule or RISK in (own.stratify, own.weights.get("by")) or any(each.get(RISK) for each in conditions)
    )


def levels_moved(private: bool, answered: Sequence[str], now: Sequence[str]) -> bool:
    """Whether a list that asks for risk levels was answered by another scale than there is `now`.

    Strata are named by the place of their level, so that another scale changes whom a rate or a weight means (R-P5).
    """
    return private and list(answered) != list(now)


def check_weights(weights: Mapping[str, Any]) -> None:
    """Raise unless there are none, or they weigh kinds, places or risk levels with whole numbers from 1 to a thousand."""
    if not weights:
        return
    of: Mapping[str, Any] = weights.get("of") or {}
    if (
        weights.get("by") not in ("kind", "place", RISK)
        or not of
        or (weights["by"] == RISK and not of.keys() <= RISK_NAMES.keys())
        or not all(isinstance(each, int) and 1 <= each <= HEAVIEST for each in of.values())
    ):
        raise ClerkError(
            "按权重抽取时，请至少填写一个权重，为 1 至 1000 的整数。",
            fields={"weigh": ["请至少填写一个权重，为 1 至 1000 的整数。"]},
        )
