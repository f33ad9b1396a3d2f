"""Jobs of the shared register: the review of its records."""

from __future__ import annotations

from typing import Any

from onedoor.entities import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.REVIEW_REGISTRY)
def review(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Look over the bureau's records for what is missing, stale, contradictory or twice there."""
    return service.review(progress)


def review_by_night() -> int:
    """Ask for the reviews of records that are due this night, in every bureau; returns how many."""
    return in_each_bureau(service.review_by_night)
