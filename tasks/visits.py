"""Jobs of visits."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.campaigns import service as campaigns
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.visits import service
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.SCHEDULE_VISITS)
def schedule(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Make the visits of a draw."""
    return service.schedule(UUID(payload["campaign_id"]), UUID(payload["draw_id"]), progress)


@handles(JobName.ISSUE_NOTICES)
def issue_notices(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Write the notices of a campaign's approved visits."""
    return service.write_notices(UUID(payload["campaign_id"]), progress)


@handles(JobName.NOTE_BEGINNING)
def note_beginning(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The campaign's first visit has begun."""
    return {"state": campaigns.begin_visits(UUID(payload["campaign_id"])).state}


@handles(JobName.SUBSTITUTE_OBJECT)
def substitute(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Another object comes for one that cannot be visited."""
    return service.substitute(UUID(payload["substitution_id"]))


@handles(JobName.REPLACE_MEMBER)
def replace_member(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Another officer is drawn for one whose bureau says that they do not come."""
    return service.carry_out_replacement(UUID(payload["member_id"]))


@handles(JobName.NOTE_REPLACEMENT)
def note_replacement(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Who is concerned is told that an officer is to be, or was, replaced."""
    service.note_replacement(payload)
    return {}


@handles(JobName.NOTE_COMBINATION)
def note_combination(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The people of the other bureau are told what was asked, answered or moved."""
    service.note_combination(UUID(payload["combination_id"]))
    return {}


def tell_of_apart() -> int:
    """In every bureau, of objects that others would soon visit too; returns how many were told of."""
    return in_each_bureau(service.tell_of_apart)


def fold_merged() -> int:
    """Visits to what was merged in the register since are one, in every draw that is being visited (R-T4, R-J2); returns of how many draws."""
    return in_each_bureau(service.fold_merged)
