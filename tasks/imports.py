"""Jobs of the load engine: loading a file, taking a load back, one thing done to many records."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.imports import service
from onedoor.kernel.job_progress import Progress
from onedoor.kernel.jobs import JobName
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


@handles(JobName.IMPORT_CHECKS)
def import_checks(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a former platform's ledger of checks (F11)."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.IMPORT_LISTINGS)
def import_listings(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Load entries of lists of dishonesty."""
    return service.run_import(UUID(payload["import_id"]), progress)


@handles(JobName.UNDO_IMPORT)
def undo_import(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Take a load back."""
    return service.undo_import(UUID(payload["import_id"]), progress)


@handles(JobName.BULK_REGISTRY)
def bulk(payload: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Do one thing to many records of the registry."""
    return service.run_bulk(UUID(payload["run_id"]), progress)
