"""Which lists of a draw wait for another draw's end before they are frozen (R-P6)."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import Deposit, Draw, DrawParty, ListTurn
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope


class Earlier(NamedTuple):
    """A draw begun before another in which the current bureau has a list too, and whose visits are not made."""

    id: UUID
    number: str


class Wait(NamedTuple):
    """A bureau whose list waits, and the number of the draw it waits for."""

    bureau_name: str
    number: str


def my_earlier(draw_id: UUID) -> list[Earlier]:
    """Those of the current bureau, the first first."""
    query = sa.text("SELECT id, number FROM earlier_draws(:draw) WHERE id IS NOT NULL")
    return [Earlier(*row) for row in db.session.execute(query, {"draw": draw_id})]


def has_earlier(draw_id: UUID) -> bool:
    """Whether any bureau with a list in this draw has one in a draw begun before it."""
    return bool(db.session.scalar(sa.text("SELECT count(*) FROM earlier_draws(:draw)"), {"draw": draw_id}))


def waits(draw_id: UUID) -> list[Wait]:
    """The lists of a draw that wait, for who takes part in it; none once its lists are in, or it ended."""
    query = (
        sa.select(DrawParty.bureau_name, ListTurn.waits_number)
        .join(
            ListTurn,
            sa.and_(ListTurn.draw_id == DrawParty.draw_id, ListTurn.tenant_id == DrawParty.bureau_id),
        )
        .join(Draw, Draw.id == DrawParty.draw_id)
        .where(DrawParty.draw_id == draw_id, Draw.state == DrawState.FROZEN, ListTurn.waits_for.is_not(None))
        .order_by(DrawParty.position)
    )
    return [Wait(row[0], str(row[1])) for row in db.session.execute(query)]


def my_waiting() -> list[ListTurn]:
    """The current bureau's lists that wait, of draws that are still being frozen."""
    query = (
        sa.select(ListTurn)
        .join(Draw, Draw.id == ListTurn.draw_id)
        .where(
            ListTurn.tenant_id == current_scope().tenant_id,
            ListTurn.waits_for.is_not(None),
            Draw.state == DrawState.FROZEN,
        )
    )
    return list(db.session.scalars(query.order_by(Draw.created_at, Draw.id)))


def my_list_is_in(draw_id: UUID) -> bool:
    """Whether the current bureau's list of this draw is frozen."""
    mine = Deposit.draw_id == draw_id, Deposit.tenant_id == current_scope().tenant_id
    return bool(db.session.scalar(sa.select(sa.exists().where(*mine))))
