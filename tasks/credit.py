"""Jobs of the exports: sending a batch to the credit platform and recording its receipts (R-O2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.credit import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.SEND_EXPORT)
def send_export(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send a batch; sent again, it is the same batch to the platform."""
    progress(0, 1, Sentence("正在报送并等待回执"))
    outcome = service.send(UUID(payload["export_id"]), asked=payload.get("asked", 0))
    progress(1, 1, Sentence("回执已登记"))
    return outcome


@handles(JobName.WITHDRAW_EXPORTS)
def withdraw_exports(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """What ended is withdrawn from every platform."""
    return {"batches": service.follow_publications()}


def follow_publications() -> int:
    """Corrections and withdrawals follow to the platforms in every bureau (R-O3), and what is due by a platform's schedule goes out (R-O2)."""
    return in_each_bureau(service.follow_publications) + in_each_bureau(service.send_on_schedule)


def note_measures() -> int:
    """People are told of measures that came, and of answers to theirs, in every bureau (R-O4)."""
    return in_each_bureau(service.note_measures)


def classify() -> int:
    """Credit classes follow their facts, in the bureau that keeps them (R-O4)."""
    return in_each_bureau(service.classify)
