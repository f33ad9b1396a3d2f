"""平台外检查原因: checks outside the platform by cause and bureau, with what is done about each (001 §7, R-V9)."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from onedoor.edge.identity import current_user
from onedoor.ledger.rules.origins import CAUSE_NAMES
from onedoor.supervision import queries
from onedoor.web.shell import forms, page
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.overview import chosen_year, years
from tenants.rules import Permission


@pages.get("/outside-causes", endpoint="outside_causes")
@overseers
def outside_causes() -> Any:
    """Of a year."""
    year = chosen_year()
    return page(
        "supervision/outside_causes.html",
        year=year,
        years=years(),
        found=queries.outside_causes(year),
        causes=[(one.value, _(name)) for one, name in CAUSE_NAMES.items()],
        form=forms.empty(year=year),
        may_write=current_user.may(Permission.OVERSIGHT_ANSWER),
    )
