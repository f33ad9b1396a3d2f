"""How far back a beginning may be entered afterwards (R-V2)."""

from __future__ import annotations

from datetime import date

from onedoor.kernel.clock import today
from onedoor.visits import queries
from onedoor.visits.rules.dates import BACKFILL_DAYS
from tenants import queries as tenants


def earliest() -> tuple[int, date]:
    """The working days that this bureau's place sets, and the first day they reach back to."""
    place = tenants.my_bureau().jurisdiction_code
    days = int(tenants.setting("visit_backfill_days", place, BACKFILL_DAYS, on=today()))
    return days, queries.calendar().add_working_days(today(), -days)
