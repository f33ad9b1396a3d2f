"""Filings over the interface: what was sent, what was received, and the answer to it (R-P4)."""

from __future__ import annotations

from typing import Any

from onedoor.api.blueprints import looked_up, room
from onedoor.api.lists.paging import page_of
from onedoor.api.lists.rows import columns
from onedoor.api.plans.plan_shapes import FilingArgs, FilingOut, FilingPage, PlanDecisionIn
from onedoor.edge.guard import allow
from onedoor.filing import queries, service
from onedoor.filing.models import Filing
from tenants.rules import Permission

blp = room("filings", "备案：报送的、收到的、答复")


@blp.route("/")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@blp.arguments(FilingArgs, location="query")
@blp.response(200, FilingPage)
def filings(args: dict[str, Any]) -> dict[str, Any]:
    """本单位报送的或收到的备案，最近的在前；可按类别、状态、是否逾期筛选"""
    query = queries.sent() if args["box"] == "sent" else queries.inbox()
    if args["kind"]:
        query = query.where(Filing.kind == args["kind"])
    if args["state"]:
        query = queries.in_state(query, args["state"])
    if args["late"]:
        query = queries.late(query)
    found = page_of(query, Filing.id, args)
    return {**found, "items": [filing_out(one) for one in found["items"]]}


@blp.route("/<uuid:filing_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
@looked_up("filing", queries.filing)
@blp.response(200, FilingOut)
def one_filing(filing: Filing) -> dict[str, Any]:
    """一份备案和它的答复"""
    return filing_out(filing)


@blp.route("/<uuid:filing_id>/answer", methods=["POST"])
@allow(Permission.OVERSIGHT_ANSWER)
@looked_up("filing", queries.filing)
@blp.arguments(PlanDecisionIn)
@blp.response(200, FilingOut)
def answer(given: dict[str, Any], filing: Filing) -> dict[str, Any]:
    """接受或退回收到的备案，一次为限；退回写明理由"""
    service.answer(filing.id, given["decision"] == "accept", given["reason"])
    return filing_out(filing)


def filing_out(one: Filing) -> dict[str, Any]:
    """A filing as the interface tells it."""
    said = one.answer
    return {
        **columns(one, "tenant_id"),
        "sender_id": one.tenant_id,
        "late": queries.is_late(one),
        "state": queries.state(one).value,
        "reason": said.reason if said else None,
        "answered_at": said.answered_at if said else None,
    }
