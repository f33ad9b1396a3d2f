"""How often an item is to be checked, as clerks write it: times a year, or in some years (R-L1); pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

MOST_A_YEAR, MOST_YEARS = 365, 10
# A year has so many of each.
_A_YEAR = {"年": 1, "年度": 1, "半年": 2, "季": 4, "季度": 4, "月": 12}
_DIGITS = "一二三四五六七八九十"
_NUMBER = "[0-9]{1,3}|[一二两三四五六七八九十]"
_FREQUENCY = re.compile(
    # 一季度 and 一月 are a part of the year, 一年 and 一个月 a span.
    "(?:(?:每个?|一个|一(?=年))?(?P<before>年度|半年|季度|年|季|月))?(?:不少于|至少)?"
    "(?P<times>" + _NUMBER + ")次?(?:[/每](?P<after>年度|半年|季度|年|季|月))?"
)
_IN_YEARS = re.compile(
    "每?(?P<years>" + _NUMBER + ")年(?:内|度)?(?:不少于|至少)?(?P<times>" + _NUMBER + ")次"
)
_TIMES_IN_YEARS = re.compile("(?P<times>" + _NUMBER + ")次[/每](?P<years>" + _NUMBER + ")年")


_OF_HEAD = re.compile(
    r"次数?[/每](?P<times>年度|半年|季度|年|季|月)|\((?:单位:)?每?(?P<every>年)/次\)|每几年|几年一次|每(?:个)?(?P<each>季度|季|月)"
)


class Frequency(NamedTuple):
    """So many times in so many years; no times: none is said."""

    times: int | None
    years: int = 1


NONE = Frequency(None)


def read_frequency(text: str) -> Frequency:
    """2, 2次, 每年2次, 1次/年, 一年一次, 每季度1次, 半年一次; 每两年1次, 三年一次, 1次/2年; empty is none."""
    plain = "".join(normal("NFKC", text).split())
    if not plain:
        return NONE
    found = _read(plain)
    if found is None or not 1 <= (found.times or 0) <= MOST_A_YEAR or not 1 <= found.years <= MOST_YEARS:
        raise ClerkError(
            "“%(text)s”不是频次，请填写每年的次数（1 至 365），或者“每2年1次”这样几年一次的频次。",
            text=text[:20],
        )
    return found


def unit_of_frequency(head: str) -> str:
    """What the head of a column says its bare numbers are of: 频次（次/季度）, 频次（年/次）; empty if nothing."""
    plain = "".join(normal("NFKC", head).split())
    found = _OF_HEAD.search(plain)
    if found is None:
        return ""
    span = found["times"] or found["each"]
    return f"次/{span}" if span else "年1次"


def read_counted(text: str, unit: str) -> Frequency:
    """A frequency of a column whose head has a unit: of a bare number 3 the one that 3次/季度 or 3年1次 is."""
    plain = "".join(normal("NFKC", text).split()).removesuffix(".0")
    return read_frequency(plain + unit if unit and plain.isdecimal() else text)


def _read(plain: str) -> Frequency | None:
    match = _FREQUENCY.fullmatch(plain)
    if match:
        return Frequency(_count(match["times"]) * _A_YEAR[match["before"] or match["after"] or "年"])
    match = _IN_YEARS.fullmatch(plain) or _TIMES_IN_YEARS.fullmatch(plain)
    return Frequency(_count(match["times"]), _count(match["years"])) if match else None


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else _DIGITS.index(text.replace("两", "二")) + 1
