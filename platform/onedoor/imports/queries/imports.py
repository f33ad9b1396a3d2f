"""Reads of files brought in and what was wrong with them (R-L11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportMapping, ImportProblem, ImportRemainder, ImportRow
from onedoor.kernel import jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope


def import_run(import_id: UUID) -> Import:
    """One file brought in by the current bureau."""
    found = db.session.get(Import, import_id)
    if found is None:
        raise NotFound("没有找到这次导入。")
    return found


def marked_load(kind: str, mark: str | None) -> UUID | None:
    """The load of the current bureau that a mended file goes on with, by its mark (`rules.columns.load_mark`)."""
    if mark is None:
        return None
    marked = sa.func.right(sa.cast(Import.id, sa.Text), len(mark)) == mark
    chosen = sa.select(Import.id).where(
        Import.tenant_id == current_scope().tenant_id, Import.kind == kind, marked
    )
    return db.session.scalar(chosen.limit(1))


def continuations(run: Import) -> list[Import]:
    """Files that go on with a load, the oldest first."""
    chosen = sa.and_(Import.tenant_id == run.tenant_id, Import.continues_id == run.id)
    return list(db.session.scalars(sa.select(Import).where(chosen).order_by(Import.created_at, Import.id)))


def problem_rows(import_id: UUID) -> list[int]:
    """The rows of a file with something wrong that is kept, in order."""
    found = sa.select(ImportProblem.number).where(ImportProblem.import_id == import_id).distinct()
    return list(db.session.scalars(found.order_by(ImportProblem.number)))


def imports() -> sa.Select[Any]:
    """Files the current bureau brought in."""
    return sa.select(Import).where(Import.tenant_id == current_scope().tenant_id)


def import_of_job(run: Import) -> jobs.Job | None:
    """The newest job of a file, which loads it or takes the load back, for its progress."""
    return jobs.latest_for(run.id)


def load_of_import(run: Import) -> jobs.Job | None:
    """The newest job that loads a file."""
    return jobs.latest_for(run.id, JobName.LOAD_FILE, *jobs.FORMER_LOADS)


def problems(import_id: UUID) -> sa.Select[Any]:
    """What was wrong with which row."""
    return sa.select(ImportProblem).where(ImportProblem.import_id == import_id)


def rows(import_id: UUID) -> sa.Select[Any]:
    """What a load does, or would do, with which row."""
    return sa.select(ImportRow).where(ImportRow.import_id == import_id)


def remainder(import_id: UUID) -> sa.Select[Any]:
    """What stayed when a load was taken back."""
    return sa.select(ImportRemainder).where(ImportRemainder.import_id == import_id)


def mapping(kind: str, digest: str) -> ImportMapping | None:
    """Which column is which in files with this header, as this bureau said."""
    return db.session.scalar(
        sa.select(ImportMapping).where(
            ImportMapping.tenant_id == current_scope().tenant_id,
            ImportMapping.kind == kind,
            ImportMapping.digest == digest,
        )
    )


def remembered_columns(kind: str, digest: str) -> dict[str, int] | None:
    """The places of `mapping`, or None."""
    found = mapping(kind, digest)
    return {name: int(place) for name, place in found.places.items()} if found else None


def problem_count(import_id: UUID) -> int:
    """How many problems are kept of a file."""
    query = sa.select(sa.func.count()).select_from(ImportProblem).where(ImportProblem.import_id == import_id)
    return db.session.scalar(query) or 0
