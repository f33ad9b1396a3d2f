"""Taking back a load of products, projects and activities (R-L5, R-L11).

What the load took out comes back only where it would be listed today: under a firm that is in the library and stands for
itself, and not beside the same one that somebody listed again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import EntityMerge, Premises
from onedoor.imports.models import Import, ImportRow
from onedoor.imports.service.journal import CHANGED_SINCE, OF_OTHER_UNITS, held_among, journal_rows
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


def held_matters(run: Import) -> Iterator[tuple[str, sa.Select[Any]]]:
    """What another unit keeps, was changed since, or could not be listed today."""
    rows = journal_rows(run)
    found = _found(rows)
    changed = [
        one.subject_id
        for one in rows
        if one.subject_id
        and (one.subject_id not in found or facts(found[one.subject_id]) != (one.before or {}).get("left"))
    ]
    yield CHANGED_SINCE, held_among(run, changed)
    others = listed_by_others({one.entity_id for one in found.values()})
    yield OF_OTHER_UNITS, held_among(run, [one.id for one in found.values() if one.entity_id in others])
    left = {one.subject_id for one in rows if _left(one)}
    returning = [one for one in found.values() if one.id in left]
    for reason, stays in _unlistable(returning):
        yield reason, held_among(run, [one.id for one in returning if stays(one)])


def _left(row: ImportRow) -> bool:
    """Whether the load took it out."""
    before = row.before or {}
    return row.verdict == CHANGED and before["was"]["ended_on"] is None and bool(before["left"]["ended_on"])


def _unlistable(returning: Collection[TargetMatter]) -> Iterator[tuple[str, Callable[[TargetMatter], bool]]]:
    """Why those that would come back cannot, and how it is told of which."""
    firms = sa.literal([one.entity_id for one in returning], sa.ARRAY(sa.Uuid()))
    mine = current_scope().tenant_id
    merged = sa.select(EntityMerge.gone_id).where(
        EntityMerge.gone_id == sa.any_(firms), EntityMerge.undone_at.is_(None)
    )
    gone = set(db.session.scalars(merged))
    yield (
        Sentence("所属的主体后来已并入其他主体，请在合并后的主体下重新列入"),
        lambda one: one.entity_id in gone,
    )
    listed = sa.select(Target.entity_id).where(
        Target.tenant_id == mine, Target.entity_id == sa.any_(firms), Target.ended_on.is_(None)
    )
    there = set(db.session.scalars(listed))
    yield (
        Sentence("所属的主体已不在本单位的名录库里，请先列入该主体"),
        lambda one: one.entity_id not in there,
    )
    places = sa.literal([one.premises_id for one in returning if one.premises_id], sa.ARRAY(sa.Uuid()))
    closing = sa.select(Premises.id).where(Premises.id == sa.any_(places), Premises.closed_on.is_not(None))
    closed = set(db.session.scalars(closing))
    yield Sentence("所在的经营场所后来已停用"), lambda one: one.premises_id in closed
    again = sa.select(TargetMatter).where(
        TargetMatter.tenant_id == mine,
        TargetMatter.entity_id == sa.any_(firms),
        TargetMatter.ended_on.is_(None),
    )
    known = {_key(one) for one in db.session.scalars(again)}
    yield Sentence("后来又重新列入"), lambda one: _key(one) in known


def _key(matter: TargetMatter) -> tuple[UUID, str, str, str, UUID | None]:
    return matter.entity_id, matter.kind, matter.name, matter.number, matter.premises_id


def undo_matters(run: Import) -> dict[str, Any]:
    """What came in leaves again, and the others are as they were."""
    rows = journal_rows(run)
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


def _found(rows: Collection[ImportRow]) -> Mapping[UUID, TargetMatter]:
    of = sa.literal([one.subject_id for one in rows], sa.ARRAY(sa.Uuid()))
    query = sa.select(TargetMatter).where(
        TargetMatter.tenant_id == current_scope().tenant_id, TargetMatter.id == sa.any_(of)
    )
    return {one.id: one for one in db.session.scalars(query)}
