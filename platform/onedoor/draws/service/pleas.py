"""More than three replacements at one slot: the lead asks, the supervisor who takes part answers (draw.md)."""

from __future__ import annotations

from uuid import UUID

from onedoor.draws import rules
from onedoor.draws.models import Consent, Draw, Plea
from onedoor.draws.queries import ceremony
from onedoor.draws.queries.current_teams import current_state, plea, pleas
from onedoor.draws.service import draw_locks
from onedoor.draws.service.new_draws import record_step, takers
from onedoor.draws.service.parties import expect_known
from onedoor.draws.states import DrawState
from onedoor.kernel import audit, clock
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from tenants import approvals
from tenants import queries as bureaus


def plead(draw_id: UUID, object_code: str, slot: int, reason: str) -> Plea:
    """Ask the supervisor for one more replacement at a slot, in the lead's scope.

    Raises `Conflict` while one waits for the answer, or where none is needed yet.
    """
    draw = draw_locks.own_draw_for_update(draw_id)
    if not reason.strip():
        raise ClerkError("请写明再次更换的理由。", fields={"reason": ["请写明理由。"]})
    seat = current_state(draw_id).seat(object_code, slot) if draw.state == DrawState.DRAWN else None
    if seat is None:
        raise NotFound("没有找到这个检查组名额。")
    if seat.times < rules.REPLACEMENTS_ALONE:
        raise Conflict("这个名额更换还不到%(times)s次，可以直接更换。", times=rules.REPLACEMENTS_ALONE)
    number = seat.times + 1
    for asked, answer in pleas(draw_id):
        if (asked.object_code, asked.slot, asked.number) == (object_code, slot, number) and (
            answer is None or answer.agreed
        ):
            raise Conflict("这个名额的再次更换已经报监督部门，请等待答复或查看结果，不必重复。")
    row = Plea(
        tenant_id=draw.tenant_id,
        draw_id=draw.id,
        object_code=object_code,
        slot=slot,
        number=number,
        reason=reason.strip(),
        asked_at=clock.now(),
        asked_by=current_scope().actor_name,
    )
    db.session.add(row)
    db.session.flush()
    _record(draw, "plead", object_code, number, reason.strip())
    record_step(
        draw,
        "team",
        Sentence(
            "%(code)s的一个名额已更换%(times)s次，报监督部门同意再次更换：%(reason)s",
            code=object_code,
            times=seat.times,
            reason=row.reason,
        ),
    )
    return row


def answer_plea(plea_id: UUID, agreed: bool, reason: str) -> Consent:
    """The supervisor's answer, in its own scope. Once only; a refusal needs the reason."""
    asked = plea(plea_id)
    if asked is None:
        raise NotFound()
    draw = ceremony.draw(asked.draw_id)
    draw_locks.lock_draw(draw.id)
    if not may_answer(draw):
        raise Forbidden("再次更换由牵头部门的监督部门答复。")
    if any(one.id == plea_id and answer is not None for one, answer in pleas(draw.id)):
        raise Conflict("这一件已经答复，请刷新页面查看结果。")
    expect_known()
    if approvals.is_mine([asked.account_id]):
        raise Forbidden(approvals.OWN)
    if not agreed and not reason.strip():
        raise ClerkError("不同意再次更换的，请写明理由。", fields={"reason": ["请写明理由。"]})
    row = Consent(
        tenant_id=current_scope().tenant_id,
        plea_id=plea_id,
        draw_id=draw.id,
        lead_id=draw.tenant_id,
        agreed=agreed,
        reason=reason.strip(),
        given_at=clock.now(),
        given_by=current_scope().actor_name,
    )
    db.session.add(row)
    db.session.flush()
    _record(draw, "consent" if agreed else "object", asked.object_code, asked.number, row.reason)
    said = row.reason or Sentence("无")
    text = (
        Sentence("监督部门同意%(code)s的一个名额再次更换，意见：%(said)s", code=asked.object_code, said=said)
        if agreed
        else Sentence("监督部门不同意%(code)s的一个名额再次更换：%(said)s", code=asked.object_code, said=said)
    )
    record_step(draw, "team", text)
    return row


def may_answer(draw: Draw) -> bool:
    """Whether the bureau at work supervises the draw's lead, and is not the lead itself."""
    me = current_scope().tenant_id
    return me != draw.tenant_id and me in bureaus.supervisors_of(draw.tenant_id)


def _record(draw: Draw, verb: str, object_code: str, number: int, reason: str) -> None:
    audit.record(
        f"draws.team.{verb}",
        ("draw", draw.id),
        draw.number,
        after={"object": object_code, "number": number, "reason": reason},
        shared_with=takers(draw),
    )
