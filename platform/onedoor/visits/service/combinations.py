"""Going to the same object together: one bureau asks, the other comes along with one action (R-J4)."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit, jobs, locks
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.jobs import JobName
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.messages import service as messages
from onedoor.visits import queries
from onedoor.visits.models import ApartNotice, Combination, CombinationAnswer, Visit
from onedoor.visits.service.approval import reschedule
from onedoor.visits.service.audit_trail import led_visit, own_bureau, record_step
from tenants import queries as tenants
from tenants.rules import Permission

PAGE = "/visits/combinations"


def ask_to_combine(visit_id: UUID, receiver_id: UUID) -> Combination:
    """Ask a bureau that would visit the same object apart to come on the day of this visit. Asked again it is the same.

    Raises `Conflict` where that bureau has no such visit, or none that may be told of.
    """
    visit = led_visit(visit_id)
    there = [one for one, _ in queries.asked_of(visit.id) if one.receiver_id == receiver_id]
    if there:
        return there[0]
    if not any(one.bureau_id == receiver_id for one in queries.visits_apart(visit.id)):
        raise Conflict("对方近期没有对这个对象另行上门的检查，或者已经合并。")
    made = Combination(
        id=new_id(),
        tenant_id=own_bureau(),
        visit_id=visit.id,
        receiver_id=receiver_id,
        visit_number=visit.number,
        entity_id=visit.entity_id,
        entity_code=visit.entity_code,
        entity_name=visit.entity_name,
        entity_address=visit.entity_address,
        day=visit.scheduled_on,
        matters=[one.name for one in queries.matters(visit.id)],
        asked_at=now(),
        asked_by=current_scope().actor_name,
    )
    db.session.add(made)
    name = tenants.bureau(receiver_id).name
    text = Sentence("请%(name)s在%(day)s一并上门", name=name, day=made.day)
    record_step(visit, "visit", text, "combination.ask", {"receiver": name, "day": str(made.day)})
    db.session.flush()
    _tell(made, receiver_id, Sentence("通知对方合并上门：%(name)s", name=made.entity_name))
    return made


def answer_combination(combination_id: UUID, accepted: bool, reason: str) -> CombinationAnswer:
    """Come along with the own visit, which moves to the asker's day; or decline with the reason."""
    locks.hold(f"combination {combination_id}")
    asked = queries.combination(combination_id)
    if asked.receiver_id != own_bureau():
        raise Forbidden("这项请求不是送给本单位的，只能查看。")
    if queries.combination_answer(asked.id) is not None:
        raise Conflict("这项请求已经答复。")
    if not accepted and not reason.strip():
        raise ClerkError("请写明理由。", fields={"reason": [N_("请写明理由。")]})
    visit = _moved(asked) if accepted else None
    made = CombinationAnswer(
        id=new_id(),
        tenant_id=own_bureau(),
        combination_id=asked.id,
        asker_id=asked.tenant_id,
        accepted=accepted,
        reason=reason.strip(),
        visit_id=visit.id if visit else None,
        at=now(),
        by=current_scope().actor_name,
    )
    db.session.add(made)
    db.session.flush()
    asker = tenants.bureau(asked.tenant_id).name
    if visit is not None:
        text = Sentence("与%(name)s合并上门，日期%(day)s", name=asker, day=asked.day)
        record_step(visit, "visit", text, "combination.accept", {"with": asked.visit_number})
    else:
        subject, after = ("visit_combination", asked.id), {"reason": made.reason}
        audit.record("visits.combination.decline", subject, asked.entity_name, after=after)
    _tell(asked, asked.tenant_id, Sentence("登记合并上门的答复：%(name)s", name=asked.entity_name))
    return made


def _moved(asked: Combination) -> Visit:
    """The own visit, on the day on which the other bureau goes."""
    if asked.day < today():
        raise Conflict("对方的检查日期 %(day)s 已经过去，不能再合并。", day=asked.day)
    visit = queries.own_visit_for(asked)
    if visit is None:
        raise Conflict("本单位对这个对象的检查已经开始、取消，或改为不事先通知，不能再合并。")
    if visit.scheduled_on != asked.day:
        name = tenants.bureau(asked.tenant_id).name
        reschedule(visit.id, asked.day, Sentence("与%(name)s合并上门", name=name))
    return visit


def note_combination(combination_id: UUID) -> None:
    """Tell the people of this bureau what the other asked, answered or moved."""
    asked = queries.combination(combination_id)
    said, me = queries.combination_answer(asked.id), own_bureau()
    if me not in (asked.tenant_id, asked.receiver_id):
        raise NotFound()
    other = asked.receiver_id if me == asked.tenant_id else asked.tenant_id
    told = {"name": tenants.bureau(other).short_name, "entity": asked.entity_name, "day": asked.day}
    if said is None:
        text = Sentence("%(name)s请本单位在%(day)s一并到“%(entity)s”检查", **told)
    elif not said.accepted:
        text = Sentence("%(name)s不合并对“%(entity)s”的检查：%(reason)s", **told, reason=said.reason)
    else:
        text = _agreed(asked.visit_id if me == asked.tenant_id else said.visit_id, other, told)
    messages.send_message(text, f"{PAGE}/{asked.id}", Permission.VISIT_MANAGE)


def _agreed(visit_id: UUID | None, other: UUID, told: dict[str, object]) -> Sentence:
    """How the other's visit stands by now."""
    there = [one for one in queries.combined_visits(visit_id) if one.bureau_id == other] if visit_id else []
    if there and there[0].cancelled:
        return Sentence("%(name)s取消了合并上门的检查：“%(entity)s”", **told)
    day = there[0].day if there else told["day"]
    return Sentence("与%(name)s合并上门：“%(entity)s”，对方的日期是%(day)s", **{**told, "day": day})


def tell_of_apart() -> int:
    """The daily watch: tell this bureau's people once of each object that another bureau would soon visit too."""
    fresh = []
    for one in queries.visits_apart():
        row = {
            "id": new_id(),
            "tenant_id": own_bureau(),
            "visit_id": one.visit.id,
            "bureau_id": one.bureau_id,
            "told_on": today(),
        }
        made = insert(ApartNotice).values(row).on_conflict_do_nothing().returning(ApartNotice.id)
        if db.session.scalar(made) is not None:
            fresh.append(one)
    if fresh:
        first = fresh[0]
        told = {"count": len(fresh), "name": first.bureau, "entity": first.visit.entity_name}
        text = Sentence(
            "%(count)s 次检查的对象近期还有其他部门要上门，如“%(entity)s”（%(name)s），可以合并", **told
        )
        messages.send_message(text, PAGE, Permission.VISIT_MANAGE)
    return len(fresh)


def _tell(asked: Combination, bureau_id: UUID, title: Sentence) -> None:
    jobs.enqueue(
        JobName.NOTE_COMBINATION,
        {"combination_id": str(asked.id)},
        title=title,
        subject=("visit_combination", asked.id),
        for_bureau=bureau_id,
    )
