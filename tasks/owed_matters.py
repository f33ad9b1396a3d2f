"""Jobs of what is owed, each in the scope of the bureau it writes for (R-J5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.owed_matters import service
from onedoor.visits import service as visits
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.REGISTER_OWED)
def register_owed(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What the lead left for later enters the partner's list."""
    return {"owed": service.register_owed()}


@handles(JobName.DEFER_PART)
def defer_part(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The lead's visit goes on without the partner that cannot come."""
    visits.defer_part(UUID(payload["visit_id"]), UUID(payload["bureau_id"]), payload["reason"])
    return {}


@handles(JobName.SETTLE_OWED)
def settle_owed(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What a visit makes up for is checked, or owed again."""
    return {"settled": service.settle_check(UUID(payload["visit_id"]))}


@handles(JobName.NOTE_OWED)
def note_owed(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The lead's people are told."""
    service.note_owed(UUID(payload["bureau_id"]), int(payload["number"]))
    return {}


@handles(JobName.NOTE_HANDOVER)
def note_handover(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The people of who is asked to take a matter are told."""
    service.note_handover(UUID(payload["handover_id"]))
    return {}


@handles(JobName.NOTE_HANDOVER_ANSWER)
def note_answer(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The bureau that asked goes on with the answer."""
    service.note_answer(UUID(payload["handover_id"]))
    return {}


def watch_owed() -> int:
    """What is owed enters its list in every bureau, and is told again from time to time; returns how many matters were."""
    return in_each_bureau(service.watch_owed)
