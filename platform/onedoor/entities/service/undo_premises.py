"""Taking back a load of places of business or of licences (R-T4, R-L11).

The history says what the load did to each (`entities.policies.premises`), so that two statements undo it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import BelongingChange, Entity, Licence, Premises
from onedoor.imports.models import Import, ImportRemainder
from onedoor.imports.service.journal import CHANGED_SINCE
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence

_TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "premises": (Premises, ("name", "address", "jurisdiction_code", "closed_on", "note")),
    "licences": (Licence, ("issued_on", "valid_to", "premises_number", "cancelled_on", "note")),
}
_DAYS = frozenset({"closed_on", "issued_on", "valid_to", "cancelled_on"})


_WHY = {
    "changed": CHANGED_SINCE,
    "licensed": Sentence("已登记许可证"),
    "listed": Sentence("已列入检查对象名录库"),
}


def held_belongings(run: Import) -> Iterator[tuple[str, sa.Select[Any]]]:
    """What was changed since, or is another entity's since a merge, and places that are licensed or listed."""
    found = sa.func.load_held_parts(run.id).table_valued("part_id", "entity_id", "why")
    model = _TABLES[run.kind][0]
    mark = sa.cast(model.number, sa.Text())
    columns = [
        found.c.part_id.label("subject_id"),
        sa.func.coalesce(mark, "").label("key"),
        Entity.name.label("name"),
    ]
    rows = sa.select(*columns).select_from(found).join(Entity, Entity.id == found.c.entity_id)
    rows = rows.outerjoin(model, model.id == found.c.part_id)
    for why, reason in _WHY.items():
        yield reason, rows.where(found.c.why == why)


def undo_belongings(run: Import) -> dict[str, Any]:
    """Remove what the load added, and write again what the others were."""
    model, fields = _TABLES[run.kind]
    added, changed = _count(run, "added"), _count(run, "changed")
    taken = sa.delete(model).where(model.id.in_(_parts(run, "added")))
    back = {name: _was(name) for name in fields}
    restored = (
        sa.update(model)
        .where(
            model.id == BelongingChange.part_id,
            BelongingChange.entity_id == model.entity_id,
            *_of(run, "changed"),
        )
        .values(
            **{
                name: sa.case((BelongingChange.before.has_key(name), value), else_=getattr(model, name))
                for name, value in back.items()
            },
            updated_at=now(),
        )
    )
    without = {"synchronize_session": False}
    done = db.session.execute(taken, execution_options=without).rowcount  # type: ignore[attr-defined]
    done += db.session.execute(restored, execution_options=without).rowcount  # type: ignore[attr-defined]
    if done != added + changed:
        raise Conflict("这次导入的内容里有的已由其他单位维护，不能撤销。")
    db.session.expire_all()
    return {"removed": added, "restored": changed}


def _was(name: str) -> sa.ColumnElement[Any]:
    """A field as it was before, from the history's text."""
    text = BelongingChange.before.op("->>")(name)
    if name in _DAYS:
        return sa.cast(text, sa.Date())
    return sa.cast(text, sa.Integer()) if name == "premises_number" else text


def _of(run: Import, what: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What the load did, not what taking it back did, but for what stays."""
    stays = sa.exists().where(
        ImportRemainder.import_id == run.id, ImportRemainder.subject_id == BelongingChange.part_id
    )
    return (
        ~stays,
        BelongingChange.import_id == run.id,
        BelongingChange.tenant_id == run.tenant_id,
        BelongingChange.source != "undo",
        BelongingChange.what == what,
    )


def _parts(run: Import, what: str) -> sa.Select[Any]:
    return sa.select(BelongingChange.part_id).where(*_of(run, what))


def _count(run: Import, what: str) -> int:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(BelongingChange).where(*_of(run, what))) or 0
    )
