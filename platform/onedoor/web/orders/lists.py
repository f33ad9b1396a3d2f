"""Lists of orders: those sent, with where each stands, and those received."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.kernel.db import db
from onedoor.supervision import queries
from onedoor.supervision.models import Order
from onedoor.supervision.rules import OrderState
from onedoor.web.orders.blueprint import oversees, pages, supervisors, tabs
from onedoor.web.orders.words import ORDER_FILTERS, ORDER_KINDS, ORDER_STATES
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep, label_of
from onedoor.web.supervision import labels
from tenants import queries as tenants
from tenants.models import Bureau
from tenants.rules import Permission

_COLUMNS = (
    Column("title", _l("标题"), link=lambda o: url_for("orders.order", order_id=o.id), wide=True),
    Column("number", _l("文号"), kind="code", sort=Order.serial),
    Column("kind", _l("类别"), value=lambda o: label_of(o.kind, ORDER_KINDS).text),
)
_STANDING = (
    Column(
        "state",
        _l("状态"),
        cell=lambda o: ui.status(queries.orders.state(o), ORDER_STATES),
        export=lambda o: str(label_of(queries.orders.state(o), ORDER_STATES)),
    ),
    Column(
        "due_on",
        _l("答复期限"),
        cell=lambda o: labels.deadline(o.due_on, queries.orders.state(o) is not OrderState.SENT),
        export=lambda o: o.due_on,
        kind="date",
        sort=Order.due_on,
    ),
    Column("records", _l("所附记录"), value=lambda o: len(o.records), kind="number"),
    Column("sent_at", _l("发出时间"), kind="time", sort=Order.sent_at),
)
_FILTERS = (
    Filter("state", _l("状态"), as_choices(ORDER_FILTERS), apply=queries.orders.in_state),
    Filter("kind", _l("类别"), as_choices(ORDER_KINDS), column=Order.kind),
)
SENT = ListPage(
    title=_l("发出的督办"),
    key=Order.id,
    columns=(
        *_COLUMNS,
        Column(
            "receiver",
            _l("单位"),
            value=lambda o: tenants.bureau(o.receiver_id).short_name,
            sort=Bureau.short_name,
        ),
        *_STANDING,
    ),
    search=(Order.title, Order.number, Bureau.name, Bureau.short_name),
    search_label=_l("标题、文号或单位"),
    filters=(
        *_FILTERS,
        Filter(
            "bureau",
            _l("单位"),
            lambda: [(b.id, b.short_name) for b in queries.causes.supervised_others()],
            column=Order.receiver_id,
        ),
    ),
    order="-sent_at",
    empty=_l("在总览里点开一个数字，可以就那里的记录发出提醒或督办；也可以在这里直接新建。"),
)
RECEIVED = ListPage(
    title=_l("收到的督办"),
    key=Order.id,
    columns=(
        *_COLUMNS,
        Column(
            "sender",
            _l("监督机关"),
            value=lambda o: tenants.bureau(o.tenant_id).short_name,
            sort=Bureau.short_name,
        ),
        *_STANDING,
    ),
    search=(Order.title, Order.number),
    search_label=_l("标题或文号"),
    filters=_FILTERS,
    order="-sent_at",
    empty=_l("执法监督机关发来的提醒和督办会列在这里。"),
)


@pages.get("/", endpoint="received")
@allow(Permission.BUREAU_READ)
def received() -> Any:
    """Orders to this bureau."""
    return RECEIVED.respond(
        db.session(), queries.orders.orders_received(), "orders/orders.html", tabs=tabs(1)
    )


@pages.get("/sent", endpoint="sent")
@supervisors
def sent() -> Any:
    """Orders of this bureau to those it supervises."""
    return SENT.respond(
        db.session(),
        queries.orders.orders_sent(),
        "orders/orders.html",
        tabs=tabs(0),
        next=NextStep(_l("新建督办"), url_for("orders.order_new")) if oversees() else None,
    )
