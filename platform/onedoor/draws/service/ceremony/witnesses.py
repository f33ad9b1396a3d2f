"""Witnesses: invited by the lead, they add a text from a phone without an account (R-D4)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Draw, WitnessInvitation
from onedoor.draws.queries.ceremony import plan, texts
from onedoor.draws.service import draw_locks, register
from onedoor.draws.service.ceremony.commitments import enqueue_run, reveal_system
from onedoor.draws.service.ceremony.countdown import expect_closing, latest
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db, new_id
from onedoor.kernel.encrypted_columns import cipher
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_

INVITATION_LIFE = timedelta(days=7)
WHO_LIMIT, TEXT_LIMIT = 60, 200
# While these last the hall may be open to the public.
WATCHED = ("frozen", "open", "closed")
REFUSALS = {
    "expired": N_("这个邀请已经过期，请与邀请您的部门联系。"),
    "too often": N_("这个邀请尝试次数过多，已停用，请与邀请您的部门联系。"),
    "early": N_("抽取方案尚未公布，请稍后再提交寄语。"),
    "closed": N_("见证已经截止，不能再提交寄语。"),
    "spoken": N_("您的寄语已经记下，每位见证人只能提交一次。"),
    "unfit": N_("寄语应为 1 至 200 个字，不含换行等控制字符。"),
}


def invite_witness(draw_id: UUID, who: str) -> WitnessInvitation:
    """Invite somebody by name and capacity; `token_of(invitation)` goes into the link and its QR."""
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, DrawState.FROZEN, DrawState.OPEN)
    name = tidy(who, "who")
    if not 0 < len(name) <= WHO_LIMIT:
        raise ClerkError(
            "请填写见证人的姓名和身份，不超过 60 个字。", fields={"who": ["例如：张明（人大代表）。"]}
        )
    if db.session.scalar(
        sa.select(WitnessInvitation.id).where(
            WitnessInvitation.draw_id == draw_id, WitnessInvitation.who == name
        )
    ):
        raise Conflict("%(who)s已经在邀请名单上。", who=name)
    invitation = WitnessInvitation(
        id=new_id(),
        tenant_id=draw.tenant_id,
        draw_id=draw.id,
        who=name,
        token_digest="",  # nosec B106
        invited_at=clock.now(),
        invited_by=current_scope().actor_name,
        expires_at=clock.now() + INVITATION_LIFE,
    )
    invitation.token_digest = hashlib.sha256(token_of(invitation).encode()).hexdigest()
    db.session.add(invitation)
    db.session.flush()
    audit.record("draws.witness.invite", ("draw", draw.id), draw.number, after={"who": name})
    return invitation


def token_of(invitation: WitnessInvitation) -> str:
    """The unguessable code of an invitation, made again from the application's key whenever it is shown."""
    return cipher().index(f"witness/{invitation.id}")[:32]


def speak(token: str, text: str) -> ClerkError | None:
    """A witness's text, in the public's scope; what is wrong with it, or None if it was taken.

    A refusal is handed back and not raised, so that the try it counted is kept.
    """
    try:
        said = tidy(text, "text")[: TEXT_LIMIT + 1]
    except ClerkError as refusal:
        return refusal
    answer = db.session.scalar(sa.text("SELECT witness_say(:token, :text)"), {"token": token, "text": said})
    if answer == "unknown":
        raise NotFound("没有找到这个邀请，请核对链接是否完整。")
    if answer == "taken":
        return None
    return ClerkError(REFUSALS[answer], fields={"text": [REFUSALS[answer]]})


def let_watch(draw_id: UUID, watchable: bool) -> None:
    """Open the hall to the public; before the plan is out it may be closed again without a word (`shut` after that)."""
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, *(WATCHED if watchable else (DrawState.FROZEN,)))
    _watching(draw, watchable)


def shut(draw_id: UUID, reason: str) -> None:
    """Close the hall to the public while the ceremony is under way, with the reason; all who take part are told."""
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, *WATCHED)
    if not tidy(reason):
        raise ClerkError("请写明为什么不再向公众开放。", fields={"reason": ["请写明理由。"]})
    _watching(draw, False, tidy(reason))


def _watching(draw: Draw, watchable: bool, reason: str = "") -> None:
    if draw.watchable == watchable:
        return
    draw.watchable = watchable
    what = "draws.hall.open" if watchable else "draws.hall.close"
    after = {"reason": reason} if reason else None
    audit.record(what, ("draw", draw.id), draw.number, after=after, shared_with=takers(draw))
    if watchable:
        record_step(draw, "draw", Sentence("抽取向公众开放观看"))
    else:
        record_step(
            draw,
            "draw",
            Sentence("关闭公众观看：%(reason)s", reason=reason) if reason else Sentence("关闭公众观看"),
            everyone=False,
        )
    db.session.flush()
    # The public page says whether one may watch.
    if draw.opened_at is not None:
        publish(draw)


def close_texts(draw_id: UUID) -> Draw:
    """Close the witnesses' texts and register them, before anybody reveals."""
    draw = draw_locks.own_draw_for_update(draw_id)
    draw_locks.expect(draw, DrawState.OPEN)
    expect_closing(draw)
    last = latest(draw)
    if last is not None and draw_locks.register_now() > last:
        raise Conflict(
            "离揭示截止不到 5 分钟，各方来不及揭示。请在公共随机数的公布时间过后作废，另选期次再次抽取。"
        )
    closed = close(draw)
    if draw.reveals_due is not None:
        enqueue_run(draw, draw.reveals_due)
    return closed


def close(draw: Draw) -> Draw:
    """Close and register the texts of a draw that is held, whatever the hour: also one that is to be void.

    The operator's system reveals in the same transaction, before anybody else: whoever hosts never knows the result
    first, and has nothing left to hold back.
    """
    said = texts(draw.id)
    digest = rules.texts_digest(plan(draw.id), said)
    entry = register.append(draw.id, "texts", digest)
    draw.state, draw.closed_at, draw.texts_digest = "closed", clock.now(), digest.hex()
    db.session.flush()
    audit.record(
        "draws.texts.close",
        ("draw", draw.id),
        draw.number,
        after={"texts": len(said)},
        shared_with=takers(draw),
    )
    record_step(
        draw,
        "draw",
        Sentence("截止见证：%(count)s位见证人寄语，登记簿第%(n)s条", count=len(said), n=entry["n"]),
    )
    reveal_system(draw.id, quietly=True)
    publish(draw)
    return draw
