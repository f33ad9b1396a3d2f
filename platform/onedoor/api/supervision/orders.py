"""Reminders, orders and circulars over the interface: sent, answered, prolonged, ended (R-S4)."""

from __future__ import annotations

from typing import Any

from flask_smorest.fields import Upload
from marshmallow import Schema, fields

from onedoor.api.blueprints import UPLOADS, looked_up, room
from onedoor.api.lists.paging import PageArgs, page_of
from onedoor.api.supervision.shapes import (
    CauseIn,
    CircularOut,
    CircularPage,
    OrderArgs,
    OversightOrderOut,
    OversightOrderPage,
)
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_file
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Circular, Order
from onedoor.supervision.queries.causes import Cause
from tenants.rules import Permission

blp = room("orders", "提醒、督办和通报：发出、答复、延期、办结")
READERS = (Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)


class NewOrderIn(schemas.OrderSchema):
    """A reminder or an order, with the records of a cell of the overview."""

    cause = fields.Nested(CauseIn, load_default=None, allow_none=True)


class NewCircularIn(schemas.CircularSchema):
    """A circular, with the records of a cell of the overview."""

    cause = fields.Nested(CauseIn, load_default=None, allow_none=True)


class OrderPaperIn(Schema):
    """One file of an answer."""

    file = Upload(required=True)


@blp.route("/")
@allow(*READERS)
@blp.arguments(OrderArgs, location="query")
@blp.response(200, OversightOrderPage)
def orders(args: dict[str, Any]) -> dict[str, Any]:
    """本单位收到的（received）或者发出的（sent）提醒和督办，最近的在前"""
    query = queries.orders.orders_sent() if args["of"] == "sent" else queries.orders.orders_received()
    if args["state"]:
        query = queries.orders.in_state(query, args["state"])
    found = page_of(query, Order.id, args)
    return {**found, "items": [order_told(one) for one in found["items"]]}


@blp.route("/", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@blp.arguments(NewOrderIn)
@blp.response(201, OversightOrderOut)
def send_order(given: dict[str, Any]) -> dict[str, Any]:
    """向监督范围内的单位发出提醒或者督办；写明 cause 的，附上那里的全部记录"""
    return order_told(service.send_order(**{**given, "cause": _cause(given["cause"])}))


@blp.route("/<uuid:order_id>")
@allow(*READERS)
@looked_up("order", queries.orders.order)
@blp.response(200, OversightOrderOut)
def one_order(order: Order) -> dict[str, Any]:
    """一份提醒或者督办：所附记录、答复和办结情况"""
    return order_told(order)


@blp.route("/<uuid:order_id>/answer", methods=["POST"])
@allow(Permission.FILING_SEND, Permission.PLAN_APPROVE)
@looked_up("order", queries.orders.order)
@blp.arguments(schemas.OrderAnswerSchema)
@blp.response(200, OversightOrderOut)
def answer_order(given: dict[str, Any], order: Order) -> dict[str, Any]:
    """答复收到的督办"""
    service.answer_order(order.id, given["text"])
    return order_told(order)


@blp.route("/<uuid:order_id>/answer-file", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_file
@allow(Permission.FILING_SEND, Permission.PLAN_APPROVE)
@looked_up("order", queries.orders.order)
@blp.arguments(schemas.OrderAnswerSchema, location="form")
@blp.arguments(OrderPaperIn, location="files")
@blp.response(200, OversightOrderOut)
def answer_order_with_file(given: dict[str, Any], sent: dict[str, Any], order: Order) -> dict[str, Any]:
    """答复收到的督办，连同一个文件（multipart/form-data）"""
    file = sent["file"]
    service.answer_order(order.id, given["text"], [(file.filename, file.read())])
    return order_told(order)


@blp.route("/<uuid:order_id>/extension", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@looked_up("order", queries.orders.order)
@blp.arguments(schemas.OrderTermSchema)
@blp.response(200, OversightOrderOut)
def extend_order(given: dict[str, Any], order: Order) -> dict[str, Any]:
    """延长答复期限，写明理由"""
    return order_told(service.extend_order(order.id, **given))


@blp.route("/<uuid:order_id>/again", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@looked_up("order", queries.orders.order)
@blp.arguments(schemas.OrderTermSchema)
@blp.response(200, OversightOrderOut)
def ask_again(given: dict[str, Any], order: Order) -> dict[str, Any]:
    """答复不够的，要求重新答复"""
    return order_told(service.ask_again(order.id, **given))


@blp.route("/<uuid:order_id>/end", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@looked_up("order", queries.orders.order)
@blp.arguments(schemas.OrderEndSchema)
@blp.response(200, OversightOrderOut)
def end_order(given: dict[str, Any], order: Order) -> dict[str, Any]:
    """办结，写明看到了什么"""
    return order_told(service.end_order(order.id, given["note"]))


@blp.route("/circulars")
@allow(*READERS)
@blp.arguments(PageArgs, location="query")
@blp.response(200, CircularPage)
def circulars(args: dict[str, Any]) -> dict[str, Any]:
    """本单位发出的和收到的通报，最近的在前"""
    return page_of(queries.orders.circulars(), Circular.id, args)


@blp.route("/circulars", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@blp.arguments(NewCircularIn)
@blp.response(201, CircularOut)
def send_circular(given: dict[str, Any]) -> Circular:
    """向监督范围内的单位发出通报；published 的，同时向社会公开"""
    return service.send_circular(**{**given, "cause": _cause(given["cause"])})


@blp.route("/circulars/<uuid:circular_id>")
@allow(*READERS)
@looked_up("circular", queries.orders.circular)
@blp.response(200, CircularOut)
def one_circular(circular: Circular) -> Circular:
    """一份通报"""
    return circular


def _cause(given: dict[str, Any] | None) -> Cause | None:
    return queries.causes.cause_of(**given) if given else None


def order_told(order: Order) -> dict[str, Any]:
    """As the interface tells it, with where it stands."""
    columns = {name: getattr(order, name) for name in OversightOrderOut().fields if hasattr(order, name)}
    return {
        **columns,
        "state": queries.orders.state(order).value,
        "overdue": queries.orders.is_overdue(order),
    }
