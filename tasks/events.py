"""Jobs of outgoing events: sending what is due to a subscription."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.events import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.DELIVER_EVENTS)
def deliver(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send what is new to one system."""
    return service.deliver(UUID(payload["subscription_id"]))


def dispatch() -> int:
    """Ask for the sending of what is due, in every bureau."""
    return in_each_bureau(service.dispatch)
