"""Calling a drawn object off: nobody comes for it, and everybody reads why (R-D7, R-V9)."""

from __future__ import annotations

from uuid import UUID

from onedoor.draws.models import CallOff
from onedoor.draws.queries.outcome import outcome
from onedoor.draws.service.beginning import takers, tell
from onedoor.draws.service.changes import drawn
from onedoor.draws.service.publishing import publish
from onedoor.draws.service.witnesses import tidy
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


def call_off(draw_id: UUID, object_code: str, reason: str) -> CallOff:
    """Keep that a drawn object is not visited, with the reason, in the lead's scope; nothing of the draw changes.

    It stands in the log of all who take part, the supervisor among them, and beside the result where that is public.
    Raises ClerkError without a reason, `NotFound` for what the draw did not draw.
    """
    draw, reason = drawn(draw_id), tidy(reason)
    if not reason:
        raise ClerkError("取消检查请写明原因。", fields={"reason": ["请写明原因。"]})
    if object_code not in {each.code for each in outcome(draw_id).objects}:
        raise NotFound("这次抽取没有抽中这个对象。")
    row = CallOff(
        tenant_id=draw.tenant_id,
        draw_id=draw.id,
        object_code=object_code,
        reason=reason,
        at=clock.now(),
        made_by=current_scope().actor_name,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "draws.object.call_off",
        ("draw", draw.id),
        draw.number,
        after={"object": object_code, "reason": reason},
        shared_with=takers(draw),
    )
    tell(draw, "draw", Sentence("%(code)s抽中后取消检查：%(reason)s", code=object_code, reason=reason))
    publish(draw)
    return row
