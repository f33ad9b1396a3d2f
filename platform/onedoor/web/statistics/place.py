"""The supervisor's returns of a whole place, and who filed what (R-S1)."""

from __future__ import annotations

from typing import Any

from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.statistics import queries
from onedoor.statistics.rules.periods import Level
from onedoor.web.shell import page
from onedoor.web.statistics.blueprint import overseers, pages, tabs
from onedoor.web.statistics.joint_checks import chosen_year
from onedoor.web.statistics.returns import owed_page
from onedoor.web.statistics.words import STATES, kind_name, period_name
from tenants import queries as tenants


@pages.get("/place", endpoint="place_list")
@overseers
def place() -> Any:
    """What the supervisor files for its place in a year."""
    return owed_page(Level.PLACE, "statistics.place_list", may_write=True)


@pages.get("/received", endpoint="received")
@overseers
def received() -> Any:
    """Supervised bureaus by what they have to file in a year: filed, late, sent back, missing."""
    year = chosen_year()
    others = [one for one in tenants.supervised_bureaus() if one.id != current_user.tenant_id]
    owed = queries.returns.owed(others, year)
    columns = list(
        dict.fromkeys(
            (one.kind, one.part, one.due_on) for one in sorted(owed, key=lambda o: (o.due_on, o.kind))
        )
    )
    return page(
        "statistics/received.html",
        tabs=tabs("statistics.received"),
        year=year,
        years=list(range(today().year + 1, today().year - 4, -1)),
        bureaus=others,
        columns=columns,
        cells={(one.bureau.id, one.kind, one.part): one for one in owed},
        late=[one for one in owed if one.late],
        states=STATES,
        kind_name=kind_name,
        period_name=period_name,
    )
