"""Circulars (通报): the list, one, and writing one (R-S4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Circular
from onedoor.web.orders.blueprint import asked_cause, oversees, pages, readers, supervisors, tabs
from onedoor.web.orders.words import cause_name, links
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.pieces import NextStep
from tenants import queries as tenants
from tenants.models import Bureau

CIRCULARS = ListPage(
    title=_l("通报"),
    key=Circular.id,
    columns=(
        Column(
            "title",
            _l("标题"),
            link=lambda c: url_for("orders.circular", circular_id=c.id),
            sort=Circular.title,
            wide=True,
        ),
        Column("number", _l("文号"), kind="code", sort=Circular.serial),
        Column(
            "sender",
            _l("发文单位"),
            value=lambda c: tenants.bureau(c.tenant_id).short_name,
            sort=Bureau.short_name,
        ),
        Column("receivers", _l("发给"), value=lambda c: _("%(count)s 个单位", count=len(c.receiver_ids))),
        Column("published", _l("公开"), value=lambda c: _("已公开") if c.published else _("不公开")),
        Column("sent_at", _l("发出时间"), kind="time", sort=Circular.sent_at),
    ),
    search=(Circular.title, Circular.number, Bureau.short_name),
    search_label=_l("标题、文号或单位"),
    filters=(
        Filter(
            "published",
            _l("公开"),
            (("yes", _l("已公开")), ("no", _l("不公开"))),
            apply=lambda query, value: query.where(Circular.published.is_(value == "yes")),
        ),
    ),
    order="-sent_at",
    empty=_l("执法监督机关发出的通报会列在这里。"),
)


@pages.get("/circulars")
@readers
def circulars() -> Any:
    """Circulars sent or received."""
    step = NextStep(_l("新建通报"), url_for("orders.circular_new")) if oversees() else None
    return CIRCULARS.respond(
        db.session(), queries.orders.circulars(), "orders/orders.html", tabs=tabs(2), next=step
    )


@pages.route("/circulars/new", methods=["GET", "POST"])
@supervisors
def circular_new() -> Any:
    """Write a circular; from a cell of the overview it carries the records behind it."""
    cause, form = asked_cause(), forms.empty()
    if request.method == "POST":
        form = forms.read(schemas.CircularSchema())
        if form.ok:
            with form.submission():
                made = service.send_circular(**form.data, cause=cause)
                flash(_("%(number)s 已发出。", number=made.number), "good")
                return redirect(url_for("orders.circular", circular_id=made.id), 303)
    return page(
        "orders/circular_new.html",
        form.status,
        form=form,
        cause=cause,
        cause_name=cause_name(cause),
        bureaus=[(one.id, one.name) for one in queries.causes.supervised_others()],
    )


@pages.get("/circulars/<uuid:circular_id>")
@readers
def circular(circular_id: UUID) -> Any:
    """One circular."""
    found = queries.orders.circular(circular_id)
    mine = found.tenant_id == current_user.tenant_id
    return page(
        "orders/circular.html",
        circular=found,
        mine=mine,
        sender=tenants.bureau(found.tenant_id),
        receivers=[tenants.bureau(one).name for one in found.receiver_ids],
        cause=cause_name(found.cause),
        records=links(found.records, own=False) if mine else [],
        steps=trace.of(found.id),
    )
