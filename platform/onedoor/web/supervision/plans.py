"""计划备案情况: who has not filed which plan by when (R-P1, R-P2, R-S3, R-S4)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import request

from onedoor.kernel.clock import today
from onedoor.supervision import queries
from onedoor.web.plans.labels import DUE_STATES, KINDS
from onedoor.web.shell import page
from onedoor.web.supervision.blueprint import overseers, pages


@pages.get("/plans", endpoint="plans")
@overseers
def plans_page() -> Any:
    """Every plan that a supervised bureau has to file in a year, by bureau: due, late, returned, never."""
    year = request.args.get("year", type=int) or today().year
    year = year if 2016 <= year <= 2099 else today().year
    rows = queries.plans_due(year)
    counts = Counter(row.state for row in rows)
    return page(
        "supervision/plans.html",
        year=year,
        rows=rows,
        counts=[(label, counts[state]) for state, label in DUE_STATES.items()],
        states=DUE_STATES,
        kinds=KINDS,
    )
