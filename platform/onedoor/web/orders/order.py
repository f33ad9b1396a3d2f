"""One order: made from a cell of the overview, answered by its bureau, prolonged, asked again, ended (R-S4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema

from onedoor.edge.identity import current_user
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.kernel import trace
from onedoor.kernel.errors import NotFound
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Order
from onedoor.supervision.rules import OrderKind, OrderState
from onedoor.web.orders.blueprint import (
    answerers,
    answers,
    asked_cause,
    oversees,
    pages,
    readers,
    supervisors,
)
from onedoor.web.orders.words import ORDER_KINDS, ORDER_STATES, cause_name, links
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants


@pages.route("/new", methods=["GET", "POST"])
@supervisors
def order_new() -> Any:
    """Write a reminder or an order; from a cell of the overview it carries the records behind it."""
    cause = asked_cause()
    form = forms.empty(kind=OrderKind.ORDER.value, receiver_id=_asked_bureau())
    if request.method == "POST":
        form = forms.read(schemas.OrderSchema())
        if form.ok:
            with form.submission():
                made = service.send_order(**form.data, cause=cause)
                flash(_("%(number)s 已发出，对方会在工作台看到。", number=made.number), "good")
                return redirect(url_for("orders.order", order_id=made.id), 303)
    return page(
        "orders/new.html",
        form.status,
        form=form,
        cause=cause,
        cause_name=cause_name(cause),
        kinds=[(kind.value, name) for kind, name in ORDER_KINDS.items()],
        bureaus=[(one.id, one.name) for one in queries.causes.supervised_others()],
    )


@pages.get("/<uuid:order_id>", endpoint="order")
@readers
def show(order_id: UUID) -> Any:
    """One order with its records, answers and way."""
    return _page(queries.orders.order(order_id), forms.empty())


@pages.get("/<uuid:order_id>/papers/<uuid:paper_id>")
@readers
def order_paper(order_id: UUID, paper_id: UUID) -> Any:
    """A file of an answer."""
    found = queries.orders.paper(order_id, paper_id)
    return exports.download(found.content, found.name, found.media_type)


@pages.post("/<uuid:order_id>/answer")
@takes_a_file
@answerers
def order_answer(order_id: UUID) -> Any:
    """Answer, with papers."""

    def act(data: dict[str, Any]) -> None:
        sent = [(one.filename, one.read()) for one in request.files.getlist("files")]
        service.answer_order(order_id, data["text"], sent)

    return _act(order_id, schemas.OrderAnswerSchema(), act, _("已答复，监督机关会看到。"))


@pages.post("/<uuid:order_id>/extend")
@supervisors
def order_extend(order_id: UUID) -> Any:
    """More time."""
    return _act(
        order_id,
        schemas.OrderTermSchema(),
        lambda data: service.extend_order(order_id, **data),
        _("已延期。"),
    )


@pages.post("/<uuid:order_id>/again")
@supervisors
def order_again(order_id: UUID) -> Any:
    """The answer does not suffice."""
    return _act(
        order_id,
        schemas.OrderTermSchema(),
        lambda data: service.ask_again(order_id, **data),
        _("已要求重新答复。"),
    )


@pages.post("/<uuid:order_id>/end")
@supervisors
def order_end(order_id: UUID) -> Any:
    """It is done, by what was seen."""
    return _act(
        order_id,
        schemas.OrderEndSchema(),
        lambda data: service.end_order(order_id, data["note"]),
        _("已办结。"),
    )


def _act(order_id: UUID, schema: Schema, act: Callable[[dict[str, Any]], Any], done: str) -> Any:
    """Load, act, back to the order; what is refused stays in the form with the reason."""
    found, form = queries.orders.order(order_id), forms.read(schema)
    if form.ok:
        with form.submission():
            act(form.data)
            flash(done, "good")
            return redirect(url_for("orders.order", order_id=order_id), 303)
    return _page(found, form)


def _page(found: Order, form: Form) -> Any:
    state = queries.orders.state(found)
    mine = found.tenant_id == current_user.tenant_id
    return page(
        "orders/order.html",
        form.status,
        order=found,
        form=form,
        state=state,
        states=ORDER_STATES,
        kind=ORDER_KINDS[OrderKind(found.kind)],
        overdue=queries.orders.is_overdue(found),
        cause=cause_name(found.cause),
        records=links(found.records, own=not mine),
        sender=tenants.bureau(found.tenant_id),
        receiver=tenants.bureau(found.receiver_id),
        may_answer=not mine and answers() and state is OrderState.SENT,
        may_act=mine and oversees() and state is not OrderState.ENDED,
        mine=mine,
        steps=trace.of(found.id),
    )


def _asked_bureau() -> str:
    """The bureau that the address names by its code, as the form's choice."""
    code = request.args.get("bureau", "")
    try:
        return str(next(one.id for one in queries.causes.supervised_others() if one.code == code))
    except (StopIteration, NotFound):
        return ""
