"""Taking back a load of items: its drafts are thrown away, and items it moved go back to their unit (R-L4, R-T5, R-L11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports.models import Import, ImportRow
from onedoor.imports.service.journal import OF_OTHER_UNITS, held_rows, journal_rows, stood_at
from onedoor.imports.service.load_kinds import Holds
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemListState, ItemState
from onedoor.items.service.items import put_back
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries as tenants
from tenants.units import my_unit

_UNIT = "unit"


def items_refused(run: Import) -> str | None:
    """Why none of a load of items can be taken back, as a sentence; None when it can."""
    latest = item_queries.latest_list()
    if latest is not None and latest.state == ItemListState.SUBMITTED:
        return Sentence("事项清单正在等待审批，不能撤销；请等审批后再处理。")
    return None


def held_items(run: Import) -> Holds:
    """What was published, given up or changed since, what other units keep, and what a unit that is no more kept."""
    touched, moved = _drafted(run), _moved(run)
    drafts, kept = {one.id: one for one in _drafts(touched)}, _kept_by(moved)
    assert run.finished_at is not None
    stale = [row for row in moved if kept.get(row.key) != _unit_of(row, _UNIT)]
    stale += [
        row for row in touched if row.subject_id and _is_changed(drafts.get(row.subject_id), run.finished_at)
    ]
    yield Sentence("已经公布、放弃或又作了修改"), held_rows(run, stale)
    # Of loads of earlier releases it is not known what the draft was.
    yield (
        Sentence("导入前已有未公布的修改，两次修改合在一起，请逐项核对"),
        held_rows(run, [r for r in touched if r.subject_id is None]),
    )
    mine = my_unit()
    if mine is not None:
        others = [
            row
            for row in touched
            if row.subject_id in drafts and drafts[row.subject_id].unit_id not in (None, mine)
        ]
        others += [row for row in moved if kept.get(row.key) not in (None, mine)]
        yield OF_OTHER_UNITS, held_rows(run, others)
    units = {None, *(unit.id for unit in tenants.units())}
    gone = [row for row in moved if _unit_of(row, "was_unit") not in units]
    yield Sentence("原来所属的科室已经删除"), held_rows(run, gone)


def undo_items(run: Import) -> dict[str, Any]:
    """Throw away the drafts the load made, write those again that it changed, and give the items it moved back to the unit
    they were of."""
    drafted, moved = _drafted(run), _moved(run)
    drafts, removed, restored = {one.id: one for one in _drafts(drafted)}, 0, {row.id for row in moved}
    for row in drafted:
        if row.subject_id is None:
            continue
        draft, stood = drafts[row.subject_id], (row.before or {}).get("draft")
        if stood is None:
            db.session.delete(draft)
            removed += 1
        else:
            put_back(draft, stood, stood_at(row.before))
            restored.add(row.id)
    db.session.flush()
    for row in moved:
        versions = sa.update(Item).where(Item.tenant_id == current_scope().tenant_id, Item.number == row.key)
        db.session.execute(versions.values(unit_id=_unit_of(row, "was_unit")))
    return {"removed": removed, "restored": len(restored)}


def _is_changed(draft: Item | None, finished_at: datetime) -> bool:
    return draft is None or draft.updated_at > finished_at


def _drafted(run: Import) -> list[ImportRow]:
    """The rows of which there is a draft; of one that only moved to another unit there is none."""
    return [row for row in journal_rows(run) if row.verdict == NEW or set(row.changes or {}) != {_UNIT}]


def _moved(run: Import) -> list[ImportRow]:
    return [row for row in journal_rows(run, CHANGED) if _UNIT in (row.before or {})]


def _unit_of(row: ImportRow, key: str) -> UUID | None:
    unit = (row.before or {}).get(key)
    return UUID(unit) if unit else None


def _kept_by(rows: list[ImportRow]) -> dict[str, UUID | None]:
    """Which unit keeps each of these items now: all versions of one are one unit's."""
    numbers = [row.key for row in rows]
    query = sa.select(Item.number, Item.unit_id).where(
        Item.tenant_id == current_scope().tenant_id, Item.number.in_(numbers)
    )
    return {one.number: one.unit_id for one in db.session.execute(query)}


def _drafts(rows: Sequence[ImportRow]) -> list[Item]:
    ids = [row.subject_id for row in rows]
    query = sa.select(Item).where(
        Item.id.in_(ids), Item.tenant_id == current_scope().tenant_id, Item.state == ItemState.DRAFT
    )
    return list(db.session.scalars(query))
