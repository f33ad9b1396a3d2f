"""Taking back a load of places of business or of licences, while nothing depends on it (R-T4, R-L11).

The history says what the load did to each (`entities.policies.premises`), so that two statements undo it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.entities.models import BelongingChange, Licence, Premises
from onedoor.imports.models import Import
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.sentences import Sentence

_TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "premises": (Premises, ("name", "address", "jurisdiction_code", "closed_on", "note")),
    "licences": (Licence, ("issued_on", "valid_to", "premises_number", "cancelled_on", "note")),
}
_DAYS = frozenset({"closed_on", "issued_on", "valid_to", "cancelled_on"})


def premises_undone(run: Import) -> str | None:
    """Why a load of places of business cannot be taken back; None when it can."""
    if count := _changed_since(run):
        return Sentence("这次导入的经营场所里有 %(count)s 个后来又有变动，不能撤销。", count=count)
    licensed = sa.exists().where(
        Licence.entity_id == Premises.entity_id, Licence.premises_number == Premises.number
    )
    added = sa.select(sa.func.count()).where(Premises.id.in_(_parts(run, "added")), licensed)
    if count := db.session.scalar(added) or 0:
        return Sentence("这次新增的经营场所里有 %(count)s 个已登记许可证，不能撤销。", count=count)
    return None


def licences_undone(run: Import) -> str | None:
    """Why a load of licences cannot be taken back; None when it can."""
    if count := _changed_since(run):
        return Sentence("这次导入的许可证里有 %(count)s 个后来又有变动，不能撤销。", count=count)
    return None


def undo_belongings(run: Import) -> dict[str, Any]:
    """Remove what the load added, and write again what the others were. What something else names stays, and all with it."""
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
    try:
        with db.session.begin_nested():
            done = db.session.execute(taken, execution_options=without).rowcount  # type: ignore[attr-defined]
    except IntegrityError:
        raise Conflict("这次新增的经营场所里有的已列入检查对象名录库，不能撤销。") from None
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
    """What the load did, not what taking it back did."""
    return (
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


def _changed_since(run: Import) -> int:
    """How many of those that the load touched somebody changed since, or are another entity's since a merge."""
    model, later = _TABLES[run.kind][0], sa.orm.aliased(BelongingChange)
    change = BelongingChange
    touched = sa.exists().where(
        later.entity_id == change.entity_id,
        later.part_id == change.part_id,
        later.at > change.at,
        later.import_id.is_distinct_from(change.import_id),
    )
    there = sa.exists().where(model.id == change.part_id, model.entity_id == change.entity_id)
    mine = (change.import_id == run.id, change.tenant_id == run.tenant_id, change.source != "undo")
    query = sa.select(sa.func.count()).select_from(change).where(*mine, sa.or_(touched, ~there))
    return db.session.scalar(query) or 0
