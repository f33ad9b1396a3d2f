"""Burden and effect (R-S6): each measure once with its words, what a row of figures is, and the shares made of them; pure.

Only checks that took place are counted: of an untold visit nothing is known here before it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onedoor.kernel.spreadsheets import csv_lines
from onedoor.kernel.text.source_strings import N_

UNKNOWN = ""


@dataclass(frozen=True)
class Measure:
    """One measure: `head` over its column, `words` what it counts; `of` names the two it is the quotient of, `percent` how it is written."""

    key: str
    head: str
    words: str
    of: tuple[str, str] | None = None
    percent: bool = False


_ALL = (
    Measure("entities", N_("检查过的对象"), N_("有检查记录已审核通过的检查对象；一个对象计一户。")),
    Measure("checks", N_("检查次数"), N_("有检查记录已审核通过的检查，不论由几个部门进行；一次联合检查计一次。")),
    Measure(
        "entries", N_("入户次数"), N_("检查次数中进入企业的；书面检查、网络监测等不进入企业的不计。一次联合检查计一次，各自的检查同一天合并上门的也计一次。")
    ),
    Measure("matters", N_("检查事项数"), N_("上述检查中，已审核通过的记录所检查的事项；一户一事项计一项。")),
    Measure(
        "parts", N_("部门检查次数"), N_("每个部门对每户的检查计一次；没有联合检查时，这就是要进行的检查次数。")
    ),
    Measure("problems", N_("发现问题的检查"), N_("检查次数中，任何一个部门的记录发现了问题的；口径同统计报表。")),
    Measure("rechecks", N_("复查次数"), N_("对责令改正等进行的复查，包括书面复查。")),
    Measure("mended", N_("复查时已改正"), N_("复查次数中，结论为已改正的。")),
    Measure("days", N_("占用企业的天数"), N_("检查人员在企业内的日历天数；同一天有几个部门在同一企业，计一天。")),
    Measure("independent_doors", N_("各自抽取预计户数"), N_("联合抽取前的期望：各部门分别抽取时要去的不同对象。")),
    Measure("doors", N_("抽中户数"), N_("联合抽取实际抽中的不同对象。")),
    Measure("drawn_matters", N_("抽中事项次数"), N_("联合抽取抽中的一户一事项，计一项次。")),
    Measure("saved", N_("减少入户次数"), N_("检查以后统计：到该户检查并已审核通过记录的部门数，减去为此入户的次数，逐户相加。")),
    Measure("combined", N_("合并上门减少的入户次数"), N_("各自的检查商定同一天合并上门的：进入企业的检查次数减去入户次数；联合检查的另计。")),
    Measure("per_entity", N_("每户检查次数"), N_("检查次数除以检查过的对象。"), ("checks", "entities")),
    Measure("matters_per_entity", N_("每户检查事项"), N_("检查事项数除以检查过的对象。"), ("matters", "entities")),
    Measure(
        "problem_share", N_("发现问题的比例"), N_("发现问题的检查占检查次数的比例。"), ("problems", "checks"), True
    ),
    Measure(
        "mended_share", N_("复查已改正的比例"), N_("复查时已改正占复查次数的比例。"), ("mended", "rechecks"), True
    ),
    Measure("days_per_entity", N_("每户占用天数"), N_("占用企业的天数除以检查过的对象。"), ("days", "entities")),
)  # fmt: skip
MEASURES: dict[str, Measure] = {one.key: one for one in _ALL}
COUNTED = [one.key for one in _ALL if one.of is None]
# The three measures of joint drawing have no trade: a draw is of objects of several.
DIMENSIONS: dict[str, str] = {
    "bureau": N_("按部门"),
    "trade": N_("按行业"),
    "month": N_("按月份"),
    "mode": N_("联合检查与单独检查"),
    "phase": N_("开展联合检查以前和以后"),
}
NAMES = {
    "joint": N_("联合检查和合并上门"),
    "alone": N_("单独检查"),
    "before": N_("首次联合检查以前"),
    "after": N_("首次联合检查以后"),
}
# What a measure is not told by: of what went together each bureau has one check and one door.
NOT_TOLD: dict[str, frozenset[str]] = {
    "bureau": frozenset({"combined"}),
    "trade": frozenset({"independent_doors", "doors", "drawn_matters"}),
    "mode": frozenset({"independent_doors", "doors", "drawn_matters"}),
    "phase": frozenset({"independent_doors", "doors", "drawn_matters"}),
}


@dataclass(frozen=True)
class Row:
    """The counted measures of one bureau, trade, month, or of all."""

    key: str
    name: str
    counts: Mapping[str, float]

    def value(self, measure: str) -> float | None:
        """A measure; None of a share of nothing."""
        of = MEASURES[measure].of
        if of is None:
            return self.counts.get(measure, 0)
        part, whole = (self.counts.get(key, 0) for key in of)
        return part / whole if whole else None


@dataclass(frozen=True)
class Burden:
    """The figures of a place and year as known on a day, by each dimension."""

    year: int
    known_on: str
    total: Row
    by: Mapping[str, Sequence[Row]]

    def kept(self) -> dict[str, Any]:
        """As it is published, with the words of each measure beside its figures."""
        return {
            "year": self.year,
            "known_on": self.known_on,
            "measures": [
                {"key": one.key, "name": one.head, "words": one.words, "of": list(one.of or ())}
                for one in _ALL
            ],
            "rows": [*self._rows()],
        }

    def _rows(self) -> Iterable[dict[str, Any]]:
        for dimension, row in [("total", self.total), *((d, r) for d, rows in self.by.items() for r in rows)]:
            told = [key for key in MEASURES if key not in NOT_TOLD.get(dimension, ())]
            figures = {key: _rounded(row.value(key)) for key in told}
            yield {"dimension": dimension, "key": row.key, "name": row.name, **figures}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def table(kept: Mapping[str, Any]) -> bytes:
    """What is published, as CSV with a byte order mark: a row for each bureau, trade and month."""
    keys = [one["key"] for one in kept["measures"]]
    head = ["dimension", "key", "name", *keys]
    return "".join(csv_lines(head, ([row.get(key) for key in head] for row in kept["rows"]))).encode("utf-8")


def read(kept: Mapping[str, Any]) -> Burden:
    """What was published, as figures again."""
    rows: dict[str, list[Row]] = {}
    for one in kept["rows"]:
        counts = {key: one[key] for key in COUNTED if one.get(key) is not None}
        rows.setdefault(one["dimension"], []).append(Row(one["key"], one["name"], counts))
    total = rows.pop("total")[0]
    return Burden(kept["year"], kept["known_on"], total, rows)
