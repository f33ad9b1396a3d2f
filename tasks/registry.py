"""Jobs of the registry: loading files, bringing target libraries up to date."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.kernel.jobs import JobName
from onedoor.kernel.progress import Progress
from onedoor.registry import service
from tasks import runner
from tasks.kernel import in_each_bureau
from tasks.runner import handles


@handles(JobName.IMPORT_ENTITIES)
def import_entities(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a file of entities into the shared register."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_ITEMS)
def import_items(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load an item list (F1) into drafts."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_INSPECTORS)
def import_inspectors(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load an inspector library (F2)."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_EXPERTS)
def import_experts(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a list of experts and testing institutes."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_TARGETS)
def import_targets(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a target library, or who leaves it."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_MATTERS)
def import_matters(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load products, projects and activities of a library."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_CERTIFICATES)
def import_certificates(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load justice's certificates."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_DETAILS)
def import_details(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load contacts, tags and levels of targets."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_PREMISES)
def import_premises(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load places of business into the shared register."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_LICENCES)
def import_licences(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load licences into the shared register."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.UNDO_IMPORT)
def undo_import(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take a load back."""
    return service.undo_import(UUID(payload["import_id"]), progress)


@handles(JobName.SELECT_TARGETS)
def select_targets(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring the bureau's target library up to date by its rules."""
    return dict(service.refresh_targets(progress))


@handles(JobName.REVIEW_REGISTRY)
def review(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Look over the bureau's records for what is missing, stale, contradictory or twice there."""
    return service.review(progress)


@handles(JobName.COMPUTE_RISK)
def compute_risk(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Compute the risk levels of the bureau's library."""
    return dict(service.compute_risk(progress))


@handles(JobName.BULK_REGISTRY)
def bulk(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do one thing to many records of the registry."""
    return service.run_bulk(UUID(payload["run_id"]), progress)


def review_by_night() -> int:
    """Ask for the reviews of records that are due this night, in every bureau; returns how many."""
    return in_each_bureau(service.review_by_night)


def compute_by_night() -> int:
    """Ask for the computing of risk levels that is due this night, in every bureau; returns how many (R-O4)."""
    return in_each_bureau(service.compute_by_night)


def leave_by_night() -> int:
    """Take out of every bureau's library who ceased or moved away (R-L6); returns how many left.

    A bureau whose library a worker is at is passed over: the bell rings again the same night.
    """
    return in_each_bureau(lambda: service.leave_by_night() if runner.nobody_at_a_load() else 0)


def watch_certificates() -> int:
    """What is to be told of certificates today, in every bureau; returns how many were told of (R-L8)."""
    return in_each_bureau(service.watch_certificates)
