"""Taking a load back, of whatever kind (R-L11).

What something else has come to depend on, or somebody changed since, stays, each with the reason; the rest is as it was.
Another load that was itself taken back is no change.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import Import
from onedoor.imports.service import checkpoints, journal, library_updates
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

# So many of those that stay are named before.
MOST_NAMED = 100


class Held(NamedTuple):
    """A record that would stay, and why."""

    key: str
    name: str
    reason: str


class UndoPreview(NamedTuple):
    """What taking a load back would do: why it cannot be (`refusal`), else how many records stay, and the first of them."""

    refusal: str | None
    stays: int = 0
    first: tuple[Held, ...] = ()


def undo_preview(run: Import) -> UndoPreview:
    """What would become of a load that is taken back now."""
    refusal = _refusal_before(run) or KINDS[run.kind].undo_refused(run)
    return UndoPreview(refusal) if refusal is not None else _looked_at(run)


def _looked_at(run: Import) -> UndoPreview:
    found = journal.remaining(run)
    count = 0 if found is None else db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0
    if found is None or not count:
        return UndoPreview(None)
    named = sa.select(found.c.key, found.c.name, found.c.reason).order_by(found.c.key).limit(MOST_NAMED)
    first = tuple(Held(*row) for row in db.session.execute(named))
    return UndoPreview(_all_stay(run, count, first), count, first)


def undo_refusal(run: Import) -> str | None:
    """Why a load cannot be taken back, as a sentence; None when it can, at least in part."""
    return undo_preview(run).refusal


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
    """Take a load back in this transaction; returns how many were removed and restored, and how many stayed (`left`)."""
    run = queries.import_run(import_id)
    if run.undone_at is not None:
        raise ClerkError("这次导入已经撤销。")
    progress(0, None, Sentence("正在撤销"))
    kind = KINDS[run.kind]
    # What is found good here is not merged away before it is done.
    kind.lock()
    reason = kind.undo_refused(run) or _looked_at(run).refusal
    if reason is not None:
        raise Conflict("%(reason)s", reason=reason)
    left = journal.keep_remainder(run)
    run.undone_at, run.undone_by = now(), current_scope().actor_name
    db.session.flush()
    say_source(run, "undo")
    library_updates.forget(run)
    counts = kind.undo(run) | ({"left": left} if left else {})
    if run.outcome is None:
        run.outcome, run.finished_at = _so_far(run), now()
        checkpoints.forget(run)
    run.outcome = {**(run.outcome or {}), "undone": counts}
    audit.record("registry.import.undo", ("import", run.id), run.file_name, after=counts)
    db.session.flush()
    return counts


def _refusal_before(run: Import) -> str | None:
    """Why there is nothing to take back, or not now."""
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
    return None


def _all_stay(run: Import, count: int, first: tuple[Held, ...]) -> str | None:
    """Why nothing at all would be taken back; None if something would."""
    outcome = run.outcome or _so_far(run) or {}
    if count < outcome.get("added", 0) + outcome.get("changed", 0):
        return None
    reasons = list(dict.fromkeys(one.reason for one in first))
    return Sentence(
        "这次导入的 %(count)s 条都不能撤销：%(reasons)s。",
        count=count,
        reasons=[Sentence(reason) for reason in reasons],
    )


def _so_far(run: Import) -> dict[str, Any] | None:
    """What a load wrote that stopped before its end, as an outcome."""
    counts = checkpoints.begun_writing(run)
    if counts is None:
        return None
    at = checkpoints.checkpoint_of(run)
    figures = {word: counts.get(verdict, 0) for word, verdict in COUNTED.items()}
    read = {"rows": at.rows, "valid": at.valid, "rejected": at.rejected, "remarks": at.remarks}
    return {**read, **figures, "elsewhere": {}, "written": True, "halted": True}
