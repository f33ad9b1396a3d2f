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


def watch_alerts() -> int:
    """What supervisors' rules watch is looked at, and each alert told to whom it concerns; returns how many were told (R-S4)."""
    in_each_bureau(service.watch)
    return in_each_bureau(service.tell_alerts)


def remind_of_tasks() -> int:
    """Tasks of bureaus' timetables that are overdue are told to their persons; returns how many were."""
    return in_each_bureau(service.remind_of_tasks)
