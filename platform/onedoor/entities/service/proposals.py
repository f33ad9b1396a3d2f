"""A proposal on its way to who keeps an entity (R-T4): a field that is wrong, somebody new, or two that are one."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.entities.models import Correction, Entity
from onedoor.entities.rules.codes import CorrectionState
from onedoor.entities.rules.corrections import ADDED, MERGE
from onedoor.kernel import audit, locks
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau

# So many of one bureau wait for answers; more are no proposals any more.
MOST_WAITING = 500


def propose(
    about: Entity | str,
    keeper: Bureau | None,
    field: str,
    value: str,
    reason: str,
    *,
    former: str = "",
    evidence: str = "",
    files: str = "",
) -> Correction:
    """Send it; `about` is the entity, or the name of somebody new, `files` names of what comes with it, for the log."""
    if keeper is None:
        raise Conflict("还没有单位维护这类主体，请联系平台管理员。")
    entity = about if isinstance(about, Entity) else None
    scope = current_scope()
    assert scope.tenant_id is not None
    locks.hold(f"correction {scope.tenant_id} {entity.id if entity else ''}")
    _refuse_more(entity, field, value)
    made = Correction(
        id=new_id(),
        tenant_id=scope.tenant_id,
        receiver_id=keeper.id,
        entity_id=entity.id if entity else None,
        field=field,
        former=former,
        value=value,
        reason=reason,
        evidence=evidence,
        asked_at=now(),
        asked_by=scope.actor_name,
    )
    db.session.add(made)
    db.session.flush()
    after = {"field": field, "value": value, "reason": reason, "to": keeper.name}
    if files:
        after["files"] = files
    name = entity.name if entity else str(about)
    audit.record("registry.correction.ask", ("correction", made.id), name, after=after)
    db.session.flush()
    return made


def _refuse_more(entity: Entity | None, field: str, value: str) -> None:
    mine = sa.select(Correction).where(
        Correction.tenant_id == current_scope().tenant_id, Correction.state == CorrectionState.SENT
    )
    same = mine.where(
        Correction.field == field,
        Correction.entity_id == entity.id if entity else Correction.entity_id.is_(None),
    )
    if field == MERGE:
        same = same.where(Correction.value == value)
    if field != ADDED and db.session.scalar(same.limit(1)) is not None:
        raise Conflict("本单位对这一项的更正建议还没有答复，请等答复后再提。")
    waiting = sa.select(sa.func.count()).select_from(mine.limit(MOST_WAITING).subquery())
    if db.session.scalar(waiting) == MOST_WAITING:
        raise Conflict("本单位已有 %(count)s 条更正建议没有答复，请等答复后再提。", count=MOST_WAITING)
