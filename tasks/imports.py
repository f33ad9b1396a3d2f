"""Jobs of the load engine: loading a file, taking a load back, one thing done to many records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.imports import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import FORMER_LOADS, JobName
from tasks.runner import handles


@handles(JobName.LOAD_FILE, *FORMER_LOADS)
def load_file(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a file of any kind of list, or look it over."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.UNDO_IMPORT)
def undo_import(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take a load back."""
    return service.undo_import(UUID(payload["import_id"]), progress)


@handles(JobName.BULK_REGISTRY)
def bulk(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do one thing to many records of the registry."""
    return service.run_bulk(UUID(payload["run_id"]), progress)
