"""Committing to a secret before the plan, and revealing it after the texts are closed (draw.md, "Plan")."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import Commitment, Committer, Draw, Reveal, SealedNonce
from onedoor.draws.policies import NONCE
from onedoor.draws.service import draw_locks
from onedoor.draws.service.ceremony.countdown import expect_revealing
from onedoor.draws.service.lists.deposits import open_when_ready
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.parties import refuse_another_party
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.redraws import (
    asks_to_note,
    follows_void,
    opens_the_line,
    withholder_names,
)
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock, jobs
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence

HEX = re.compile(r"[0-9a-f]{64}")


def commit(draw_id: UUID, digest: str, reason: str = "", *, noted: bool = False) -> Commitment:
    """Bind this bureau to the nonce its own device keeps; the supervisor's commitment opens the line.

    `digest` is the hex that its browser computed; `reason` is the supervisor's for the draw after a void
    one, where it is needed. `noted` says that the supervisor has taken note of why there is another draw of the line:
    no such draw opens without it (R-D7). Once only; the last one in enqueues the opening.
    """
    draw_locks.lock_draw(draw_id)
    draw, committer = _own(draw_id)
    draw_locks.expect(draw, DrawState.FROZEN)
    if not HEX.fullmatch(digest):
        raise ClerkError("承诺应为 64 位十六进制数，由本机浏览器计算得出。请刷新页面后重新生成。")
    if _made(draw.id, committer.name, Commitment):
        raise Conflict("%(name)s已经作出承诺，不能更改。", name=committer.name)
    refuse_another_party(draw.id)
    asked = opens_the_line(committer) and follows_void(draw)
    reason = tidy(reason) if asked else ""
    if asked and not reason:
        raise ClerkError(
            "上一次抽取已作废。请监督部门写明同意由其他部门加入后再次抽取的理由，理由会公开。",
            fields={"reason": ["请写明理由。"]},
        )
    if asks_to_note(draw, committer) and not noted:
        raise ClerkError(
            "这是第%(seq)s次抽取，理由是“%(reason)s”。请确认已知悉再次抽取的理由，再提交承诺。",
            seq=draw.seq,
            reason=draw.reason,
            fields={"noted": ["请确认已知悉。"]},
        )
    row = Commitment(
        tenant_id=committer.bureau_id,
        draw_id=draw.id,
        name=committer.name,
        digest=digest,
        made_at=clock.now(),
        made_by=current_scope().actor_name,
        reason=reason or None,
        account_for=current_scope().acting_for,
    )
    db.session.add(row)
    db.session.flush()
    text = Sentence("%(who)s提交承诺 %(digest)s…", who=committer.name, digest=digest[:16])
    if row.reason:
        text = Sentence("%(text)s，同意再次抽取的理由：%(reason)s", text=text, reason=row.reason)
    elif noted and asks_to_note(draw, committer):
        text = Sentence("%(text)s，已知悉再次抽取的理由", text=text)
    _record(draw, "commit", text)
    open_when_ready(draw)
    return row


def reveal(draw_id: UUID, nonce: str) -> Reveal:
    """Enter this bureau's own reveal; the texts are closed, and the nonce is the one committed to.

    The last one enqueues the draw.
    """
    draw_locks.lock_draw(draw_id)
    draw, committer = _own(draw_id)
    return _reveal(draw, committer.name, nonce, current_scope().actor_name)


def reveal_system(draw_id: UUID, *, quietly: bool = False) -> Reveal:
    """Reveal the nonce of the operator's system, which the closing of the texts does; `quietly`: the draw goes on by the
    caller's hand. Asked again it gives what was revealed.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    name = db.session.scalar(
        sa.select(Committer.name).where(Committer.draw_id == draw_id, Committer.keeper == "system")
    )
    kept = db.session.scalar(sa.select(SealedNonce).where(SealedNonce.draw_id == draw_id))
    assert name is not None and kept is not None
    made = db.session.scalar(sa.select(Reveal).where(Reveal.draw_id == draw_id, Reveal.name == name))
    if made is not None:
        return made
    return _reveal(draw, name, NONCE.open(kept.id, kept.sealed), "系统", quietly=quietly)


def _own(draw_id: UUID) -> tuple[Draw, Committer]:
    query = (
        sa.select(Draw, Committer)
        .join(Committer, Committer.draw_id == Draw.id)
        .where(
            Draw.id == draw_id,
            Committer.bureau_id == current_scope().tenant_id,
            Committer.keeper == "browser",
        )
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFound()
    return found[0], found[1]


def _made(draw_id: UUID, name: str, model: type[Commitment] | type[Reveal]) -> bool:
    query = sa.select(model.id).where(model.draw_id == draw_id, model.name == name)
    return db.session.scalar(query) is not None


def _reveal(draw: Draw, name: str, nonce: str, by: str, *, quietly: bool = False) -> Reveal:
    if draw.state in (DrawState.FROZEN, DrawState.OPEN):
        raise Conflict("见证尚未截止，任何一方都不能先揭示。请等待牵头部门截止见证。")
    draw_locks.expect(draw, DrawState.CLOSED)
    if draw.reveals_digest is not None:
        raise Conflict("揭示已经登记截止，不能再揭示；没有揭示的按空值计。")
    if not quietly:
        expect_revealing(draw)
    refuse_another_party(draw.id)
    if not HEX.fullmatch(nonce):
        raise ClerkError("随机数应为 64 位十六进制数。请使用作出承诺的那台设备，或导入当时下载的随机数文件。")
    if _made(draw.id, name, Reveal):
        raise Conflict("%(name)s已经揭示，不必重复。", name=name)
    committed = db.session.scalar(
        sa.select(Commitment.digest).where(Commitment.draw_id == draw.id, Commitment.name == name)
    )
    made = rules.commit(draw.hash, draw.line, draw.seq, draw.number, name, bytes.fromhex(nonce))
    if made.hex() != committed:
        raise ClerkError(
            "这个随机数与当初的承诺不一致。请使用作出承诺的那台设备，或导入当时下载的随机数文件。"
        )
    row = Reveal(
        tenant_id=current_scope().tenant_id,
        draw_id=draw.id,
        name=name,
        nonce=nonce,
        made_at=clock.now(),
        made_by=by,
        account_for=current_scope().acting_for,
    )
    db.session.add(row)
    db.session.flush()
    _record(draw, "reveal", Sentence("%(who)s揭示随机数", who=name))
    if not withholder_names(draw.id) and not quietly:
        enqueue_run(draw)
    return row


def enqueue_run(draw: Draw, not_before: datetime | None = None) -> None:
    """Have the lead's next step done: the draw itself, or, where a beacon is to speak, registering the reveals; of one
    that is drawn, publishing what was read of the beacon since.
    """
    title = Sentence("抽取：%(number)s", number=draw.number)
    if draw.state == DrawState.DRAWN:
        title = Sentence("公布后来录入的公共随机数：%(number)s", number=draw.number)
    elif draw.beacon is not None and draw.reveals_digest is None:
        title = Sentence("登记揭示：%(number)s", number=draw.number)
    jobs.enqueue(
        JobName.RUN_DRAW,
        {"draw_id": str(draw.id), "campaign_id": str(draw.campaign_id)},
        title=title,
        subject=("draw", draw.id),
        for_bureau=draw.tenant_id,
        not_before=not_before,
    )


def _record(draw: Draw, verb: str, text: str) -> None:
    audit.record(f"draws.draw.{verb}", ("draw", draw.id), draw.number, shared_with=takers(draw))
    record_step(draw, "draw", text)
