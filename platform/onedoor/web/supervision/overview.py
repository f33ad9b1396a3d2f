"""总览: bureaus by what they filed, drew, visited and made public; every figure opens its records (R-S4)."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from onedoor.kernel.clock import today
from onedoor.statistics.rules import share
from onedoor.supervision import queries
from onedoor.supervision.rules import DUTIES
from onedoor.web.shell import page
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from tenants import people


def years() -> list[int]:
    """The years one can look at: this one and the four before."""
    return [today().year - back for back in range(5)]


def chosen_year() -> int:
    """The year the address asks for, this one if none or an unknown one."""
    asked = request.args.get("year", type=int)
    return asked if asked in years() else today().year


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The overview, and the year by months, counties and domains."""
    found = [(_("各单位"), "supervision.overview"), (_("走势和分布"), "supervision.trends")]
    return [(label, url_for(endpoint, year=chosen_year()), endpoint == current) for label, endpoint in found]


@pages.get("", endpoint="overview", strict_slashes=False)
@overseers
def overview() -> Any:
    """The overview of a year."""
    found = queries.overview(chosen_year())
    return page(
        "supervision/overview.html",
        found=found,
        recovered=people.recovered_lately(),
        groups=labels.GROUPS,
        duties=[(duty, labels.DUTIES[duty.name]) for duty in DUTIES],
        duty_states=labels.DUTY_STATES,
        tabs=tabs("supervision.overview"),
        year=chosen_year(),
        years=years(),
        share=share,
        heads=[_("单位"), *[figure.label for _group, figures in labels.GROUPS for figure in figures]],
    )
