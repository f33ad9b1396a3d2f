"""What a place asks of its bureaus' lists (R-L3)."""

from __future__ import annotations

from onedoor.kernel.clock import today
from onedoor.registry.rules.coverage import FLOORS, SETTINGS
from tenants import queries as tenants


def floors() -> dict[bool, int]:
    """The floors of coverage in force at the current bureau's place, in per cent; market first (True)."""
    place = tenants.my_bureau().jurisdiction_code
    return {
        market: int(tenants.setting(key, place, FLOORS[market], today())) for market, key in SETTINGS.items()
    }
