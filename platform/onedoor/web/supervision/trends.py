"""走势和分布: the year by months, by county and by domain; every figure opens its records (R-S4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from onedoor.statistics.rules import share
from onedoor.supervision import queries
from onedoor.web.shell import page
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.overview import chosen_year, tabs, years
from tenants import queries as tenants
from tenants.models import Bureau

# The figures by county and by domain: kind, state, words; a share is of the first two.
COLUMNS = (
    ("draws", "run"),
    ("visits", "due"),
    ("visits", "done"),
    ("visits", "overdue"),
    ("results", "accepted"),
    ("results", "problem"),
    ("results", "public"),
    ("results", "public_overdue"),
)


@pages.get("/trends", endpoint="trends")
@overseers
def trends() -> Any:
    """A year's trend and where its work was done."""
    year = chosen_year()
    found, lines = queries.overview(year), queries.trends.trend(year)
    months = [_("%(month)s月", month=month) for month in range(1, 13)]
    names = {line: str(labels.TREND[line]) for line in lines}
    return page(
        "supervision/trends.html",
        year=year,
        years=years(),
        tabs=tabs("supervision.trends"),
        option=_option(months, names, lines),
        heads=[_("月份"), *names.values()],
        rows=[[months[place], *(lines[line][place] for line in lines)] for place in range(12)],
        lines=queries.trends.LINES,
        names=names,
        numbers=lines,
        months=months,
        columns=[(kind, state, _words(kind, state)) for kind, state in COLUMNS],
        share=share,
        tables=[
            (_("按地区"), _("地区"), _by_place(found)),
            (_("按领域"), _("领域"), _by_domain(found)),
        ],
    )


def _words(kind: str, state: str) -> Any:
    return next(
        one.label
        for _group, figures in labels.GROUPS
        for one in figures
        if (one.kind, one.state) == (kind, state)
    )


def _option(months: list[str], names: Mapping[str, str], lines: Mapping[str, list[int]]) -> dict[str, Any]:
    series = [{"type": "line", "name": names[line], "data": numbers} for line, numbers in lines.items()]
    return {
        "xAxis": {"type": "category", "data": months},
        "yAxis": {"type": "value", "minInterval": 1},
        "legend": {"data": list(names.values())},
        "series": series,
    }


_Row = tuple[str, dict[str, str], Mapping[str, Mapping[str, int]]]


def _by_place(found: Any) -> list[_Row]:
    places = {one.code: one.name for one in tenants.places()}
    return _grouped(found, "place", lambda one: one.jurisdiction_code, places)


def _by_domain(found: Any) -> list[_Row]:
    return _grouped(
        found, "domain", lambda one: one.domain, {key: str(name) for key, name in labels.DOMAINS.items()}
    )


def _grouped(found: Any, argument: str, key: Any, names: Mapping[str, str]) -> list[_Row]:
    groups: dict[str, list[Bureau]] = {}
    for bureau in found.bureaus:
        groups.setdefault(key(bureau), []).append(bureau)
    return [(names.get(one, one), {argument: one}, found.sums(groups[one])) for one in sorted(groups)]
