"""What a setting is: its kind, what may be entered for it, and how its value is said; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence


class Kind(StrEnum):
    """What a setting's value is: a whole number with its unit, yes or no, a day of the year (`01-15`), or a set of codes."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    COUNT = "count"
    PERCENT = "percent"
    BASIS_POINTS = "basis_points"
    FLAG = "flag"
    DAY = "day"
    CODES = "codes"


NUMBERS = frozenset({Kind.WORKING_DAYS, Kind.DAYS, Kind.COUNT, Kind.PERCENT, Kind.BASIS_POINTS})
_UNITS = {
    Kind.WORKING_DAYS: lambda value: Sentence("%(value)s 个工作日", value=value),
    Kind.DAYS: lambda value: Sentence("%(value)s 天", value=value),
    Kind.COUNT: lambda value: Sentence("%(value)s", value=value),
    Kind.PERCENT: lambda value: f"{value}%",
    Kind.BASIS_POINTS: lambda value: f"{value / 100:g}%",
}


@dataclass(frozen=True)
class Setting:
    """One number that a place decides. `rule` names it, `words` say it, `effect` what follows from a new value.

    `low` and `high` bound a number, `codes` are those a set may hold, by their name; `optional`: None stands for "not
    limited". A day of the year is `MM-DD`.
    """

    key: str
    rule: str
    kind: Kind
    default: Any
    words: str
    effect: str
    low: int = 0
    high: int = 366
    codes: tuple[tuple[str, str], ...] = ()
    optional: bool = False

    def checked(self, given: Any) -> Any:
        """The value as it is kept; raises ClerkError beside `value` for one that cannot be right."""
        try:
            return self._read(given)
        except ClerkError as error:
            text = Sentence(error.message, **error.params)
            raise ClerkError(text, fields={"value": [text]}) from None

    def said(self, value: Any) -> str:
        """A value in words with its unit."""
        if value is None:
            return Sentence("不限")
        if self.kind is Kind.FLAG:
            return Sentence("是") if value else Sentence("否")
        if self.kind is Kind.DAY:
            return Sentence("%(month)s月%(day)s日", month=int(value[:2]), day=int(value[3:]))
        if self.kind is Kind.CODES:
            names = dict(self.codes)
            return (
                Sentence("%(words)s", words=[Sentence(names.get(one, one)) for one in value])
                if value
                else Sentence("无")
            )
        return _UNITS[self.kind](value)

    def _read(self, given: Any) -> Any:
        if given is None or given == "":
            if self.optional:
                return None
            raise ClerkError("请填写数值。")
        if self.kind is Kind.FLAG:
            if given in (True, "yes") or given in (False, "no"):
                return given in (True, "yes")
            raise ClerkError("请选择是或否。")
        if self.kind is Kind.DAY:
            return _day(given)
        return self._codes(given) if self.kind is Kind.CODES else self._number(given)

    def _codes(self, given: Any) -> list[str]:
        chosen = given if isinstance(given, list) else [given]
        known = [code for code, _ in self.codes]
        if any(one not in known for one in chosen):
            raise ClerkError("所选的类别中有不认识的，请重新选择。")
        return [code for code in known if code in chosen]

    def _number(self, given: Any) -> int:
        text = str(given).strip()
        if isinstance(given, bool) or not text.isascii() or not text.isdigit() or len(text) > 6:
            raise ClerkError("请填写整数。")
        if not self.low <= int(text) <= self.high:
            raise ClerkError("请填写 %(low)s 到 %(high)s 之间的数。", low=self.low, high=self.high)
        return int(text)


def _day(given: Any) -> str:
    try:
        # A year without a 29 February: a day of every year.
        return date.fromisoformat(f"2023-{given}").strftime("%m-%d")
    except ValueError:
        raise ClerkError("请按“月-日”填写，如 01-15。") from None
