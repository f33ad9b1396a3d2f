"""The same lead's other draws that meet one: what the supervisor sees before it commits (draw.md, "Above the line")."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.draws.models import Draw, DrawComparison
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope


class Neighbour(NamedTuple):
    """A draw of the same lead in twelve months: of the same line, or with an entity in common (`meets`).

    `given_up`: it ended before its plan; `kept_waiting` are the names of those for whom it waited in vain.
    """

    id: UUID
    number: str
    title: str
    state: str
    created_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    void_reason: str | None
    kept_waiting: list[str]
    meets: bool

    @property
    def given_up(self) -> bool:
        """Whether it ended before its plan was registered."""
        return self.state == DrawState.VOID and self.opened_at is None

    @property
    def hangs(self) -> bool:
        """Whether its plan is registered and it has no end."""
        return self.state in (DrawState.OPEN, DrawState.CLOSED)


def neighbours(draw_id: UUID) -> list[Neighbour]:
    """Those of a draw that this bureau takes part in, the newest first, as far as the lists are frozen."""
    query = sa.text(
        "SELECT id, number, title, state, created_at, opened_at, ended_at, void_reason, kept_waiting, meets"
        " FROM draw_neighbours(:draw)"
    )
    return [Neighbour(*row) for row in db.session.execute(query, {"draw": draw_id})]


def owing() -> list[Draw]:
    """This bureau's void draws that no drawn one has answered: another whose lists meet one of them, or of its plan line, names a
    public source or has a party more (draw.md, "Above the line").
    """
    later = aliased(Draw)
    either = sa.or_(
        sa.and_(DrawComparison.draw_id == later.id, DrawComparison.other_draw_id == Draw.id),
        sa.and_(DrawComparison.draw_id == Draw.id, DrawComparison.other_draw_id == later.id),
    )
    met = sa.exists().where(DrawComparison.meets, either)
    answered = sa.exists().where(
        later.tenant_id == Draw.tenant_id,
        later.state == DrawState.DRAWN,
        later.opened_at >= Draw.ended_at,
        sa.or_(later.line == Draw.line, later.plan_line == Draw.plan_line, met),
    )
    query = sa.select(Draw).where(
        Draw.tenant_id == current_scope().tenant_id,
        Draw.state == DrawState.VOID,
        Draw.plan_digest.is_not(None),
        ~answered,
    )
    return list(db.session.scalars(query.order_by(Draw.ended_at, Draw.id)))
