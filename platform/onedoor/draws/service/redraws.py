"""A draw after a void one: other parties commit to it, and the supervisor says why (draw.md, "Plan").

Whoever withheld has seen what the others revealed, or could have. So the next draw keeps the pools, takes new
nonces, and names a beacon; or at least one bureau commits that did not commit to the void one, with the supervisor's
reason.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws.models import Committer, Draw, Reveal
from onedoor.draws.queries.ceremony import board
from onedoor.draws.states import DrawState
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

WITHHELD = N_(
    "%(number)s因%(names)s没有揭示而作废。再次抽取须约定公共随机数，或由原来没有承诺过的部门共同承诺，请至少选择一个。"
)
VOID = N_("%(number)s已经作废。再次抽取须约定公共随机数，或由原来没有承诺过的部门共同承诺，请至少选择一个。")


def expect_others(before: Draw | None, lead_id: UUID, also: Collection[UUID], beacon: bool = False) -> None:
    """Raise unless a draw after a void one names a beacon or has a party that did not commit to that one.

    `also` are the bureaus that commit beside the lead's system and the supervisor.
    """
    if lead_id in also:
        raise ClerkError(
            "本部门已由运行平台承诺，不能再以部门名义承诺。请选择其他部门。",
            fields={"also_commit": ["请选择其他部门。"]},
        )
    if (
        before is None
        or before.state != DrawState.VOID
        or beacon
        or set(also) - committing_bureaus(before.id)
    ):
        return
    silent = published_withholders(before.id)
    raise ClerkError(
        WITHHELD if silent else VOID,
        number=before.number,
        names=list(silent),
        fields={"also_commit": ["请约定公共随机数，或至少选择一个上次没有承诺的部门。"]},
    )


def committing_bureaus(draw_id: UUID) -> frozenset[UUID]:
    """The bureaus that were to commit to a draw, the lead among them."""
    return frozenset(db.session.scalars(sa.select(Committer.bureau_id).where(Committer.draw_id == draw_id)))


def published_withholders(draw_id: UUID) -> list[str]:
    """Who withheld in a draw that has ended, and is published as such; who was given no time to reveal is not."""
    return list(board(draw_id)["withheld"])


def withholder_names(draw_id: UUID) -> list[str]:
    """Names of those who did not reveal, in the plan's order."""
    query = (
        sa.select(Committer.name)
        .outerjoin(Reveal, sa.and_(Reveal.draw_id == Committer.draw_id, Reveal.name == Committer.name))
        .where(Committer.draw_id == draw_id, Reveal.id.is_(None))
        .order_by(Committer.position)
    )
    return list(db.session.scalars(query))


def follows_void(draw: Draw) -> bool:
    """Whether this draw may have to answer a void one and no beacon is named, so that the supervisor says why it agrees: the draw
    before it in its line, or, where others commit, any of the lead's that owes.
    """
    if draw.beacon is not None:
        return False
    if draw.prev is None:
        return len(committing_bureaus(draw.id)) > 2 and _lead_owes(draw)
    before = sa.select(Draw.state).where(Draw.line == draw.line, Draw.proof_digest == draw.prev)
    return db.session.scalar(before) == "void"


def _lead_owes(draw: Draw) -> bool:
    """Whether a void draw of the same lead stands that may meet this one; which ones do the register asks when the plan is to
    be entered.
    """
    void = sa.select(Draw.id).where(
        Draw.tenant_id == draw.tenant_id, Draw.state == DrawState.VOID, Draw.plan_digest.is_not(None)
    )
    return db.session.scalar(void.limit(1)) is not None


def opens_the_line(committer: Committer) -> bool:
    """Whether this is the supervisor's part: right after the system's."""
    return committer.position == 1


def asks_to_note(draw: Draw, committer: Committer) -> bool:
    """Whether the supervisor is to take note, with this commitment, of why there is another draw of the line (R-D7).

    Where it gives a reason of its own for agreeing, that says so already.
    """
    return opens_the_line(committer) and draw.reason is not None and not follows_void(draw)
