"""To whom a place's matters go: its market regulation, and who coordinates there."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel.scope import current_scope
from tenants import queries as tenants


def market_regulation() -> UUID | None:
    """The bureau that keeps the list of abnormal operation where the current one works: the nearest that leads the market domain."""
    return _nearest("market")


def coordinator() -> UUID | None:
    """Who coordinates when nobody takes a matter (R-T2): the nearest supervisor of the whole place."""
    found = _nearest("all")
    return None if found == current_scope().tenant_id else found


def _nearest(domain: str) -> UUID | None:
    above = _way_up(tenants.my_bureau().jurisdiction_code)
    named = {
        place.code: bureau.id
        for grant, bureau, place in tenants.grants()
        if grant.domain == domain and grant.until is None and bureau.active
    }
    return next((named[code] for code in above if code in named), None)


def _way_up(code: str) -> list[str]:
    parents = {place.code: place.parent_code for place in tenants.places()}
    way: list[str] = []
    place: str | None = code
    while place is not None:
        way.append(place)
        place = parents.get(place)
    return way
