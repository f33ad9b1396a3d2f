"""Taking back a load of items: its drafts are thrown away, and items it moved go back to their unit (R-L4, R-T5, R-L11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports import queries as import_queries
from onedoor.imports.models import Import, ImportRow
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import queries as tenants
from tenants.units import my_unit

_UNIT = "unit"


def items_undone(run: Import) -> str | None:
    """Why a load of items cannot be taken back, as a sentence; None when it can."""
    touched, moved = _drafted(run), _moved(run)
    if any(row.subject_id is None for row in touched):
        return Sentence("导入前有的事项已有未公布的修改，两次修改合在一起，不能撤销；请逐项核对。")
    drafts, kept = _drafts(touched), _kept_by(moved)
    assert run.finished_at is not None
    stale = any(kept.get(row.key) != _unit_of(row, _UNIT) for row in moved)
    if stale or len(drafts) < len(touched) or any(one.updated_at > run.finished_at for one in drafts):
        return Sentence("这次导入的事项里有的已经公布、放弃或又作了修改，不能撤销。")
    mine = my_unit()
    if mine is not None and ({one.unit_id for one in drafts} | set(kept.values())) - {None, mine}:
        return Sentence("这次导入的事项里有的由其他科室维护，请由管理员撤销。")
    if {_unit_of(row, "was_unit") for row in moved} - {None, *(unit.id for unit in tenants.units())}:
        return Sentence("这次导入的事项里有的原来所属的科室已经删除，不能撤销。")
    latest = item_queries.latest_list()
    if latest is not None and latest.state == "submitted":
        return Sentence("事项清单正在等待审批，不能撤销；请等审批后再处理。")
    return None


def undo_items(run: Import) -> dict[str, Any]:
    """Throw away the drafts the load made, and give the items it moved back to the unit they were of."""
    drafts, moved = _drafts(_drafted(run)), _moved(run)
    for draft in drafts:
        db.session.delete(draft)
    db.session.flush()
    for row in moved:
        versions = sa.update(Item).where(Item.tenant_id == current_scope().tenant_id, Item.number == row.key)
        db.session.execute(versions.values(unit_id=_unit_of(row, "was_unit")))
    return {"removed": len(drafts), "restored": len(moved)}


def _drafted(run: Import) -> list[ImportRow]:
    """The rows of which there is a draft; of one that only moved to another unit there is none."""
    rows = db.session.scalars(import_queries.rows(run.id).where(ImportRow.verdict.in_([NEW, CHANGED])))
    return [row for row in rows if row.verdict == NEW or set(row.changes or {}) != {_UNIT}]


def _moved(run: Import) -> list[ImportRow]:
    query = import_queries.rows(run.id).where(ImportRow.verdict == CHANGED, ImportRow.before.has_key(_UNIT))
    return list(db.session.scalars(query))


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


def _drafts(rows: list[ImportRow]) -> list[Item]:
    ids = [row.subject_id for row in rows]
    query = sa.select(Item).where(
        Item.id.in_(ids), Item.tenant_id == current_scope().tenant_id, Item.state == "draft"
    )
    return list(db.session.scalars(query))
