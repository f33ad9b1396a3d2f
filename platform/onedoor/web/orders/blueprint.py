"""The blueprint of orders, circulars and assessments; every page works in the bureau's own scope."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.supervision import queries
from onedoor.supervision.queries.causes import Cause
from tenants.rules import Permission

pages = Blueprint("orders", __name__, url_prefix="/orders")
readers = allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
supervisors = allow(Permission.OVERSIGHT_ANSWER)
# Who inspects beside the lead: a bureau that holds no grant writes by whoever files for it.
writers = allow(Permission.OVERSIGHT_ANSWER, Permission.FILING_SEND)
answerers = allow(Permission.FILING_SEND, Permission.PLAN_APPROVE)


def oversees() -> bool:
    """Whether the person signs for a supervising bureau."""
    return bool(current_user.may(Permission.OVERSIGHT_ANSWER))


def answers() -> bool:
    """Whether the person answers for a bureau that was ordered."""
    return bool(current_user.may(Permission.FILING_SEND) or current_user.may(Permission.PLAN_APPROVE))


def asked_cause() -> Cause | None:
    """The cell of the overview the page was opened from, as its address or form says; None: from nowhere."""
    kind, state, year = (request.values.get(name, "") for name in ("cause_kind", "cause_state", "cause_year"))
    if not kind:
        return None
    return queries.causes.cause_of(kind, state or "all", int(year) if year.isdigit() else 0)


def tabs(current: int) -> list[tuple[str, str, bool]]:
    """Sent and received orders, circulars, assessments: those the person has."""
    found = [
        (_("发出的督办"), "orders.sent", oversees()),
        (_("收到的督办"), "orders.received", current_user.may(Permission.BUREAU_READ)),
        (_("通报"), "orders.circulars", True),
        (_("考核"), "orders.assessments", oversees()),
        (_("本单位考核结果"), "orders.scores", current_user.may(Permission.BUREAU_READ)),
        (_("预警"), "orders.alerts", True),
        (_("联合督查"), "orders.inspections", True),
        (_("工作安排"), "orders.tasks", current_user.may(Permission.BUREAU_READ)),
    ]
    return [
        (label, url_for(endpoint), place == current)
        for place, (label, endpoint, shown) in enumerate(found)
        if shown
    ]
