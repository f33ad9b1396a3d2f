"""Figures of what is public, with charts, and where to take the data along."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from onedoor.disclosure import queries
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import public
from onedoor.kernel.db import db
from onedoor.web.portal import labels, public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.portal.burden import published
from onedoor.web.portal.lists import by_outcome
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page

MONTHS = 12


@pages.get("/open/data")
@limiter.limit(SEARCHES)
@public
def data() -> Any:
    """Burden and effect: doors of draws, results by month, bureau and finding (R-S6)."""
    found = _by_finding()
    return page(
        "portal/data.html",
        figures=queries.figures(),
        burdens=published(),
        draws=_draws(),
        problems=_with_problems(),
        months=_chart(_by_month(), _("公示的检查结果")),
        findings=_chart(found, _("户次"), across=True),
        bureaus=_chart(_by_bureau(), _("公示的检查结果"), across=True),
    )


def _chart(rows: list[tuple[str, int]], label: str, *, across: bool = False) -> dict[str, Any]:
    """A bar chart as plain data, and the same figures as rows; `across` lays the bars down."""
    names, values = [row[0] for row in rows], [row[1] for row in rows]
    category: dict[str, Any] = {"type": "category", "data": names, "axisTick": {"show": False}}
    if across:
        category |= {"inverse": True, "axisLabel": {"width": 150, "overflow": "break"}}
    value = {"type": "value", "minInterval": 1}
    bar = {"type": "bar", "name": label, "data": values, "barMaxWidth": 36, "label": {"show": True}}
    axes = {"xAxis": value, "yAxis": category} if across else {"xAxis": category, "yAxis": value}
    grid = {"left": 8, "right": 32, "top": 16, "bottom": 8, "containLabel": True}
    return {"option": {**axes, "series": [bar], "grid": grid, "tooltip": {}}, "rows": rows, "label": label}


def _results(*columns: Any) -> sa.Select[Any]:
    return queries.search("result").with_only_columns(*columns)


def _by_month() -> list[tuple[str, int]]:
    month = sa.func.to_char(sa.func.timezone("Asia/Shanghai", Disclosure.since), "YYYY-MM").label("month")
    query = _results(month, sa.func.count()).group_by(month).order_by(month.desc()).limit(MONTHS)
    return [(row[0], row[1]) for row in reversed(db.session.execute(query).all())]


def _by_bureau() -> list[tuple[str, int]]:
    query = _results(Disclosure.bureau_name, sa.func.count()).group_by(Disclosure.bureau_name)
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(sa.func.count().desc()))]


def _by_finding() -> list[tuple[str, int]]:
    """How often each of the eight results was found; an object may have several."""
    counted = {
        name: db.session.scalar(
            _results(sa.func.count()).where(Disclosure.content["results"].contains([name]))
        )
        or 0
        for name in labels.RESULTS.values()
    }
    return [(_(name), count) for name, count in counted.items() if count]


def _with_problems() -> int:
    """Results with anything but what is no problem."""
    return db.session.scalar(by_outcome(_results(sa.func.count()), "found")) or 0


def _draws() -> dict[str, Any]:
    """Sums over public draws: doors, matters, and the doors that separate draws would have needed."""
    more = (
        public_records.inside("doors"),
        public_records.inside("matters"),
        public_records.inside("independent_doors"),
    )
    query = public_records.faces("draw", *more).where(Disclosure.content["state"].astext == "drawn")
    rows = db.session.execute(query).all()
    sums = {key: sum(_number(getattr(row, key)) for row in rows) for key in ("doors", "matters")}
    return {
        **sums,
        "independent_doors": sum(_number(row.independent_doors) for row in rows),
        "count": len(rows),
    }


def _number(text: str | None) -> Decimal:
    try:
        return Decimal(text or 0)
    except InvalidOperation:
        return Decimal(0)
