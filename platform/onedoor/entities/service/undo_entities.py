"""Taking back a load of entities (R-L11).

The history says what the load did, so one statement undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.entities.service import confirmations
from onedoor.imports.models import Import
from onedoor.imports.service.journal import CHANGED_SINCE, STAYS
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence

_REMOVE = sa.text(
    "DELETE FROM entity e USING entity_change c"  # noqa: S608 - our own words
    " WHERE c.import_id = :load AND c.what = 'added' AND c.source <> 'undo' AND e.id = c.entity_id"
    f" AND NOT {STAYS.format('c.entity_id')}"
)
# A field that stood as nothing is written so again: `before` has every field that differed.
_RESTORE = sa.text(
    "UPDATE entity e SET (name, kind, status, status_since, status_note, jurisdiction_code, address, scope,"  # noqa: S608
    " entity_type, industry, registered_on, capital, province, region, sort_key, initials, updated_at) ="
    " (r.name, r.kind, r.status, r.status_since, r.status_note, r.jurisdiction_code, r.address, r.scope,"
    " r.entity_type, r.industry, r.registered_on, r.capital, r.province, r.region, r.sort_key, r.initials, :now)"
    " FROM entity_change c JOIN entity x ON x.id = c.entity_id, LATERAL jsonb_populate_record(x, c.before) r"
    " WHERE c.import_id = :load AND c.what = 'changed' AND c.source <> 'undo' AND e.id = c.entity_id"
    f" AND NOT {STAYS.format('c.entity_id')}"
)
_RELIST = sa.text("SELECT relist_undone(:load)")


_USED = Sentence("已列入检查对象名录库，登记了联系方式、回避，或与别的主体合并过")


def held_entities(run: Import) -> Iterator[tuple[str, sa.Select[Any]]]:
    """What was added and is used by now, here or in another bureau, and what was changed since."""
    found = sa.func.load_held(run.id).table_valued("entity_id", "used")
    columns: list[Any] = [Entity.id.label("subject_id"), Entity.code.label("key"), Entity.name.label("name")]
    rows = sa.select(*columns).select_from(found).join(Entity, Entity.id == found.c.entity_id)
    yield _USED, rows.where(found.c.used)
    yield CHANGED_SINCE, rows.where(~found.c.used)


def undo_entities(run: Import) -> dict[str, Any]:
    """Remove what the load added and write again what it changed; the history says what that was."""
    confirmations.forget(run)
    removed = db.session.execute(_REMOVE, {"load": run.id})
    restored = db.session.execute(_RESTORE, {"load": run.id, "now": now()})
    counts = {"removed": removed.rowcount, "restored": restored.rowcount}  # type: ignore[attr-defined]
    # Whom a state that was never so took out of the libraries meanwhile, here and in other bureaus (R-L6).
    relisted = db.session.scalar(_RELIST, {"load": run.id})
    return counts | ({"relisted": relisted} if relisted else {})
