"""Entities by hand: their state, and how a bureau reaches them (R-T4, R-L6, R-T7)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from onedoor.entities import queries
from onedoor.entities.models import Entity
from onedoor.entities.rules.codes import GONE, LISTABLE, EntityStatus
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden


def set_status(entity: Entity, status: EntityStatus, since: date, note: str) -> int:
    """Note that an entity ceased, moved away, rests or is back (R-L6). Only keepers of its kind may (R-T4).

    Returns in how many libraries it stands again, as `relist_returned` has it.
    """
    if entity.kind not in queries.my_entity_kinds():
        raise Forbidden("这类主体的登记状态由登记部门维护，请向登记部门提出更正。")
    expect_apart(entity)
    if since > today():
        raise ClerkError("日期不能晚于今天。", fields={"since": ["日期不能晚于今天。"]})
    if status is EntityStatus.MOVED and not note.strip():
        raise ClerkError("请写明迁往何处。", fields={"note": ["请写明迁往何处。"]})
    before = {"status": entity.status}
    entity.status, entity.status_since = status.value, since
    entity.status_note, entity.updated_at = note.strip(), now()
    after = {"status": status.value, "since": since.isoformat(), "note": note.strip()}
    audit.record("registry.entity.status", ("entity", entity.id), entity.name, before=before, after=after)
    db.session.flush()
    return relist_returned(entity, before["status"])


def relist_returned(entity: Entity, former: str) -> int:
    """Give an entity back to the libraries, in all bureaus, that it left for its `former` state, if that was none in
    business and the one it has now is, as taking back the load of the state does (R-L6); returns to how many."""
    if former not in GONE or entity.status not in LISTABLE:
        return 0
    db.session.flush()
    return db.session.scalar(sa.text("SELECT relist_returned(:entity)"), {"entity": entity.id}) or 0


def expect_apart(entity: Entity) -> None:
    """Raise `Conflict` for an entity that was merged into another: it comes back by taking the merge back alone (R-T4)."""
    into = queries.merges.merged_into(entity)
    if into is not None:
        raise Conflict(
            "%(gone)s已并入%(name)s（%(code)s），不再单独登记状态。确实是两个主体的，请先撤回合并。",
            gone=entity.name,
            name=into[1].name,
            code=into[1].code,
        )
