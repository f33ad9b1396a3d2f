"""Taking back a load of products, projects and activities, while nothing depends on it (R-L5, R-L11).

What the load took out comes back only where it would be listed today: under a firm that is in the library and stands for
itself, and not beside the same one that somebody listed again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import EntityMerge, Premises
from onedoor.imports import queries
from onedoor.imports.models import Import, ImportRow
from onedoor.imports.service.row_outcomes import CHANGED, NEW
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.targets.models import Target, TargetMatter
from onedoor.targets.rules.exits import UNDONE
from onedoor.targets.service.figures import follow_library
from onedoor.targets.service.load_matters import facts
from onedoor.targets.service.units import listed_by_others


def matters_undone(run: Import) -> str | None:
    """Why a load of products, projects and activities cannot be taken back; None when it can."""
    rows = _rows(run)
    found = _found(rows)
    changed = sum(
        one.subject_id not in found or facts(found[one.subject_id]) != (one.before or {}).get("left")
        for one in rows
        if one.subject_id is not None
    )
    if changed:
        return Sentence(
            "这次导入的场所、产品、项目或行为里有 %(count)s 个后来又有变动，不能撤销。", count=changed
        )
    if listed_by_others({one.entity_id for one in found.values()}):
        return Sentence("这次导入的场所、产品、项目或行为里有的由其他科室维护，请由管理员撤销。")
    return _unlistable([found[one.subject_id] for one in rows if _left(one) and one.subject_id])


def _left(row: ImportRow) -> bool:
    """Whether the load took it out."""
    before = row.before or {}
    return row.verdict == CHANGED and before["was"]["ended_on"] is None and bool(before["left"]["ended_on"])


def _unlistable(returning: Collection[TargetMatter]) -> str | None:
    """Why those that would come back cannot; None if they can."""
    firms = sa.literal([one.entity_id for one in returning], sa.ARRAY(sa.Uuid()))
    merged = sa.select(EntityMerge.gone_id).where(
        EntityMerge.gone_id == sa.any_(firms), EntityMerge.undone_at.is_(None)
    )
    gone = set(db.session.scalars(merged))
    if count := sum(one.entity_id in gone for one in returning):
        return Sentence(
            "这次移出的场所、产品、项目或行为里有 %(count)s 个，所属的主体后来已并入其他主体，不能撤销；"
            "请在合并后的主体下重新列入。",
            count=count,
        )
    listed = sa.select(Target.entity_id).where(
        Target.tenant_id == current_scope().tenant_id,
        Target.entity_id == sa.any_(firms),
        Target.ended_on.is_(None),
    )
    there = set(db.session.scalars(listed))
    if count := sum(one.entity_id not in there for one in returning):
        return Sentence(
            "这次移出的场所、产品、项目或行为里有 %(count)s 个，所属的主体已不在本单位的名录库里，不能撤销；请先列入该主体。",
            count=count,
        )
    if count := _closed(returning):
        return Sentence("这次移出的经营场所里有 %(count)s 个后来已停用，不能撤销。", count=count)
    again = sa.select(TargetMatter).where(
        TargetMatter.tenant_id == current_scope().tenant_id,
        TargetMatter.entity_id == sa.any_(firms),
        TargetMatter.ended_on.is_(None),
    )
    known = {_key(one) for one in db.session.scalars(again)}
    if count := sum(_key(one) in known for one in returning):
        return Sentence(
            "这次移出的场所、产品、项目或行为里有 %(count)s 个后来又重新列入，不能撤销，以免重复。",
            count=count,
        )
    return None


def _key(matter: TargetMatter) -> tuple[UUID, str, str, str, UUID | None]:
    return matter.entity_id, matter.kind, matter.name, matter.number, matter.premises_id


def _closed(returning: Collection[TargetMatter]) -> int:
    places = sa.literal([one.premises_id for one in returning if one.premises_id], sa.ARRAY(sa.Uuid()))
    closed = sa.select(sa.func.count()).where(Premises.id == sa.any_(places), Premises.closed_on.is_not(None))
    return db.session.scalar(closed) or 0


def undo_matters(run: Import) -> dict[str, Any]:
    """What came in leaves again, and the others are as they were."""
    rows = _rows(run)
    found, removed = _found(rows), 0
    for row in rows:
        assert row.subject_id is not None and row.before is not None
        matter = found[row.subject_id]
        if row.verdict == NEW:
            matter.ended_on, matter.ended_reason = today(), UNDONE
            removed += 1
            continue
        for name, value in row.before["was"].items():
            is_day = name.endswith("_on") and value is not None
            setattr(matter, name, date.fromisoformat(value) if is_day else value)
    db.session.flush()
    follow_library()
    return {"removed": removed, "restored": len(rows) - removed}


def _rows(run: Import) -> list[ImportRow]:
    query = queries.rows(run.id).where(ImportRow.verdict.in_((NEW, CHANGED)))
    return list(db.session.scalars(query))


def _found(rows: Collection[ImportRow]) -> Mapping[UUID, TargetMatter]:
    of = sa.literal([one.subject_id for one in rows], sa.ARRAY(sa.Uuid()))
    query = sa.select(TargetMatter).where(
        TargetMatter.tenant_id == current_scope().tenant_id, TargetMatter.id == sa.any_(of)
    )
    return {one.id: one for one in db.session.scalars(query)}
