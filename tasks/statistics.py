"""Jobs of returns."""

from __future__ import annotations

from onedoor.statistics import service
from tasks.kernel import in_each_bureau


def remind_of_returns() -> int:
    """Returns that are soon due, late or sent back are told to the people of their bureau; returns how many were (R-S1)."""
    return in_each_bureau(service.remind)
