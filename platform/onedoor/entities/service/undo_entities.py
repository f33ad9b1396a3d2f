"""Taking back a load of entities, while nothing depends on it (R-L11).

The history says what the load did, so one statement undoes it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.entities.service import confirmations
from onedoor.imports.models import Import
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence

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


def entities_undone(run: Import) -> str | None:
    """Why a load of entities cannot be taken back; None when it can."""
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


def undo_entities(run: Import) -> dict[str, Any]:
    """Remove what the load added and write again what it changed; the history says what that was."""
    confirmations.forget(run)
    removed = db.session.execute(_REMOVE, {"load": run.id})
    restored = db.session.execute(_RESTORE, {"load": run.id, "now": now()})
    counts = {"removed": removed.rowcount, "restored": restored.rowcount}  # type: ignore[attr-defined]
    # Whom a state that was never so took out of the libraries meanwhile, here and in other bureaus (R-L6).
    relisted = db.session.scalar(_RELIST, {"load": run.id})
    return counts | ({"relisted": relisted} if relisted else {})
