"""Taking a load back, while nothing depends on it (R-L11).

It is all or nothing: what cannot be taken back whole stays, and the reason is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from onedoor.imports import queries
from onedoor.imports.models import Import
from onedoor.imports.service import checkpoints, library_updates
from onedoor.imports.service.chunks import say_source
from onedoor.imports.service.load_kinds import KINDS
from onedoor.imports.service.row_outcomes import COUNTED
from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


def undo_refusal(run: Import) -> str | None:
    """Why a load cannot be taken back, as a sentence; None when it can."""
    outcome = run.outcome or _so_far(run) or {}
    if run.undone_at is not None:
        return Sentence("这次导入已经撤销。")
    if not outcome.get("written"):
        return Sentence("这次没有写入数据，不需要撤销。")
    if not outcome.get("added") and not outcome.get("changed"):
        return Sentence("这次导入没有改变任何数据，不需要撤销。")
    job = queries.import_of_job(run)
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        return Sentence("正在处理，请稍候。")
    return KINDS[run.kind].why_not_undone(run)


def begin_undo(run: Import) -> None:
    """Ask for a load to be taken back. Raises Conflict with the reason why it cannot be."""
    # Of several who press at once, or press to go on, the next sees what the one before asked for.
    db.session.refresh(run, with_for_update=True)
    reason = undo_refusal(run)
    if reason is not None:
        raise Conflict("%(reason)s", reason=reason)
    jobs.enqueue(
        JobName.UNDO_IMPORT,
        {"import_id": str(run.id)},
        title=Sentence("撤销导入：%(file)s", file=run.file_name),
        subject=("import", run.id),
    )


def undo_import(import_id: UUID, progress: Callable[..., None]) -> dict[str, Any]:
    """Take a load back in this transaction; returns how many were removed and restored."""
    run = queries.import_run(import_id)
    if run.undone_at is not None:
        raise ClerkError("这次导入已经撤销。")
    progress(0, None, Sentence("正在撤销"))
    # What is found good here is not merged away before it is done.
    KINDS[run.kind].lock()
    reason = KINDS[run.kind].why_not_undone(run)
    if reason is not None:
        raise Conflict("%(reason)s", reason=reason)
    run.undone_at, run.undone_by = now(), current_scope().actor_name
    db.session.flush()
    say_source(run, "undo")
    library_updates.forget(run)
    counts = KINDS[run.kind].undo(run)
    if run.outcome is None:
        run.outcome, run.finished_at = _so_far(run), now()
        checkpoints.forget(run)
    audit.record("registry.import.undo", ("import", run.id), run.file_name, after=counts)
    db.session.flush()
    return counts


def _so_far(run: Import) -> dict[str, Any] | None:
    """What a load wrote that stopped before its end, as an outcome."""
    counts = checkpoints.begun_writing(run)
    if counts is None:
        return None
    at = checkpoints.checkpoint_of(run)
    figures = {word: counts.get(verdict, 0) for word, verdict in COUNTED.items()}
    read = {"rows": at.rows, "valid": at.valid, "rejected": at.rejected, "remarks": at.remarks}
    return {**read, **figures, "elsewhere": {}, "written": True, "halted": True}
