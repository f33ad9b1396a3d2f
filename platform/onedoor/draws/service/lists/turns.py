"""Lists of a draw freeze together or wait together; of two draws the one begun first goes first (R-P6)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import Deposit, Draw, DrawParty, ListTurn
from onedoor.draws.queries import ceremony, turns
from onedoor.draws.service import draw_locks
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence


def take_turn(draw_id: UUID, earlier: turns.Earlier | None) -> tuple[list[turns.Wait], list[UUID]]:
    """Note whether this bureau's list waits for `earlier`; returns who waits, and whose lists may now be frozen beside it.

    With nobody waiting and some not asked yet the first list is empty and this bureau is not among the second: the last
    one asked sets all going. Where no bureau of the draw has a list in an earlier one, nothing is asked.
    """
    draw_locks.lock_draw(draw_id)
    me = current_scope().tenant_id
    assert me is not None
    mine = db.session.scalar(sa.select(ListTurn).where(ListTurn.draw_id == draw_id, ListTurn.tenant_id == me))
    if mine is None and earlier is None and not turns.has_earlier(draw_id):
        return [], [me]
    changed = _note(draw_id, me, mine, earlier)
    waiting = turns.waits(draw_id)
    if waiting or _not_asked(draw_id):
        return waiting, []
    return [], [me, *(_not_in(draw_id) - {me} if changed else ())]


def _note(draw_id: UUID, me: UUID, mine: ListTurn | None, earlier: turns.Earlier | None) -> bool:
    """Write the row; False if it said the same."""
    if mine is not None and mine.waits_for == (earlier.id if earlier else None):
        return False
    now = clock.now()
    row = mine or ListTurn(tenant_id=me, draw_id=draw_id)
    row.freed_at = now if mine is not None and earlier is None else None
    row.waits_for, row.waits_number = earlier or (None, None)
    row.looked_at = now
    db.session.add(row)
    db.session.flush()
    if earlier is not None:
        _tell(ceremony.draw(draw_id), earlier)
    return True


def _tell(draw: Draw, earlier: turns.Earlier) -> None:
    audit.record(
        "draws.list.wait",
        ("draw", draw.id),
        draw.number,
        after={"waits_for": earlier.number},
        shared_with=takers(draw),
    )
    record_step(
        draw,
        "pool",
        Sentence(
            "名单里有对象今年剩下的检查次数，%(number)s的名单也要用。那次抽取先开始，等它排定检查或者终止后，各部门的名单再一起冻结",
            number=earlier.number,
        ),
    )


def _not_asked(draw_id: UUID) -> bool:
    asked = sa.exists().where(
        ListTurn.draw_id == DrawParty.draw_id, ListTurn.tenant_id == DrawParty.bureau_id
    )
    listed = DrawParty.draw_id == draw_id, DrawParty.list_name.is_not(None)
    return bool(db.session.scalar(sa.select(sa.exists().where(*listed, ~asked))))


def _not_in(draw_id: UUID) -> set[UUID]:
    """The bureaus whose list is not deposited."""
    deposited = sa.exists().where(
        Deposit.draw_id == DrawParty.draw_id, Deposit.tenant_id == DrawParty.bureau_id
    )
    query = sa.select(DrawParty.bureau_id).where(
        DrawParty.draw_id == draw_id, DrawParty.list_name.is_not(None), ~deposited
    )
    return set(db.session.scalars(query))


def begun_at(draw: Draw, every_step: timedelta) -> datetime:
    """From when the days to freeze count: from the end of the wait, where lists waited.

    While they wait the other draw's own steps bound it, `every_step` of them at most.
    """
    if draw.state != DrawState.FROZEN:
        return draw.created_at
    rows = db.session.execute(
        sa.select(ListTurn.waits_for, ListTurn.freed_at).where(ListTurn.draw_id == draw.id)
    ).all()
    if any(row.waits_for is not None for row in rows):
        return draw.created_at + every_step
    freed = max([draw.created_at, *(row.freed_at for row in rows if row.freed_at is not None)])
    # A party writes its own row: no moment it names puts the end off for good.
    return min(freed, draw.created_at + every_step)
