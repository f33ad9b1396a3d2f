"""Days an officer is away: not in a roster that lies wholly within them, no visit on them (R-L7, R-D6)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.officers import queries
from onedoor.officers.models import Inspector, InspectorLeave
from onedoor.officers.service.inspectors import refuse_oneself, require_kept

LONGEST = timedelta(days=731)


def note_leave(inspector: Inspector, since: date, until: date, reason: str) -> InspectorLeave:
    """An officer is away from `since` to `until`, both included."""
    require_kept(inspector)
    refuse_oneself(inspector)
    refuse_wrong_days(since, until)
    # Of several who note the same at once the next sees what the one before noted.
    db.session.refresh(inspector, with_for_update=True)
    for other in queries.leaves_of(inspector):
        if other.ended_at is None and other.since <= until and since <= other.until:
            raise ClerkError(
                "与已登记的休假（%(since)s 至 %(until)s）重叠，请先撤销原来的休假。",
                since=other.since.isoformat(),
                until=other.until.isoformat(),
                fields={"since": ["与已登记的休假重叠。"]},
            )
    leave = InspectorLeave(
        id=new_id(),
        tenant_id=inspector.tenant_id,
        inspector_id=inspector.id,
        since=since,
        until=until,
        reason=reason.strip(),
        noted_at=now(),
        noted_by=current_scope().actor_name,
    )
    db.session.add(leave)
    _record("add", inspector, leave)
    return leave


def end_leave(inspector: Inspector, leave_id: UUID) -> None:
    """Leave that is not taken, or ends early: it counts no more; what was noted stays on record."""
    leave = db.session.get(InspectorLeave, leave_id)
    if leave is None or leave.inspector_id != inspector.id:
        raise NotFound("没有找到这条休假记录。")
    require_kept(inspector)
    refuse_oneself(inspector)
    if leave.ended_at is not None:
        raise Conflict("这次休假已经撤销过了。")
    leave.ended_at = now()
    _record("end", inspector, leave)


def refuse_wrong_days(since: date, until: date) -> None:
    """Raise for days the wrong way round, over already, or longer than two years."""
    if until < since:
        raise ClerkError("结束日期早于开始日期，请核对。", fields={"until": ["不能早于开始日期。"]})
    if until < today():
        raise ClerkError("这段休假已经结束，不必登记。", fields={"until": ["不能早于今天。"]})
    if until - since > LONGEST:
        raise ClerkError("一次休假最长两年；更长的请办理离库。", fields={"until": ["最长两年。"]})


def _record(verb: str, inspector: Inspector, leave: InspectorLeave) -> None:
    after = {"since": leave.since.isoformat(), "until": leave.until.isoformat()}
    audit.record(f"registry.leave.{verb}", ("inspector", inspector.id), inspector.name, after=after)
    db.session.flush()
