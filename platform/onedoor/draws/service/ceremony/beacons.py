"""A draw that names a beacon: the reveals registered before it speaks, and what two bureaus read of it (draw.md, "Plan").

No network is needed: the words are typed by hand, by the lead and by the supervisor, each from the source itself.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.draws import rules
from onedoor.draws.models import BeaconReading, Committer, Draw, DrawParty, Reveal
from onedoor.draws.queries import ceremony
from onedoor.draws.service import draw_locks, register
from onedoor.draws.service.ceremony.commitments import enqueue_run, reveal_system
from onedoor.draws.service.modes import beacon_of
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.parties import refuse_another_party
from onedoor.draws.service.protocol_faults import fault_sentence
from onedoor.draws.service.protocol_text import tidy
from onedoor.draws.service.publication import publish
from onedoor.draws.service.redraws import withholder_names
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence

SOURCE_LIMIT = 200


def register_reveals(draw: Draw) -> None:
    """Enter what was revealed, before the beacon speaks; a nonce that was withheld counts as empty from here on.

    The lead's row is held. Raises `Conflict` before everyone has revealed or the time for it is over, and after the
    beacon has spoken: then nobody's reveal can count any more, and the draw ends as void.
    """
    rule = beacon_of(draw)
    assert rule is not None and draw.reveals_due is not None
    now = draw_locks.register_now()
    if now >= rule.moment:
        raise Conflict(
            "%(number)s的揭示没有在公共随机数公布之前登记，不能再抽取。请作废后另行抽取。", number=draw.number
        )
    _reveal_own(draw)
    silent = withholder_names(draw.id)
    if silent and now < draw.reveals_due:
        raise Conflict("揭示的时间还没有到，还在等%(names)s揭示。", names=list(silent))
    digest = rules.reveals_digest(ceremony.plan(draw.id), revealed(draw.id))
    entry = register.append(draw.id, "reveals", digest)
    draw.reveals_digest = digest.hex()
    db.session.flush()
    audit.record(
        "draws.reveals.close",
        ("draw", draw.id),
        draw.number,
        after={"withheld": silent},
        shared_with=takers(draw),
    )
    text = Sentence("登记揭示，等候公共随机数，登记簿第%(n)s条", n=entry["n"])
    if silent:
        text = Sentence("%(text)s，没有揭示的按空值计：%(names)s", text=text, names=silent)
    record_step(draw, "draw", text)
    publish(draw)


def revealed(draw_id: UUID) -> dict[str, bytes]:
    """The nonces that were revealed, by party."""
    rows = db.session.scalars(sa.select(Reveal).where(Reveal.draw_id == draw_id))
    return {row.name: bytes.fromhex(row.nonce) for row in rows}


def read_beacon(draw_id: UUID, value: str | None, source: str) -> BeaconReading:
    """Keep what this bureau read at the beacon's source; None: the source did not speak.

    Any bureau that has to do with the draw may; the lead and the supervisor who opened the line settle it when they
    agree: the draw is enqueued or, if the source did not speak, may be made void. Until it is drawn the supervisor may
    still read otherwise; what others than the lead read after that changes nothing and is published beside it. Raises
    ClerkError for what the plan's rule does not admit.
    """
    draw_locks.lock_draw(draw_id)
    draw = _taking_part(draw_id)
    rule = beacon_of(draw)
    leads = draw.tenant_id == current_scope().tenant_id
    draw_locks.expect(draw, DrawState.CLOSED, *(() if leads else (DrawState.DRAWN,)))
    if rule is None or draw.reveals_digest is None:
        raise Conflict("%(number)s现在不需要录入公共随机数。请刷新页面查看最新状态。", number=draw.number)
    if draw_locks.register_now() < rule.moment:
        raise Conflict("公共随机数还没有到公布时间，请到时再录入。")
    settled = agreed_value(draw_id) is not None
    refuse_another_party(draw_id)
    where = tidy(source, "source")
    if not 0 < len(where) <= SOURCE_LIMIT:
        raise ClerkError("请写明从哪里读到的。", fields={"source": ["例如：中国福彩网开奖公告。"]})
    words = _read(rule, value)
    if settled and (leads or words in _newest_own(draw_id)):
        raise Conflict("公共随机数已经由牵头部门和监督部门核对一致，不必再录入。")
    row = BeaconReading(
        tenant_id=current_scope().tenant_id,
        draw_id=draw.id,
        value=words,
        source=where,
        read_at=clock.now(),
        read_by=current_scope().actor_name,
        account_for=current_scope().acting_for,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("draws.beacon.read", ("draw", draw.id), draw.number, shared_with=takers(draw))
    record_step(
        draw, "draw", Sentence("%(who)s录入公共随机数，来源：%(source)s", who=_name(draw), source=where)
    )
    if draw.state == DrawState.DRAWN or (not settled and agreed_value(draw_id) is not None):
        enqueue_run(draw)
    return row


def publish_later_readings(draw: Draw) -> None:
    """What was read of the beacon since it was drawn, beside what it was drawn with."""
    since = sa.exists().where(BeaconReading.draw_id == draw.id, BeaconReading.read_at > draw.ended_at)
    if db.session.scalar(sa.select(since)):
        publish(draw)


def _newest_own(draw_id: UUID) -> list[str | None]:
    query = sa.select(BeaconReading.value).where(
        BeaconReading.draw_id == draw_id, BeaconReading.tenant_id == current_scope().tenant_id
    )
    return list(
        db.session.scalars(query.order_by(BeaconReading.read_at.desc(), BeaconReading.id.desc()).limit(1))
    )


def agreed_value(draw_id: UUID) -> str | None:
    """The beacon's words that the lead and the supervisor both read; None: not yet, or that it did not speak."""
    beacon = ceremony.board(draw_id)["beacon"]
    return beacon["value"] if beacon else None


def is_silent(draw_id: UUID) -> bool:
    """Whether the lead and the supervisor who opened the line both found that the source did not speak."""
    beacon = ceremony.board(draw_id)["beacon"]
    return bool(beacon and beacon["silent"] and beacon["value"] is None)


def _read(rule: rules.BeaconRule, value: str | None) -> str | None:
    if value is None:
        return None
    try:
        return rule.read(value)
    except rules.ProtocolError as error:
        raise fault_sentence(error) from error


def _reveal_own(draw: Draw) -> None:
    """The lead's system never is the one that holds back."""
    system = sa.select(Committer.name).where(Committer.draw_id == draw.id, Committer.keeper == "system")
    if db.session.scalar(system) in withholder_names(draw.id):
        reveal_system(draw.id, quietly=True)


def _taking_part(draw_id: UUID) -> Draw:
    """The draw, for a bureau that has to do with it."""
    query = (
        sa.select(Draw)
        .join(DrawParty, DrawParty.draw_id == Draw.id)
        .where(Draw.id == draw_id, DrawParty.bureau_id == current_scope().tenant_id)
        .execution_options(populate_existing=True)
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound()
    return found


def _name(draw: Draw) -> str:
    query = sa.select(DrawParty.bureau_name).where(
        DrawParty.draw_id == draw.id, DrawParty.bureau_id == current_scope().tenant_id
    )
    return db.session.scalar(query) or ""
