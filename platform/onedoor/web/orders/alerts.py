"""Alerts by the supervisor's rules: what stands and what was mended, the rules, one alert (R-S4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.supervision import queries, schemas, service
from onedoor.supervision.models import Alert
from onedoor.supervision.rules import Audience
from onedoor.web.orders.blueprint import oversees, pages, readers, supervisors, tabs
from onedoor.web.orders.words import ALERT_STATES, AUDIENCES, alert_state, cell_name, cells, links
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import NextStep
from tenants import queries as tenants
from tenants.rules import Permission


def _listing(title: Any, received: bool) -> ListPage:
    bureau = (
        Column("sender", _l("监督机关"), value=lambda a: tenants.bureau(a.tenant_id).short_name)
        if received
        else Column("bureau_name", _l("单位"), sort=Alert.bureau_name)
    )
    return ListPage(
        title=title,
        key=Alert.id,
        columns=(
            Column(
                "name",
                _l("记录"),
                link=lambda a: url_for("orders.alert", alert_id=a.id),
                sort=Alert.name,
                wide=True,
            ),
            Column("cell", _l("事由"), value=lambda a: cell_name(f"{a.kind}.{a.state}")),
            bureau,
            Column(
                "state",
                _l("状态"),
                cell=lambda a: ui.status(alert_state(a), ALERT_STATES),
                export=lambda a: str(ALERT_STATES[alert_state(a)]),
            ),
            Column("raised_at", _l("预警时间"), kind="time", sort=Alert.raised_at),
            Column("ended_at", _l("解除时间"), kind="time", sort=Alert.ended_at),
        ),
        search=(Alert.name, Alert.bureau_name),
        search_label=_l("记录或单位"),
        filters=(
            Filter(
                "state",
                _l("状态"),
                as_choices(ALERT_STATES),
                apply=lambda query, value: query.where(
                    Alert.ended_at.is_(None) if value == "standing" else Alert.ended_at.is_not(None)
                ),
            ),
        ),
        order="-raised_at",
        empty=_l("系统按预警规则定时核对，有情况时会列在这里；整改后自动解除。"),
    )


MADE, RECEIVED = _listing(_l("预警"), received=False), _listing(_l("收到的预警"), received=True)


@pages.get("/alerts", endpoint="alerts")
@readers
def alerts() -> Any:
    """Alerts of this bureau's rules; of a bureau that supervises nobody, those it is told."""
    if oversees():
        step = NextStep(_l("预警规则"), url_for("orders.alert_rules"))
        return MADE.respond(
            db.session(), queries.alert_rules.made(), "orders/orders.html", tabs=tabs(5), next=step
        )
    return _received(5)


@pages.get("/alerts/received", endpoint="alerts_received")
@allow(Permission.BUREAU_READ)
def alerts_received() -> Any:
    """Alerts that supervisors' rules tell this bureau."""
    return _received(5)


def _received(tab: int) -> Any:
    return RECEIVED.respond(
        db.session(), queries.alert_rules.received(), "orders/orders.html", tabs=tabs(tab), next=None
    )


@pages.get("/alerts/<uuid:alert_id>", endpoint="alert")
@readers
def alert(alert_id: UUID) -> Any:
    """One alert with its record; an order can be made of its cell."""
    found = queries.alert_rules.alert(alert_id)
    mine = found.tenant_id == current_user.tenant_id
    record = {"kind": found.kind, "id": str(found.record_id), "name": found.name}
    step = None
    if mine and oversees() and found.ended_at is None:
        bureau = tenants.bureau(found.bureau_id)
        step = NextStep(
            _("督办"),
            url_for(
                "orders.order_new",
                bureau=bureau.code,
                cause_kind=found.kind,
                cause_state=found.state,
                cause_year=found.year,
            ),
        )
    return page(
        "orders/alert.html",
        alert=found,
        mine=mine,
        cell=cell_name(f"{found.kind}.{found.state}"),
        state=alert_state(found),
        states=ALERT_STATES,
        audience=AUDIENCES[Audience(found.audience)],
        sender=tenants.bureau(found.tenant_id),
        record=links([record], own=not mine)[0],
        next=step,
        steps=trace.of(found.id),
    )


@pages.route("/alert-rules", methods=["GET", "POST"], endpoint="alert_rules")
@supervisors
def alert_rules() -> Any:
    """The rules: which cell, after how many days, told whom."""
    form = forms.empty(days=0, audience=Audience.BOTH.value)
    if request.method == "POST":
        form = forms.read(schemas.AlertRuleSchema())
        if form.ok:
            kind, _dot, state = form.data.pop("cell").partition(".")
            with form.submission():
                service.set_rule(kind, state, **form.data)
                flash(_("预警规则已保存，下次核对时生效。"), "good")
                return redirect(url_for("orders.alert_rules"), 303)
    return _rules_page(form)


@pages.post("/alert-rules/<uuid:rule_id>/end", endpoint="alert_rule_end")
@supervisors
def alert_rule_end(rule_id: UUID) -> Any:
    """Watch a cell no more."""
    service.end_rule(rule_id)
    flash(_("预警规则已停用。"), "good")
    return redirect(url_for("orders.alert_rules"), 303)


def _rules_page(form: Form) -> Any:
    return page(
        "orders/alert_rules.html",
        form.status,
        form=form,
        rules=[(one, cell_name(f"{one.kind}.{one.state}")) for one in queries.alert_rules.going()],
        cells=[(key, words) for key, words in cells() if not key.endswith(".all")],
        audiences=[(one.value, name) for one, name in AUDIENCES.items()],
        names={one.value: name for one, name in AUDIENCES.items()},
    )
