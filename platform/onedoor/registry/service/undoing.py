"""Taking a load back, while nothing depends on it (R-L11).

Of entities the history says what the load did, so one statement undoes it.
It is all or nothing: what cannot be taken back whole stays, and the reason is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.registry import queries
from onedoor.registry.models import Import
from onedoor.registry.service import confirmations, cursor, turns, upkeep
from onedoor.registry.service.chunks import say_source
from onedoor.registry.service.undo_belongings import licences_undone, premises_undone, undo_belongings
from onedoor.registry.service.undo_details import details_undone, undo_details
from onedoor.registry.service.undo_items import items_undone, undo_items
from onedoor.registry.service.undo_matters import matters_undone, undo_matters
from onedoor.registry.service.undo_officers import (
    certificates_undone,
    experts_undone,
    officers_undone,
    undo_certificates,
    undo_experts,
    undo_officers,
)
from onedoor.registry.service.undo_targets import targets_undone, undo_targets
from onedoor.registry.service.verdicts import COUNTED

_REMOVE = sa.text(
    "DELETE FROM entity e USING entity_change c"
    " WHERE c.import_id = :load AND c.what = 'added' AND c.source <> 'undo' AND e.id = c.entity_id"
)
# A field that stood as nothing is written so again: `before` has every field that differed.
_RESTORE = sa.text(
    "UPDATE entity e SET (name, kind, status, status_since, status_note, jurisdiction_code, address, scope,"
    " entity_type, industry, registered_on, capital, province, region, sort_key, initials, updated_at) ="
    " (r.name, r.kind, r.status, r.status_since, r.status_note, r.jurisdiction_code, r.address, r.scope,"
    " r.entity_type, r.industry, r.registered_on, r.capital, r.province, r.region, r.sort_key, r.initials, :now)"
    " FROM entity_change c JOIN entity x ON x.id = c.entity_id, LATERAL jsonb_populate_record(x, c.before) r"
    " WHERE c.import_id = :load AND c.what = 'changed' AND c.source <> 'undo' AND e.id = c.entity_id"
)
_RELIST = sa.text("SELECT relist_undone(:load)")


def why_not_undone(run: Import) -> str | None:
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
    return _WHY_NOT[run.kind](run)


def begin_undo(run: Import) -> None:
    """Ask for a load to be taken back. Raises Conflict with the reason why it cannot be."""
    # Of several who press at once, or press to go on, the next sees what the one before asked for.
    db.session.refresh(run, with_for_update=True)
    reason = why_not_undone(run)
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
    turns.listing()
    reason = _WHY_NOT[run.kind](run)
    if reason is not None:
        raise Conflict("%(reason)s", reason=reason)
    run.undone_at, run.undone_by = now(), current_scope().actor_name
    db.session.flush()
    say_source(run, "undo")
    upkeep.forget(run)
    counts = _UNDO[run.kind](run)
    if run.outcome is None:
        run.outcome, run.finished_at = _so_far(run), now()
        cursor.forget(run)
    audit.record("registry.import.undo", ("import", run.id), run.file_name, after=counts)
    db.session.flush()
    return counts


def _so_far(run: Import) -> dict[str, Any] | None:
    """What a load wrote that stopped before its end, as an outcome."""
    counts = cursor.begun_writing(run)
    if counts is None:
        return None
    at = cursor.cursor_of(run)
    told = {word: counts.get(verdict, 0) for word, verdict in COUNTED.items()}
    read = {"rows": at.rows, "valid": at.valid, "rejected": at.rejected, "remarks": at.remarks}
    return {**read, **told, "elsewhere": {}, "written": True, "halted": True}


def _entities(run: Import) -> str | None:
    used, changed = db.session.execute(
        sa.text("SELECT used, changed FROM load_depended_on(:load)"), {"load": run.id}
    ).one()
    if used:
        return Sentence(
            "这次新增的主体里有 %(count)s 个已列入检查对象名录库，登记了联系方式、回避，或与别的主体合并过，不能撤销。",
            count=used,
        )
    if changed:
        return Sentence("这次导入的主体里有 %(count)s 个后来又有变动，不能撤销。", count=changed)
    return None


def _undo_entities(run: Import) -> dict[str, Any]:
    confirmations.forget(run)
    removed = db.session.execute(_REMOVE, {"load": run.id})
    restored = db.session.execute(_RESTORE, {"load": run.id, "now": now()})
    counts = {"removed": removed.rowcount, "restored": restored.rowcount}  # type: ignore[attr-defined]
    # Whom a state that was never so took out of the libraries meanwhile, here and in other bureaus (R-L6).
    relisted = db.session.scalar(_RELIST, {"load": run.id})
    return counts | ({"relisted": relisted} if relisted else {})


_WHY_NOT: dict[str, Callable[[Import], str | None]] = {
    "entities": _entities,
    "items": items_undone,
    "inspectors": officers_undone,
    "experts": experts_undone,
    "targets": targets_undone,
    "matters": matters_undone,
    "certificates": certificates_undone,
    "details": details_undone,
    "premises": premises_undone,
    "licences": licences_undone,
}
_UNDO: dict[str, Callable[[Import], dict[str, Any]]] = {
    "entities": _undo_entities,
    "items": undo_items,
    "inspectors": undo_officers,
    "experts": undo_experts,
    "targets": undo_targets,
    "matters": undo_matters,
    "certificates": undo_certificates,
    "details": undo_details,
    "premises": undo_belongings,
    "licences": undo_belongings,
}
