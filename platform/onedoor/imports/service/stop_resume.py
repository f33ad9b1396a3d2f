"""Stopping a load that goes step by step, and going on with one that has stopped (R-L11)."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import Import
from onedoor.imports.service import checkpoints
from onedoor.imports.service.load_kinds import KINDS
from onedoor.imports.service.row_outcomes import CHANGED, NEW, UNCHANGED
from onedoor.kernel import audit, jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.jobs import JobState


def can_stop(run: Import) -> bool:
    """Whether the load is at work, and is one that goes on where it stopped."""
    job = queries.load_of_import(run)
    return (
        KINDS[run.kind].stepwise
        and run.outcome is None
        and not run.stop_asked
        and job is not None
        and job.state in (JobState.WAITING, JobState.RUNNING)
    )


def can_go_on(run: Import) -> bool:
    """Whether the load ended before its end: it was stopped, or interrupted too often; and is not being taken back."""
    load, latest = queries.load_of_import(run), queries.import_of_job(run)
    return (
        KINDS[run.kind].stepwise
        and run.outcome is None
        and run.undone_at is None
        and run.cursor is not None
        and load is not None
        and load.state == JobState.FAILED
        and latest is not None
        and latest.state == JobState.FAILED
    )


class Halted(NamedTuple):
    """How far a load came that has stopped: rows read, rows with something wrong, rows to be written, written or found equal.

    `asked` is whether a person asked for it.
    """

    read: int
    rejected: int
    valid: int
    added: int
    changed: int
    done: int
    asked: bool


def halted(run: Import) -> Halted:
    """How far the load came; `done` counts rows that were written, or compared."""
    at = checkpoints.checkpoint_of(run)
    done = sum(at.counts.get(verdict, 0) for verdict in (NEW, CHANGED, UNCHANGED))
    written, job = checkpoints.begun_writing(run) or {}, queries.load_of_import(run)
    asked = job is not None and job.problem == str(checkpoints.Stopped())
    return Halted(at.rows, at.rejected, at.valid, written.get(NEW, 0), written.get(CHANGED, 0), done, asked)


def stop_load(run: Import) -> None:
    """Ask for a stop after the step at hand; what was done stays. Raises Conflict when there is nothing to stop."""
    if not can_stop(run):
        raise Conflict("这个文件没有正在处理，不需要停止。")
    db.session.execute(sa.update(Import).where(Import.id == run.id).values(stop_asked=True))
    audit.record("registry.import.stop", ("import", run.id), run.file_name)


def go_on(run: Import) -> None:
    """Go on where the load stopped. Raises Conflict when it has not."""
    db.session.refresh(run, with_for_update=True)
    job = queries.load_of_import(run)
    if job is None or not can_go_on(run):
        raise Conflict("这个文件没有停下，不能继续。")
    run.stop_asked = False
    jobs.retry(job.id)
    audit.record(
        "registry.import.go_on",
        ("import", run.id),
        run.file_name,
        after={"rows": checkpoints.checkpoint_of(run).rows},
    )
