"""Calling a drawn object off: nobody comes for it, and everybody reads why (R-D7, R-V9)."""

from __future__ import annotations

from collections.abc import Sequence
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


def call_off(draw_id: UUID, object_codes: Sequence[str], reason: str) -> list[CallOff]:
    """Keep that drawn objects are not visited, with the reason, in the lead's scope; nothing of the draw changes.

    It stands in the log of all who take part, the supervisor among them, and beside the result where that is public: of
    any number the draw is published once. Raises ClerkError without a reason, `NotFound` for what the draw did not draw.
    """
    draw, reason = drawn(draw_id), tidy(reason)
    if not reason:
        raise ClerkError("取消检查请写明原因。", fields={"reason": ["请写明原因。"]})
    if not {*object_codes} <= {each.code for each in outcome(draw_id).objects}:
        raise NotFound("这次抽取没有抽中这个对象。")
    at, by = clock.now(), current_scope().actor_name
    rows = [
        CallOff(tenant_id=draw.tenant_id, draw_id=draw.id, object_code=code, reason=reason, at=at, made_by=by)
        for code in object_codes
    ]
    if not rows:
        return rows
    db.session.add_all(rows)
    db.session.flush()
    audit.record(
        "draws.object.call_off",
        ("draw", draw.id),
        draw.number,
        after={"entities": [*object_codes], "reason": reason},
        shared_with=takers(draw),
    )
    text = (
        Sentence("%(code)s抽中后取消检查：%(reason)s", code=rows[0].object_code, reason=reason)
        if len(rows) == 1
        else Sentence("抽中的 %(count)s 户取消检查：%(reason)s", count=len(rows), reason=reason)
    )
    tell(draw, "draw", text)
    publish(draw)
    return rows
