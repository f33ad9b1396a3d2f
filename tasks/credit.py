"""Jobs of the exports: sending a batch to the credit platform and recording its receipts (R-O2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from onedoor.credit import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence
from tasks.runner import handles


@handles(JobName.SEND_EXPORT)
def send_export(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send a batch; sent again, it is the same batch to the platform."""
    progress(0, 1, Sentence("正在报送并等待回执"))
    config = current_app.extensions["onedoor.config"]
    platform = service.Platform(config.credit_url, config.credit_token)
    outcome = service.send(UUID(payload["export_id"]), platform, payload.get("asked", 0))
    progress(1, 1, Sentence("回执已登记"))
    return outcome
