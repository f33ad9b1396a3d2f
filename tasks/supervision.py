"""Jobs of supervision."""

from __future__ import annotations

from onedoor.supervision import service
from tasks.kernel import in_each_bureau


def tell_orders() -> int:
    """Orders that came or became overdue are told to the people of their bureau; returns how many were (R-S4)."""
    return in_each_bureau(service.tell_overdue)


def publish_burden() -> int:
    """Burden and effect are published where they changed; returns how many years' figures were (R-S6)."""
    return in_each_bureau(service.publish_burden)
