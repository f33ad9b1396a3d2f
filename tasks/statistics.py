"""Jobs of returns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.statistics import service
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.FILE_RETURN)
def file_return(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Freeze a return and hand it in."""
    return {"version": service.file_return(UUID(payload["return_id"]), progress).version}


def remind_of_returns() -> int:
    """Returns that are soon due, late or sent back are told to the people of their bureau; returns how many were (R-S1)."""
    return in_each_bureau(service.remind)
