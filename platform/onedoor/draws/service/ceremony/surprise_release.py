"""Telling the result of a surprise draw, once its visits are over (draw.md, "After the draw")."""

from __future__ import annotations

from uuid import UUID

from onedoor.draws.models import Draw, DrawRelease
from onedoor.draws.queries.outcome import is_untold
from onedoor.draws.service import draw_locks
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.publication import publish
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


def release(draw_id: UUID) -> Draw:
    """Publish proof, nonces and result of a surprise draw, in the lead's scope; the register has had the digest since.

    Whether the visits are over is for the caller to know. Raises `Conflict` for a draw that is not drawn, or has
    nothing held back.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    if draw.state != DrawState.DRAWN or not is_untold(draw):
        raise Conflict("%(number)s没有待公布的结果。", number=draw.number)
    db.session.add(
        DrawRelease(
            tenant_id=draw.tenant_id,
            draw_id=draw.id,
            released_at=clock.now(),
            released_by=current_scope().actor_name,
        )
    )
    db.session.flush()
    audit.record("draws.result.publish", ("draw", draw.id), draw.number, shared_with=takers(draw))
    record_step(draw, "draw", Sentence("检查结束，公布抽取结果和证明"))
    publish(draw)
    return draw
