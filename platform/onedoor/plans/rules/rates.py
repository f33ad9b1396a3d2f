"""Rates per stratum: basis points, a number, or all (R-P5); pure."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, series
from onedoor.targets.rules.rate_rules import Count, joined_name, small_joined

OTHERS = "*"
UNITS = ("bp", "number", "all")
# More than any list has rows.
MOST = 10_000_000
Rate = Mapping[str, Any]


class Row(NamedTuple):
    """One row of the form: stratum, unit and value as typed."""

    stratum: str
    unit: str
    value: str


class Forecast(NamedTuple):
    """What a stratum would give today: rows in scope, eligible, how many would be drawn."""

    stratum: str
    total: int
    eligible: int
    quota: int
    least: int

    @property
    def small(self) -> bool:
        """Whether it is so small that who is drawn is half known (draw.md: a stratum under the place's least size warns)."""
        return 0 < self.eligible < self.least

    @property
    def high(self) -> bool:
        """Whether more than half of it is drawn (draw.md: a rate above 50 % warns)."""
        return self.quota * 2 > self.eligible > 0


def read_rows(rows: Sequence[Row]) -> dict[str, Rate]:
    """The rates of the rows that are filled in. Raises ClerkError with the sentences beside `rates-<row>`."""
    made: dict[str, Rate] = {}
    wrong: dict[str, list[str]] = {}
    for place, row in enumerate(rows):
        if not row.stratum or (row.unit != "all" and not row.value.strip()):
            continue
        if row.stratum in made:
            wrong[f"rates-{place}"] = ["这一层已经填写过，请合并为一行。"]
            continue
        try:
            made[row.stratum] = read_row(row)
        except ClerkError as error:
            wrong[f"rates-{place}"] = [error.message]
    if not made and not wrong:
        wrong["rates-0"] = ["请至少填写一行抽查比例或户数。"]
    if wrong:
        raise ClerkError("抽查比例有几处需要修改。", fields=wrong)
    return made


def check(rates: Mapping[str, Any], stratify: str, known: Container[str]) -> dict[str, Rate]:
    """Rates as the table holds them; `known` are the strata the division can give beside `*`.

    Raises ClerkError for what no draw could use.
    """
    if not rates:
        raise ClerkError("请至少填写一行抽查比例或户数。", fields={"rates": ["请填写抽查比例或户数。"]})
    if stratify == "none" and set(rates) != {OTHERS}:
        raise ClerkError(
            "不分层时只填写“全部对象”一行。", fields={"rates": ["不分层时只填写“全部对象”一行。"]}
        )
    if any(stratum != OTHERS and stratum not in known for stratum in rates):
        problem = "有的层与所选的分层方式不一致，请重新选择。"
        raise ClerkError(problem, fields={"rates": [problem]})
    return {stratum: _checked(rate) for stratum, rate in rates.items()}


def of_stratum(rates: Mapping[str, Any], stratum: str) -> Rate | None:
    """The rate of a stratum: its own, else that of all others, else None (nothing is drawn of it)."""
    return rates.get(stratum, rates.get(OTHERS))


def quota(rate: Rate | None, total: int, eligible: int) -> int:
    """How many are drawn of `total` rows in scope, at most the eligible; a rate rounds up (draw.md, "Quotas")."""
    if rate is None:
        return 0
    if rate.get("all"):
        return eligible
    asked = int(rate["number"]) if "number" in rate else -(-total * int(rate["bp"]) // 10_000)
    return min(asked, eligible)


def forecast(
    counts: Mapping[str, Mapping[str, int]], rates: Mapping[str, Any], least: int, *, ordered: bool = False
) -> list[Forecast]:
    """From how many rows of each status each stratum has: what it would give; those that are gone do not count. `least` is the place's
    least size: of the strata of `ordered` rules those below it are drawn with the one beside (R-P5)."""
    found = []
    for stratum, statuses in sorted(counts.items()):
        total = sum(count for status, count in statuses.items() if status not in ("XGONE", "XSCOPE"))
        eligible = statuses.get("E", 0)
        drawn = quota(of_stratum(rates, stratum), total, eligible)
        found.append(Forecast(stratum, total, eligible, drawn, least))
    return _joined(found, least) if ordered else found


def _joined(found: Sequence[Forecast], least: int) -> list[Forecast]:
    by_name = {one.stratum: one for one in found}
    for group in small_joined([Count(one.stratum, one.eligible, one.quota) for one in found], least):
        parts = [by_name.pop(one.stratum) for one in group]
        total, eligible, drawn = (
            sum(counts)
            for counts in zip(*((one.total, one.eligible, one.quota) for one in parts), strict=True)
        )
        by_name[joined_name(group)] = Forecast(joined_name(group), total, eligible, drawn, least)
    return [by_name[name] for name in sorted(by_name)]


def text(rates: Mapping[str, Any], stratum_name: Callable[[str], str]) -> str:
    """The rates in words, for the form F6 and the page: 企业 3%；其余 5 户."""
    ordered = sorted(rates, key=lambda stratum: (stratum == OTHERS, stratum))
    if ordered == [OTHERS]:
        return one_text(rates[OTHERS])
    return series(
        [
            Sentence("%(stratum)s %(rate)s", stratum=stratum_name(stratum), rate=one_text(rates[stratum]))
            for stratum in ordered
        ]
    )


def one_text(rate: Rate) -> str:
    """One rate in words: 3%, 5 户, 全部."""
    if rate.get("all"):
        return Sentence("全部")
    return (
        Sentence("%(count)s 户", count=rate["number"]) if "number" in rate else f"{int(rate['bp']) / 100:g}%"
    )


def read_row(row: Row) -> Rate:
    """The rate of a row. Raises ClerkError for what is none."""
    if row.unit == "all":
        return {"all": True}
    value = row.value.strip().rstrip("%％")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ClerkError("请填写数字。") from None
    if not number.is_finite() or number < 0:
        raise ClerkError("不能小于 0。")
    # Compared before it is made an integer: 1e9999999 would keep the whole process busy for hours.
    if number > MOST:
        raise ClerkError("数字过大，请核对。")
    if row.unit == "number":
        if number != int(number):
            raise ClerkError("户数请填写整数。")
        return {"number": int(number)}
    points = number * 100
    if number > 100:
        raise ClerkError("比例不能超过 100%。")
    if points != int(points):
        raise ClerkError("比例最多两位小数。")
    return {"bp": int(points)}


def _checked(rate: Any) -> Rate:
    if isinstance(rate, Mapping) and len(rate) == 1:
        unit, value = next(iter(rate.items()))
        whole = isinstance(value, int) and not isinstance(value, bool)
        if (unit == "bp" and whole and 0 <= value <= 10_000) or (unit == "number" and whole and value >= 0):
            return {unit: value}
        if unit == "all" and value is True:
            return {"all": True}
    raise ClerkError(
        "抽查比例请填写百分比、户数或“全部”。", fields={"rates": ["请填写百分比、户数或“全部”。"]}
    )
