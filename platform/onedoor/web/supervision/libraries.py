"""覆盖率和名录库: each bureau's coverage against the floors, how old its libraries are, and who is covered by nobody (R-L3, R-L5, R-L6)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.language import in_language
from onedoor.kernel.clock import today
from onedoor.kernel.codes import KIND_NAMES
from onedoor.supervision import queries
from onedoor.supervision.queries import LibraryView
from onedoor.web.shell import page, ui
from onedoor.web.supervision.blueprint import overseers, pages
from tenants import queries as tenants

NAMES = {"targets": _l("检查对象名录库"), "inspectors": _l("执法检查人员名录库")}
SHOWN = 200


@pages.get("/libraries", endpoint="libraries")
@overseers
def libraries() -> Any:
    """Of every supervised bureau; what is below a floor or not gone over for a year says so."""
    year = today().year
    return page("supervision/libraries.html", year=year, rows=[_row(one) for one in queries.libraries(year)])


@pages.get("/uncovered", endpoint="uncovered")
@overseers
def uncovered() -> Any:
    """Entities within the grants that stand in nobody's library, with whom to ask."""
    total, found = queries.uncovered(SHOWN)
    places = {one.code: one.name for one in tenants.places()}
    rows = [
        (
            one.name,
            one.code,
            in_language(KIND_NAMES.get(one.kind, one.kind)),
            places.get(one.jurisdiction_code, "—"),
        )
        for one in found
    ]
    return page("supervision/uncovered.html", total=total, rows=rows, shown=SHOWN)


def _row(one: LibraryView) -> tuple[Any, ...]:
    share = one.random_share
    stale = [str(NAMES[name]) for name in one.stale]
    below = any(found.short for found in one.coverage.values())
    return (
        one.bureau.name,
        _share(one, market=True),
        _share(one, market=False),
        "—" if share is None else f"{share:.0%}",
        *(ui.when(one.updated[name], "date") if name in one.updated else "—" for name in NAMES),
        _("、").join(stale) or "—",
        ui.action(_("督办"), url_for("orders.order_new", bureau=one.bureau.code), small=True)
        if stale or below
        else "",
    )


def _share(one: LibraryView, *, market: bool) -> str:
    """The coverage of a domain, with how many items it is short of its floor."""
    found = one.coverage.get(market)
    if found is None:
        return "—"
    said = f"{found.share:.0%}"
    if not found.short:
        return said
    return _(
        "%(share)s，低于底线 %(floor)s%%，差 %(count)s 项", share=said, floor=found.floor, count=found.short
    )
