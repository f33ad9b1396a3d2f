"""Jobs of what follows a finding."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.followups import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.SEND_ABNORMAL)
def send_abnormal(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Market regulation gets the task to decide on its list."""
    return {"sent": service.send_abnormal(UUID(payload["followup_id"])) is not None}


@handles(JobName.NOTE_TRANSFER)
def note_transfer(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The receiver's people are told."""
    service.note_transfer(UUID(payload["transfer_id"]))
    return {}


@handles(JobName.NOTE_TRANSFER_ANSWER)
def note_answer(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The sender goes on with the answer."""
    service.note_answer(UUID(payload["transfer_id"]))
    return {}


@handles(JobName.ISSUE_RESULT_NOTICE)
def issue_result_notice(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The firm gets the result of an accepted record in writing, once."""
    return {"issued": service.issue_first_result_notice(UUID(payload["record_id"])) is not None}


def watch_followups() -> int:
    """What is due soon or overdue is told in every bureau, once each; returns how many were told of (R-S3)."""
    return in_each_bureau(service.watch_followups)


def watch_result_deadlines() -> int:
    """Days of disclosure counted from completion, reports and disclosures that are due told once, in every bureau (R-O1, R-V5)."""
    return in_each_bureau(service.watch_result_deadlines)
