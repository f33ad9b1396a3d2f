"""A time announced to the room, and kept: texts are taken until it, nobody reveals before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from onedoor.draws.models import Countdown, Draw
from onedoor.draws.queries import ceremony
from onedoor.draws.service import draw_locks
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.kernel import audit, clock
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence

STAGES = {"open": "texts", "closed": "reveals"}
LONGEST = 24 * 3600
# What everybody has at least for revealing: who could not would be published as one who withheld (`draw_board()` too).
TO_REVEAL = timedelta(minutes=5)


def announce(draw_id: UUID, seconds: int) -> datetime:
    """Announce when the texts close, or, once they are closed, from when is revealed: so many seconds from now.

    Announced again it only moves later. Raises ClerkError for a time that is none, and where a public source's
    time leaves no room for it.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, *STAGES)
    if not 0 < seconds <= LONGEST:
        raise ClerkError("倒计时应为 1 秒至 24 小时。", fields={"seconds": ["请另选时间。"]})
    stage, until = STAGES[draw.state], clock.now() + timedelta(seconds=seconds)
    before = ceremony.announced(draw.id, stage)
    if before is not None and until < before:
        raise Conflict("已经公布的时间是 %(at)s，只能推迟，不能提前。", at=_told(before))
    last = latest(draw)
    if last is not None and until > last:
        raise Conflict("各方要在公共随机数公布之前揭示，来不及等到 %(at)s，请选更短的时间。", at=_told(until))
    db.session.add(
        Countdown(
            tenant_id=draw.tenant_id,
            draw_id=draw.id,
            stage=stage,
            until=until,
            set_at=clock.now(),
            set_by=current_scope().actor_name,
        )
    )
    db.session.flush()
    audit.record(
        "draws.countdown.set",
        ("draw", draw.id),
        draw.number,
        after={"stage": stage, "until": until.isoformat()},
        shared_with=takers(draw),
    )
    text = "公布见证截止时间：%(at)s" if stage == "texts" else "公布揭示开始时间：%(at)s"
    record_step(draw, "draw", Sentence(text, at=_told(until)))
    return until


def latest(draw: Draw) -> datetime | None:
    """Until when texts may close and a time may be announced, where a beacon waits for nobody."""
    return None if draw.reveals_due is None else draw.reveals_due - TO_REVEAL


def expect_closing(draw: Draw) -> None:
    """Raise `Conflict` while the announced time has not come and somebody invited has not spoken yet."""
    until = ceremony.announced(draw.id, "texts")
    if until is None or clock.now() >= until:
        return
    if all(said is not None for _invitation, said in ceremony.invitations(draw.id)):
        return
    raise Conflict("公布的见证截止时间是 %(at)s，还有见证人没有提交寄语，请等到时间再截止。", at=_told(until))


def expect_revealing(draw: Draw) -> None:
    """Raise `Conflict` while the announced time has not come."""
    until = ceremony.announced(draw.id, "reveals")
    if until is not None and clock.now() < until:
        raise Conflict("公布的揭示开始时间是 %(at)s，请等到时间再揭示。", at=_told(until))


def _told(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%H:%M:%S")
