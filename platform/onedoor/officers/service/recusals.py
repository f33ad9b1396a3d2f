"""Officers and entities that do not go together (回避, R-D5)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from onedoor.entities import queries as entity_queries
from onedoor.entities.models import Entity
from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.officers import queries as officer_queries
from onedoor.officers.models import Inspector, Recusal
from onedoor.officers.queries.inspectors import my_recusal
from onedoor.officers.service.inspectors import refuse_oneself, require_kept

_REASONS = {
    "KIN": Sentence("亲属关系"),
    "STAKE": Sentence("经济利益"),
    "PAST": Sentence("曾任职"),
    "OTHER": Sentence("其他"),
}


def add_recusal(
    inspector: Inspector, entity_code: str, reason_code: str, reason: str, until: date | None = None
) -> Recusal:
    """An officer who may not check an entity, from today (R-D5). `reason_code` as in `recusal_reasons`."""
    require_kept(inspector)
    if reason_code not in _REASONS:
        raise ClerkError("请选择回避的情形。", fields={"reason_code": ["请从所列选项中选择。"]})
    if reason_code == "OTHER" and not reason.strip():
        raise ClerkError("情形选“其他”的，请写明理由。", fields={"reason": ["请写明理由。"]})
    try:
        entity = entity_queries.entity_by_code(entity_code)
    except NotFound as error:
        raise ClerkError(str(error), fields={"entity_code": [str(error)]}) from None
    refuse_past(until)
    _refuse_twice(inspector, entity)
    recusal = Recusal(
        id=new_id(),
        tenant_id=inspector.tenant_id,
        inspector_id=inspector.id,
        entity_code=entity.code,
        reason_code=reason_code,
        reason=reason.strip() or _REASONS[reason_code],
        since=today(),
        until=until,
        created_at=now(),
    )
    db.session.add(recusal)
    after = {"entity": entity.code, "reason": reason_code}
    audit.record("registry.recusal.add", ("inspector", inspector.id), inspector.name, after=after)
    db.session.flush()
    return recusal


def end_recusal(inspector: Inspector, recusal_id: UUID, reason: str) -> None:
    """The recusal ends today, for a reason that is in the log; it stays on record. One that ended keeps its day."""
    recusal = my_recusal(inspector, recusal_id)
    require_kept(inspector)
    refuse_oneself(inspector)
    if recusal.until is not None and recusal.until <= today():
        raise Conflict("这条回避已于 %(day)s 结束。", day=recusal.until.isoformat())
    if not reason.strip():
        raise ClerkError("请写明解除回避的理由。", fields={"reason": ["请写明理由。"]})
    recusal.until = today()
    after = {"entity": recusal.entity_code, "reason": reason.strip()}
    audit.record("registry.recusal.end", ("inspector", inspector.id), inspector.name, after=after)
    db.session.flush()


def refuse_past(until: date | None) -> None:
    """Raise for a last day that is over: nobody would be kept away by it."""
    if until is not None and until < today():
        raise ClerkError("截止日期已经过去，请核对。", fields={"until": ["截止日期不能早于今天。"]})


def _refuse_twice(inspector: Inspector, entity: Entity) -> None:
    # Of two who note it at once the second waits, and sees what the first noted.
    db.session.refresh(inspector, with_for_update=True)
    holds = [
        one for one in officer_queries.recusals_of(inspector) if one.until is None or one.until > today()
    ]
    if any(one.entity_code == entity.code for one in holds):
        raise Conflict(
            "已登记%(officer)s对%(name)s的回避，还在有效期内；如要改期，请先解除再登记。",
            officer=inspector.name,
            name=entity.name,
        )


def recusal_reasons() -> dict[str, str]:
    """What a roster shows as letters, in words."""
    return dict(_REASONS)
