"""检查负担与成效: what checks cost firms, and what they found, over the supervised bureaus (R-S6)."""

from __future__ import annotations

import json
from typing import Any

from flask import url_for

from onedoor.statistics.rules.burden import MEASURES, table
from onedoor.supervision import queries
from onedoor.web import burden as shown
from onedoor.web.shell import exports, page
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.overview import chosen_year, years

# Which list has the records of a figure.
_LISTS = {
    "checks": ("results", "accepted"),
    "entities": ("results", "accepted"),
    "parts": ("results", "accepted"),
    "problems": ("results", "problem"),
    "saved": ("campaigns", "saved"),
    "doors": ("campaigns", "drawn"),
    "independent_doors": ("campaigns", "drawn"),
    "drawn_matters": ("campaigns", "drawn"),
}


@pages.get("/burden")
@overseers
def burden() -> Any:
    """Burden and effect of a year by bureau, trade and month, and before and after joint checks."""
    year = chosen_year()
    found = queries.burden.burden(year)

    def opens(dimension: str, key: str, measure: str) -> str | None:
        if dimension != "bureau" or measure not in _LISTS:
            return None
        kind, state = _LISTS[measure]
        return url_for(f"supervision.{kind}", bureau=key, state=state, year=year)

    return page(
        "supervision/burden.html",
        found=found,
        year=year,
        years=years(),
        tables=shown.tables(found, opens),
        charts=shown.charts(found),
        headlines=[(MEASURES[key], shown.shown(key, found.total)) for key in shown.HEADLINES],
        doors=[(MEASURES[key], shown.shown(key, found.total)) for key in shown.DOORS],
        measures=list(MEASURES.values()),
        scans=queries.burden.scan_shares(year),
    )


@pages.get("/burden.csv", endpoint="burden_csv")
@overseers
def as_csv() -> Any:
    """The same figures to take along, as a table."""
    year = chosen_year()
    return exports.download(table(queries.burden.burden(year).kept()), f"burden-{year}.csv", "text/csv")


@pages.get("/burden.json", endpoint="burden_json")
@overseers
def as_json() -> Any:
    """The same with the words of each measure, for a program."""
    year = chosen_year()
    content = json.dumps(queries.burden.burden(year).kept(), ensure_ascii=False, indent=1).encode()
    return exports.download(content, f"burden-{year}.json", "application/json")
