"""What a place asks of its bureaus' lists (R-L3)."""

from __future__ import annotations

from tenants import settings


def floors() -> dict[bool, int]:
    """The floors of coverage in force at the current bureau's place, in per cent; market first (True)."""
    return {True: settings.value("coverage_floor_market"), False: settings.value("coverage_floor_other")}
