"""Orders and circulars: those one sent, those one received (R-S4)."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.supervision import rules
from onedoor.supervision.models import Circular, Order, OrderAnswer, OrderPaper
from onedoor.supervision.rules import OrderState
from tenants.models import Bureau

_LAST = (
    sa.select(sa.func.max(OrderAnswer.answered_at))
    .where(OrderAnswer.order_id == Order.id)
    .correlate(Order)
    .scalar_subquery()
)


def order(order_id: UUID) -> Order:
    """An order that this bureau sent or received."""
    found = db.session.get(Order, order_id)
    if found is None:
        raise NotFound("没有找到这份督办，它可能不是发给本单位的。")
    return found


def state(given: Order) -> OrderState:
    """Sent, answered or ended."""
    last = given.answers[-1].answered_at if given.answers else None
    return rules.state_of(last, given.asked_again_at, given.ended_at)


def is_overdue(given: Order) -> bool:
    """Whether its answer is out after its last day."""
    return rules.is_overdue(state(given), given.due_on, today())


def orders_sent() -> sa.Select[Order]:
    """The current bureau's orders to others, for a list."""
    return (
        sa.select(Order)
        .join(Bureau, Bureau.id == Order.receiver_id)
        .where(Order.tenant_id == current_scope().tenant_id)
    )


def orders_received() -> sa.Select[Order]:
    """Orders to the current bureau, for a list."""
    return (
        sa.select(Order)
        .join(Bureau, Bureau.id == Order.tenant_id)
        .where(Order.receiver_id == current_scope().tenant_id)
    )


def in_state(query: sa.Select[Order], wanted: str) -> sa.Select[Order]:
    """Narrow to a state, or to what is overdue; the same conditions as `rules.state_of`."""
    answered = sa.and_(
        _LAST.is_not(None), sa.or_(Order.asked_again_at.is_(None), Order.asked_again_at < _LAST)
    )
    open_ = Order.ended_at.is_(None)
    conditions = {
        OrderState.SENT.value: sa.and_(open_, sa.not_(answered)),
        OrderState.ANSWERED.value: sa.and_(open_, answered),
        OrderState.ENDED.value: Order.ended_at.is_not(None),
        "overdue": sa.and_(open_, sa.not_(answered), Order.due_on < today()),
    }
    return query.where(conditions[wanted])


def paper(order_id: UUID, paper_id: UUID) -> OrderPaper:
    """A file of an answer to an order that this bureau sent or received."""
    found = db.session.get(OrderPaper, paper_id)
    if found is None or found.answer_id not in {one.id for one in order(order_id).answers}:
        raise NotFound("没有找到这个文件。")
    return found


def circular(circular_id: UUID) -> Circular:
    """A circular that this bureau sent or received."""
    found = db.session.get(Circular, circular_id)
    if found is None:
        raise NotFound("没有找到这份通报，它可能不是发给本单位的。")
    return found


def circulars() -> sa.Select[Circular]:
    """Circulars that the current bureau sent or received, for a list."""
    return sa.select(Circular).join(Bureau, Bureau.id == Circular.tenant_id)


def to_judge() -> int:
    """How many answers to its orders the current bureau has not looked at."""
    query = in_state(orders_sent(), OrderState.ANSWERED.value)
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
