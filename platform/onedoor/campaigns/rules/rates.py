"""Rates that make sense (R-P5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onedoor.kernel.errors import ClerkError


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
