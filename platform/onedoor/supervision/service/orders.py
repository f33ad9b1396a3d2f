"""Reminders and orders (督办): sent with the records they are about, answered, prolonged, ended by what was seen (R-S4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities import service as entity_service
from onedoor.kernel import audit, locks, trace
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.messages.models import Message
from onedoor.supervision import queries
from onedoor.supervision.models import Order, OrderAnswer, OrderPaper
from onedoor.supervision.queries.causes import Cause
from onedoor.supervision.rules import MOST_RECORDS, OrderKind, OrderState
from onedoor.supervision.service.numbers import next_number
from tenants.rules import Permission

SentFile = tuple[str | None, bytes]


def send_order(
    receiver_id: UUID,
    kind: str,
    title: str,
    demand: str,
    due_on: date | None,
    cause: Cause | None = None,
) -> Order:
    """Remind a supervised bureau, or order it to put something right by a day; with the records behind `cause`."""
    bureau = queries.causes.supervised(receiver_id)
    if kind == OrderKind.ORDER and due_on is None:
        raise ClerkError("督办须写明答复期限。", fields={"due_on": ["请填写答复期限。"]})
    if due_on is not None and due_on <= today():
        raise ClerkError("答复期限应在今天以后。", fields={"due_on": ["请填写今天以后的日期。"]})
    records = queries.causes.behind(cause, bureau, MOST_RECORDS) if cause else []
    if cause and not records:
        raise ClerkError("这项数据下现在没有记录，可能已经整改，不必督办。")
    order = _made(bureau.id, kind, title, demand, due_on, cause, [one.kept() for one in records])
    _leave(
        order,
        "send",
        Sentence("%(number)s：%(title)s", number=order.number, title=order.title),
        {"due_on": str(due_on) if due_on else None, "records": len(records), "receiver": bureau.name},
    )
    return order


def order_about(
    receiver_id: UUID, title: Sentence, demand: str, due_on: date, record: dict[str, str]
) -> Order:
    """An order about one thing that is no cell of the overview: what a joint inspection found."""
    queries.causes.supervised(receiver_id)
    _require_later(due_on)
    order = _made(receiver_id, OrderKind.ORDER.value, str(title), demand, due_on, None, [record])
    _leave(
        order,
        "send",
        Sentence("%(number)s：%(title)s", number=order.number, title=order.title),
        {"due_on": str(due_on), "record": record["id"]},
    )
    return order


def answer_order(order_id: UUID, text: str, sent: Iterable[SentFile] = ()) -> OrderAnswer:
    """Answer as its receiver, with papers (pictures and PDF files); once, and again where it was asked again."""
    scope = current_scope()
    order = _held(order_id)
    if order.receiver_id != scope.tenant_id:
        raise Forbidden("这份督办不是发给本单位的，不能答复。")
    if queries.orders.state(order) is not OrderState.SENT:
        raise Conflict("%(number)s 已经答复或办结，请刷新页面查看。", number=order.number)
    papers = entity_service.read_evidence(sent)
    answer = OrderAnswer(
        id=new_id(),
        tenant_id=scope.tenant_id,
        order_id=order.id,
        supervisor_id=order.tenant_id,
        text=text.strip(),
        answered_at=now(),
        answerer_name=scope.actor_name,
    )
    db.session.add(answer)
    db.session.flush()
    for one in papers:
        db.session.add(
            OrderPaper(
                id=new_id(),
                tenant_id=scope.tenant_id,
                answer_id=answer.id,
                name=one.name,
                media_type=one.media_type,
                size=len(one.content),
                digest=hashlib.sha256(one.content).hexdigest(),
                content=one.content,
            )
        )
    db.session.flush()
    db.session.expire(order, ["answers"])
    _leave(order, "answer", Sentence("答复%(number)s", number=order.number), {"papers": len(papers)})
    return answer


def ask_again(order_id: UUID, reason: str, due_on: date) -> Order:
    """The answer does not suffice: say why, and until when."""
    order = _mine(order_id, OrderState.ANSWERED)
    _require_later(due_on)
    order.asked_again_at, order.asked_again_reason, order.due_on = now(), reason.strip(), due_on
    db.session.flush()
    _leave(
        order,
        "ask_again",
        Sentence("%(number)s须重新答复：%(reason)s", number=order.number, reason=reason.strip()),
        {"due_on": str(due_on)},
    )
    return order


def extend_order(order_id: UUID, reason: str, due_on: date) -> Order:
    """Give more time for the answer, with the reason."""
    order = _mine(order_id, OrderState.SENT)
    if order.due_on is None or due_on <= order.due_on:
        raise ClerkError("延期后的期限应晚于原来的期限。", fields={"due_on": ["请填写更晚的日期。"]})
    _require_later(due_on)
    before, order.due_on = order.due_on, due_on
    db.session.flush()
    _leave(
        order,
        "extend",
        Sentence(
            "%(number)s延期至%(day)s：%(reason)s",
            number=order.number,
            day=due_on.isoformat(),
            reason=reason.strip(),
        ),
        {"due_on": str(due_on), "before": str(before), "reason": reason.strip()},
    )
    return order


def end_order(order_id: UUID, note: str) -> Order:
    """End it with what was seen: an order after its answer, a reminder at any time."""
    order = _mine(order_id)
    if order.kind == OrderKind.ORDER and queries.orders.state(order) is OrderState.SENT:
        raise Conflict("%(number)s 还没有答复，不能办结；可以延期或等待答复。", number=order.number)
    order.ended_at, order.ended_by = now(), current_scope().actor_name
    order.ended_note = note.strip()
    db.session.flush()
    _leave(
        order,
        "end",
        Sentence("%(number)s办结：%(note)s", number=order.number, note=note.strip()),
        {"note": note.strip()},
    )
    return order


def tell_overdue() -> int:
    """Tell the current bureau's people of orders to it that came or became overdue, each once; returns how many."""
    told = 0
    for order in db.session.scalars(
        queries.orders.in_state(queries.orders.orders_received(), OrderState.SENT.value)
    ):
        texts = [Sentence("收到%(number)s：%(title)s", number=order.number, title=order.title)]
        if queries.orders.is_overdue(order):
            texts.append(Sentence("%(number)s超过期限还没有答复", number=order.number))
        for text in texts:
            told += _tell_once(f"/orders/{order.id}", text)
    return told


def _made(
    receiver_id: UUID,
    kind: str,
    title: str,
    demand: str,
    due_on: date | None,
    cause: Cause | None,
    records: list[dict[str, str]],
) -> Order:
    scope = current_scope()
    order = Order(
        id=new_id(),
        tenant_id=scope.tenant_id,
        receiver_id=receiver_id,
        kind=OrderKind(kind).value,
        **next_number(Order, "督"),
        title=title.strip(),
        demand=demand.strip(),
        cause=asdict(cause) if cause else None,
        records=records,
        due_on=due_on,
        sent_at=now(),
        sender_name=scope.actor_name,
    )
    db.session.add(order)
    db.session.flush()
    return order


def _tell_once(link: str, text: Sentence) -> int:
    known = sa.select(Message.id).where(Message.link == link, Message.text == str(text)).limit(1)
    if db.session.scalar(known) is not None:
        return 0
    for permission in (Permission.FILING_SEND, Permission.PLAN_APPROVE):
        messages.send_message(text, link, permission)
    return 1


def _held(order_id: UUID) -> Order:
    """The order, with whoever acts on it at the same moment kept waiting."""
    order = queries.orders.order(order_id)
    locks.hold(f"oversight order {order.id}")
    db.session.refresh(order)
    return order


def _mine(order_id: UUID, wanted: OrderState | None = None) -> Order:
    order = _held(order_id)
    if order.tenant_id != current_scope().tenant_id:
        raise Forbidden("这份督办不是本单位发出的。")
    state = queries.orders.state(order)
    if state is OrderState.ENDED or (wanted is not None and state is not wanted):
        raise Conflict("%(number)s 的状态刚才有了变化，请刷新页面再办理。", number=order.number)
    return order


def _require_later(due_on: date) -> None:
    if due_on <= today():
        raise ClerkError("答复期限应在今天以后。", fields={"due_on": ["请填写今天以后的日期。"]})


def _leave(order: Order, act: str, text: Sentence, after: dict[str, object]) -> None:
    """Trace on the order and on each record it concerns, and the audit record."""
    other = order.receiver_id if current_scope().tenant_id == order.tenant_id else order.tenant_id
    about = [order.id, *(UUID(one["id"]) for one in order.records)]
    trace.step("oversight", text, about, shared_with=[other], link=f"/orders/{order.id}")
    audit.record(f"supervision.order.{act}", ("order", order.id), order.title, after=after)
