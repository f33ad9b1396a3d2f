"""Taking hold of a draw: its row for the lead, its lock for those who only add rows of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import Draw
from onedoor.draws.rules.beacons import MOMENT
from onedoor.kernel import locks
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.text.source_strings import N_

TOO_LATE = {
    "frozen": N_("%(number)s还在冻结名单，不能办理这一步。请刷新页面查看最新状态。"),
    "open": N_("%(number)s的抽取方案已经公布，不能再办理这一步。请刷新页面查看最新状态。"),
    "closed": N_("%(number)s的见证已经截止，不能再办理这一步。请刷新页面查看最新状态。"),
    "drawn": N_("%(number)s已经抽取完毕，不能再办理这一步。请刷新页面查看结果。"),
    "void": N_("%(number)s已经作废，不能再办理这一步。请刷新页面查看理由。"),
}


def own_draw_for_update(draw_id: UUID) -> Draw:
    """The lead's own draw, held until the transaction ends: two who press at once take turns.

    Of a draw that has ended the policy lets nobody lock the row, so there the lock alone holds it.
    """
    lock_draw(draw_id)
    draw = db.session.get(Draw, draw_id, with_for_update=True, populate_existing=True)
    if draw is None:
        # Read anew: what this session saw before it had the lock may be over.
        draw = db.session.get(Draw, draw_id, populate_existing=True)
    if draw is None or draw.tenant_id != current_scope().tenant_id:
        raise NotFound()
    return draw


def lock_draw(draw_id: UUID) -> None:
    """Take turns with all who add rows to this draw, so that the last one knows it is the last."""
    locks.hold(f"draw {draw_id}")


def register_now() -> datetime:
    """The time that the register's next entry gets, which the database alone says."""
    return datetime.strptime(db.session.scalar(sa.text("SELECT register_time()")), MOMENT).replace(tzinfo=UTC)


def expect(draw: Draw, *states: str) -> None:
    """Raise `Conflict` unless the draw is in one of these states."""
    if draw.state not in states:
        raise Conflict(TOO_LATE[draw.state], number=draw.number)
