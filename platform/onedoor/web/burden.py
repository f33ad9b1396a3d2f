"""How burden and effect are shown, to the supervisor and to everybody: the same tables and charts (R-S6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from onedoor.statistics.rules.burden import DIMENSIONS, MEASURES, NOT_TOLD, Burden, Measure, Row
from onedoor.web.shell.formats import number, percent

# The figures above the tables, and where the three measures stand side by side.
HEADLINES = ("per_entity", "matters_per_entity", "problem_share", "mended_share", "days_per_entity")
DOORS = ("independent_doors", "doors", "drawn_matters", "saved", "combined")


@dataclass(frozen=True)
class Table:
    """One dimension: its title, heads and rows, the row's cells as (text, address)."""

    key: str
    title: str
    measures: Sequence[Measure]
    rows: Sequence[tuple[str, list[tuple[str, str | None]]]]


def shown(measure: str, row: Row) -> str:
    """A measure as it is written; — for a share of nothing."""
    value = row.value(measure)
    if value is None:
        return "—"
    one = MEASURES[measure]
    if one.percent:
        return percent(value)
    if one.of or value != int(value):
        return f"{value:.2f}"
    return number(int(value))


def tables(found: Burden, opens: Callable[[str, str, str], str | None]) -> list[Table]:
    """A table for each dimension that has rows; `opens` says where a figure's records are."""
    made = []
    for key, title in DIMENSIONS.items():
        told = [one for one in MEASURES.values() if one.key not in NOT_TOLD.get(key, ())]
        rows = [
            (name_of(key, row), [(shown(one.key, row), opens(key, row.key, one.key)) for one in told])
            for row in found.by.get(key, ())
        ]
        if rows:
            made.append(Table(key, _(title), told, rows))
    return made


def name_of(dimension: str, row: Row) -> str:
    """A row's name in the reader's language; bureaus and months are data."""
    if dimension in {"mode", "phase"}:
        return _(row.name)
    if dimension == "trade":
        return row.name or _("行业未登记")
    return row.name


def charts(found: Burden) -> list[dict[str, Any]]:
    """Months by entries and parts, bureaus and trades by the share that found a problem; each with its figures as rows."""
    months = found.by.get("month", ())
    made = [
        _chart(
            _("每月：各部门分别上门要去的次数和实际入户次数"),
            [row.name for row in months],
            [
                (_(MEASURES[key].head), [row.value(key) or 0 for row in months])
                for key in ("parts", "entries")
            ],
            _("月份"),
        )
    ]
    for dimension, title in (("bureau", _("各部门发现问题的比例")), ("trade", _("各行业每户检查次数"))):
        measure = "problem_share" if dimension == "bureau" else "per_entity"
        rows = [row for row in found.by.get(dimension, ()) if row.value(measure) is not None]
        scale = 100 if measure == "problem_share" else 1
        values = [round((row.value(measure) or 0) * scale, 2) for row in rows]
        head = _("发现问题的比例（百分数）") if scale == 100 else _(MEASURES[measure].head)
        made.append(
            _chart(title, [name_of(dimension, row) for row in rows], [(head, values)], _("名称"), across=True)
        )
    return [one for one in made if one["rows"]]


def _chart(
    title: str, names: list[str], series: list[tuple[str, list[float]]], head: str, *, across: bool = False
) -> dict[str, Any]:
    category: dict[str, Any] = {"type": "category", "data": names, "axisTick": {"show": False}}
    if across:
        category |= {"inverse": True, "axisLabel": {"width": 150, "overflow": "break"}}
    value = {"type": "value"}
    axes = {"xAxis": value, "yAxis": category} if across else {"xAxis": category, "yAxis": value}
    grid = {"left": 8, "right": 32, "top": 32, "bottom": 8, "containLabel": True}
    bars = [
        {"type": "bar", "name": label, "data": values, "barMaxWidth": 28, "label": {"show": True}}
        for label, values in series
    ]
    option = {
        **axes,
        "series": bars,
        "grid": grid,
        "tooltip": {},
        "legend": {"show": len(bars) > 1, "top": 0},
    }
    rows = [(name, *(values[at] for _label, values in series)) for at, name in enumerate(names)]
    return {
        "title": title,
        "option": option,
        "heads": [head, *(label for label, _values in series)],
        "rows": rows,
    }
