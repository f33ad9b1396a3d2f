"""Asking another bureau to take an owed matter, its answer, and writing one off (R-J5)."""

from __future__ import annotations

from uuid import UUID

from onedoor.kernel import audit, jobs, locks, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.messages import service as messages
from onedoor.owed_matters import queries
from onedoor.owed_matters.models import Handover, HandoverAnswer, OwedMatter
from onedoor.owed_matters.rules import Cause, State, given_reason
from onedoor.owed_matters.service.steps import end, me, open_matters, step
from tenants import queries as tenants
from tenants.rules import Permission

# What who is asked reads of a matter, and keeps if it takes it.
COPIED = (
    "visit_id", "matter_id", "lead_id", "campaign_name", "draw_number", "visit_number", "entity_code", "entity_name",
    "entity_address", "place_number", "item_number", "item_name",
)  # fmt: skip


def hand_over(
    owed_id: UUID, receiver_id: UUID | None, reason: str, *, with_rest: bool = False
) -> list[Handover]:
    """Ask another bureau to take the matter, or all that is owed of the same visit; it stays this bureau's until that accepts."""
    if receiver_id is None:
        raise ClerkError("请选择接手的部门。", fields={"receiver_id": [N_("请选择接手的部门。")]})
    why = given_reason(reason)
    return [ask(one, receiver_id, why) for one in open_matters(owed_id, with_rest)]


def ask(found: OwedMatter, receiver_id: UUID, reason: str) -> Handover:
    """One open matter, to one bureau."""
    receiver = tenants.bureau(receiver_id)
    if receiver.id == me() or not receiver.active:
        raise ClerkError("请选择本单位以外、在用的部门。", fields={"receiver_id": [N_("请选择别的部门。")]})
    made = Handover(
        id=new_id(),
        tenant_id=me(),
        owed_id=found.id,
        receiver_id=receiver.id,
        reason=reason,
        sent_at=now(),
        sent_by=current_scope().actor_name,
        **{name: getattr(found, name) for name in COPIED},
    )
    db.session.add(made)
    found.state = State.OFFERED.value
    text = Sentence(
        "请%(name)s接手%(item)s，理由：%(reason)s", name=receiver.name, item=found.item_name, reason=reason
    )
    step(
        found, text, "handover.send", {"receiver": receiver.name, "reason": reason}, shared_with=[receiver.id]
    )
    jobs.enqueue(
        JobName.NOTE_HANDOVER,
        {"handover_id": str(made.id)},
        title=Sentence("通知接手部门：%(name)s", name=found.entity_name),
        subject=("owed_handover", made.id),
        for_bureau=receiver.id,
    )
    return made


def answer_handover(handover_id: UUID, accepted: bool, reason: str) -> HandoverAnswer:
    """The word of who was asked: it takes the matter into its own list, or declines with the reason."""
    locks.hold(f"handover {handover_id}")
    asked = queries.handover(handover_id)
    if asked.receiver_id != me():
        raise Forbidden("这项移交不是送给本单位的，只能查看。")
    if queries.answer(asked.id) is not None:
        raise Conflict("这项移交已经答复。")
    said = reason.strip() if accepted else given_reason(reason)
    made = HandoverAnswer(
        id=new_id(),
        tenant_id=me(),
        handover_id=asked.id,
        sender_id=asked.tenant_id,
        accepted=accepted,
        reason=said,
        at=now(),
        by=current_scope().actor_name,
    )
    db.session.add(made)
    if accepted:
        _take(asked)
    db.session.flush()
    _tell_sender(asked, made)
    return made


def _take(asked: Handover) -> None:
    """The matter in the receiver's own list."""
    if queries.known_matters([asked.matter_id]):
        raise Conflict("这个事项本单位已经接手过，不能再次接手。")
    sender = tenants.bureau(asked.tenant_id).name
    db.session.add(
        OwedMatter(
            id=new_id(),
            tenant_id=me(),
            from_id=asked.tenant_id,
            cause=Cause.TAKEN_OVER.value,
            reason=f"{sender}：{asked.reason}",
            since=today(),
            created_at=now(),
            **{name: getattr(asked, name) for name in COPIED},
        )
    )


def _tell_sender(asked: Handover, made: HandoverAnswer) -> None:
    name = tenants.my_bureau().name
    text = Sentence("%(name)s接手%(item)s", name=name, item=asked.item_name)
    if not made.accepted:
        text = Sentence(
            "%(name)s不接手%(item)s：%(reason)s", name=name, item=asked.item_name, reason=made.reason
        )
    shared = sorted({asked.tenant_id, asked.lead_id} - {me()})
    about = [asked.visit_id, asked.owed_id, asked.id]
    trace.step("visit", text, about, link=f"/owed/handovers/{asked.id}", shared_with=shared)
    event = "owed.handover.accept" if made.accepted else "owed.handover.decline"
    audit.record(event, ("owed_handover", asked.id), asked.entity_name, after={"reason": made.reason})
    jobs.enqueue(
        JobName.NOTE_HANDOVER_ANSWER,
        {"handover_id": str(asked.id)},
        title=Sentence("登记接手部门的答复：%(name)s", name=asked.entity_name),
        subject=("owed_handover", asked.id),
        for_bureau=asked.tenant_id,
    )


def note_handover(handover_id: UUID) -> None:
    """Tell the people of who is asked."""
    asked = queries.handover(handover_id)
    if asked.receiver_id != me():
        raise NotFound()
    name = tenants.bureau(asked.tenant_id).short_name
    text = Sentence("%(name)s请本单位接手待补查事项：%(entity)s", name=name, entity=asked.entity_name)
    messages.send_message(text, f"/owed/handovers/{asked.id}", Permission.VISIT_MANAGE)


def note_answer(handover_id: UUID) -> None:
    """Go on at the sender with what was answered: it owes the matter no more, or again. Noted twice it changes nothing."""
    asked = queries.handover(handover_id)
    if asked.tenant_id != me():
        raise NotFound()
    said, found = queries.answer(asked.id), queries.owed(asked.owed_id, lock=True)
    if said is None or found.state != State.OFFERED:
        return
    name = tenants.bureau(asked.receiver_id).short_name
    if said.accepted:
        end(found, State.HANDED_OVER, asked.reason)
        text = Sentence("%(name)s已接手：%(entity)s", name=name, entity=found.entity_name)
    else:
        found.state = State.OPEN.value
        text = Sentence(
            "%(name)s不接手：%(entity)s，%(reason)s", name=name, entity=found.entity_name, reason=said.reason
        )
    db.session.flush()
    messages.send_message(text, f"/owed/{found.id}", Permission.VISIT_MANAGE)


def write_off(
    owed_id: UUID, reason: str, permissions: frozenset[Permission], *, with_rest: bool = False
) -> list[OwedMatter]:
    """The head of the bureau that owes it says, with the reason, that it is not checked any more."""
    if Permission.VISIT_APPROVE not in permissions:
        raise Forbidden("核销待补查事项由本单位负责人决定。")
    why = given_reason(reason)
    found = open_matters(owed_id, with_rest)
    for one in found:
        end(one, State.WRITTEN_OFF, why)
        text = Sentence("核销%(item)s，不再补查：%(reason)s", item=one.item_name, reason=why)
        step(one, text, "matter.write_off", {"reason": why})
    return found
