"""A draw on its way: who takes part, what is in, what witnesses said."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import (
    BeaconReading,
    CallOff,
    Commitment,
    Committer,
    Consent,
    Countdown,
    Deposit,
    Draw,
    DrawDocument,
    DrawParty,
    Plea,
    Reveal,
    WitnessInvitation,
    WitnessText,
)
from onedoor.draws.states import GOING_ON, DrawState
from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope

LATELY = timedelta(days=30)


def draw(draw_id: UUID) -> Draw:
    """The draw, for those who take part in it; others read it where it is public."""
    found = db.session.scalar(draws().where(Draw.id == draw_id))
    if found is None:
        raise NotFound()
    return cast(Draw, found)


def draws() -> sa.Select[Any]:
    """The draws the current bureau leads, has a list in, or commits to; for a list."""
    takes_part = sa.select(sa.func.my_draws().column_valued("id"))
    return sa.select(Draw).where(sa.or_(Draw.tenant_id == current_scope().tenant_id, Draw.id.in_(takes_part)))


def to_commit() -> sa.Select[Any]:
    """Draws that wait for this bureau's own commitment."""
    made = sa.exists().where(Commitment.draw_id == Draw.id, Commitment.name == Committer.name)
    return _with_own_part().where(Draw.state == DrawState.FROZEN, ~made)


def to_note() -> sa.Select[Any]:
    """Of those the ones that are another draw of their line, whose reason this bureau, who opens it, takes note of."""
    return to_commit().where(Draw.reason.is_not(None), Committer.position == 1)


def to_reveal() -> sa.Select[Any]:
    """Draws that wait for this bureau's own reveal."""
    made = sa.exists().where(Reveal.draw_id == Draw.id, Reveal.name == Committer.name)
    return _with_own_part().where(Draw.state == DrawState.CLOSED, Draw.reveals_digest.is_(None), ~made)


def to_read() -> sa.Select[Any]:
    """Draws that wait for what this bureau reads of their beacon, which has spoken."""
    mine = sa.exists().where(
        BeaconReading.draw_id == Draw.id, BeaconReading.tenant_id == current_scope().tenant_id
    )
    spoken = sa.func.register_time() >= Draw.beacon["time"].astext
    return draws().where(Draw.state == DrawState.CLOSED, Draw.reveals_digest.is_not(None), spoken, ~mine)


def to_answer() -> sa.Select[Any]:
    """Draws whose lead asks this bureau for a further replacement at a slot."""
    waiting = sa.exists().where(Plea.draw_id == Draw.id, ~sa.exists().where(Consent.plea_id == Plea.id))
    supervised = sa.select(sa.func.supervised_bureaus().column_valued("id"))
    others = Draw.tenant_id != current_scope().tenant_id
    return draws().where(waiting, others, Draw.tenant_id.in_(supervised))


def called_off_lately() -> sa.Select[Any]:
    """Draws that this bureau supervises of which a drawn object's visit was called off in the last thirty days."""
    lately = sa.exists().where(CallOff.draw_id == Draw.id, CallOff.at >= now() - LATELY)
    supervised = sa.select(sa.func.supervised_bureaus().column_valued("id"))
    others = Draw.tenant_id != current_scope().tenant_id
    return draws().where(lately, others, Draw.tenant_id.in_(supervised))


def going_on() -> sa.Select[Any]:
    """Draws that this bureau leads and that have not ended."""
    mine = Draw.tenant_id == current_scope().tenant_id
    return sa.select(Draw).where(mine, Draw.state.in_(GOING_ON))


def _with_own_part() -> sa.Select[Any]:
    own = sa.and_(Committer.bureau_id == current_scope().tenant_id, Committer.keeper == "browser")
    return sa.select(Draw).join(Committer, sa.and_(Committer.draw_id == Draw.id, own))


def of_line(line: str) -> list[Draw]:
    """All draws of a line that this scope may see, oldest first."""
    return list(
        db.session.scalars(sa.select(Draw).where(Draw.line == line).order_by(Draw.created_at, Draw.id))
    )


def of_campaign(campaign_id: UUID) -> list[Draw]:
    """All draws of a campaign that this scope may see, oldest first; the last one is in force."""
    query = sa.select(Draw).where(Draw.campaign_id == campaign_id).order_by(Draw.created_at, Draw.id)
    return list(db.session.scalars(query))


def state(found: Draw) -> str:
    """The draw's state, with `revealed` derived: closed, and everyone who committed has revealed.

    Of a draw with a beacon: `awaiting` once the reveals are registered, `revealed` when two have read it.
    """
    if found.state != DrawState.CLOSED:
        return found.state
    if found.beacon is not None:
        return str(board(found.id)["state"])
    return "closed" if any(not revealed for _, revealed in committers(found.id)) else "revealed"


def parties(draw_id: UUID) -> list[DrawParty]:
    """The bureaus that have to do with a draw, those with a list first."""
    query = sa.select(DrawParty).where(DrawParty.draw_id == draw_id).order_by(DrawParty.position)
    return list(db.session.scalars(query))


def committers(draw_id: UUID) -> list[tuple[Committer, bool]]:
    """Who commits, in the plan's order, and whether it has revealed."""
    query = (
        sa.select(Committer, Reveal.id.is_not(None))
        .outerjoin(Reveal, sa.and_(Reveal.draw_id == Committer.draw_id, Reveal.name == Committer.name))
        .where(Committer.draw_id == draw_id)
        .order_by(Committer.position)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def own_committer(draw_id: UUID) -> Committer | None:
    """The current bureau's part as one who commits from its own device, if it has one."""
    query = sa.select(Committer).where(
        Committer.draw_id == draw_id,
        Committer.bureau_id == current_scope().tenant_id,
        Committer.keeper == "browser",
    )
    return db.session.scalar(query)


def last_frozen(campaign_ids: sa.Select[Any]) -> datetime | None:
    """When this bureau's list was last frozen for a draw of these campaigns that was run; None if it never was."""
    query = (
        sa.select(sa.func.max(Deposit.deposited_at))
        .join(Draw, Draw.id == Deposit.draw_id)
        .where(
            Deposit.tenant_id == current_scope().tenant_id,
            Draw.state == DrawState.DRAWN,
            Draw.campaign_id.in_(campaign_ids),
        )
    )
    return db.session.scalar(query)


def deposits(draw_id: UUID) -> list[Deposit]:
    """The faces of the lists that are in, in the plan's order."""
    query = (
        sa.select(Deposit)
        .join(
            DrawParty, sa.and_(DrawParty.draw_id == Deposit.draw_id, DrawParty.bureau_id == Deposit.tenant_id)
        )
        .where(Deposit.draw_id == draw_id)
        .order_by(DrawParty.position)
    )
    return list(db.session.scalars(query))


def document(draw_id: UUID, kind: str) -> bytes:
    """The published plan, roster or proof."""
    query = sa.select(DrawDocument.content).where(DrawDocument.draw_id == draw_id, DrawDocument.kind == kind)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("这份文件还没有产生。")
    return found


def plan(draw_id: UUID) -> rules.Plan:
    """The published plan."""
    return rules.check_plan(json.loads(document(draw_id, "plan")))


def texts(draw_id: UUID) -> list[tuple[str, str]]:
    """The witnesses' texts, who and what, in order."""
    query = sa.select(WitnessText).where(WitnessText.draw_id == draw_id).order_by(WitnessText.position)
    return [(row.who, row.text) for row in db.session.scalars(query)]


def invitations(draw_id: UUID) -> list[tuple[WitnessInvitation, WitnessText | None]]:
    """Whom the lead invited, and what they said."""
    query = (
        sa.select(WitnessInvitation, WitnessText)
        .outerjoin(WitnessText, WitnessText.invitation_id == WitnessInvitation.id)
        .where(WitnessInvitation.draw_id == draw_id)
        .order_by(WitnessInvitation.invited_at, WitnessInvitation.id)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def invitation(invitation_id: UUID) -> WitnessInvitation:
    """One of the current bureau's invitations."""
    found = db.session.get(WitnessInvitation, invitation_id)
    if found is None:
        raise NotFound()
    return found


def board(draw_id: UUID) -> dict[str, Any]:
    """All the hall shows, for those who take part, and for everybody while the lead opened it."""
    found = db.session.scalar(sa.text("SELECT draw_board(:draw)"), {"draw": draw_id})
    if found is None:
        raise NotFound("没有找到这次抽取，或者它没有向公众开放观看。抽取方案公布以前，公众还不能观看。")
    return cast(dict[str, Any], found)


class Glance(NamedTuple):
    """A mark that changes whenever the board does, and whether nothing more will come."""

    mark: str
    ended: bool


def glance(draw_id: UUID) -> Glance | None:
    """The board at a glance, for those who watch; None if it is not to be seen."""
    query = sa.text(
        "SELECT md5(board::text || draw_moment(:draw)::text), board->>'state' FROM draw_board(:draw) AS board"
    )
    mark, found = db.session.execute(query, {"draw": draw_id}).one()
    return Glance(mark, found in ("drawn", "void")) if mark else None


def moment(draw_id: UUID) -> dict[str, Any]:
    """What of a draw passes, for whoever sees its board: `until` as text or None, and the `progress` of its job."""
    found = db.session.scalar(sa.text("SELECT draw_moment(:draw)"), {"draw": draw_id})
    return cast(dict[str, Any], found or {"until": None, "progress": None})


def announced(draw_id: UUID, stage: str) -> datetime | None:
    """The time announced to the room for a stage: texts are taken until it, reveals from it on."""
    query = sa.select(sa.func.max(Countdown.until)).where(
        Countdown.draw_id == draw_id, Countdown.stage == stage
    )
    return db.session.scalar(query)


def witness_view(token: str) -> dict[str, Any]:
    """What an invited witness sees: the draw, the plan's digest, the register's head, its own text."""
    found = db.session.scalar(sa.text("SELECT witness_view(:token)"), {"token": token})
    if found is None:
        raise NotFound("没有找到这个邀请，请核对链接是否完整。")
    return cast(dict[str, Any], found)
