"""Jobs of target libraries: brought up to date by their rules, risk levels."""

from __future__ import annotations

from typing import Any

from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.targets import service
from tasks import runner
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.SELECT_TARGETS)
def select_targets(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring the bureau's target library up to date by its rules."""
    return dict(service.refresh_targets(progress))


@handles(JobName.COMPUTE_RISK)
def compute_risk(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute the risk levels of the bureau's library."""
    return dict(service.compute_risk(progress))


@handles(JobName.SUGGEST_LISTING)
def suggest_listing(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Tell the bureau that another one thinks it should list these, or what another one answered."""
    if "accepted" in payload:
        service.tell_suggestion_answer(
            payload["by"], payload["names"][0], payload["accepted"], payload["reason"]
        )
    else:
        service.tell_suggestion(**payload)
    return {"told": payload["count"]}


def compute_by_night() -> int:
    """Ask for the computing of risk levels that is due this night, in every bureau; returns how many (R-O4)."""
    return in_each_bureau(service.compute_by_night)


def leave_by_night() -> int:
    """Take out of every bureau's library who ceased or moved away (R-L6); returns how many left.

    A bureau whose library a worker is at is passed over: the bell rings again the same night.
    """
    return in_each_bureau(lambda: service.leave_by_night() if runner.no_load_running() else 0)
