"""Jobs of notifications: telling another bureau's people of what this one did, and what is due tomorrow or overdue."""

from __future__ import annotations

from typing import Any

from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.notifications import service
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.NOTIFY_BUREAU)
def notify_bureau(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Tell the people whom it concerns in the job's bureau."""
    return {"told": service.notify_bureau(payload)}


def watch() -> int:
    """In every bureau, of what is due tomorrow and what is overdue; returns how many people were told."""
    return in_each_bureau(service.watch)
