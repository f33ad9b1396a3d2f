"""Versions of the item list: handed in, and each beside the one before it (R-L4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.filing import queries as filings
from onedoor.items import queries, service
from onedoor.items.models import ItemList
from onedoor.items.rules.codes import ItemListState
from onedoor.items.service.item_lists import f1_workbook, title_of
from onedoor.items.service.withdrawals import withdraw_list
from onedoor.kernel import trace
from onedoor.kernel.errors import NotFound
from onedoor.web.filing.labels import FILING_STATES
from onedoor.web.items import text_diff
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import LIST_STATES
from onedoor.web.shell import exports, page
from tenants import approvals
from tenants import queries as tenants
from tenants.rules import Permission


@pages.post("/items/submit")
@allow(Permission.REGISTRY_WRITE)
def items_submit() -> Any:
    """Hand the list in."""
    made = service.submit_list()
    flash(_("清单第 %(version)s 版已提交，等待负责人审批。", version=made.version), "good")
    return redirect(url_for("registry.item_list", list_id=made.id), 303)


@pages.post("/item-lists/<uuid:list_id>/withdraw")
@allow(Permission.REGISTRY_WRITE)
def item_list_withdraw(list_id: UUID) -> Any:
    """Take back what one handed in, while the head has not decided."""
    made = withdraw_list(list_id)
    flash(_("清单第 %(version)s 版已撤回，可以修改后再次提交。", version=made.version), "good")
    return redirect(url_for("registry.items"), 303)


@pages.get("/item-lists/<uuid:list_id>")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def item_list(list_id: UUID) -> Any:
    """One version of the list beside another: what it adds, changes, ends; who approved it, where it was filed."""
    made = queries.item_list(list_id)
    others = [one for one in queries.published_lists(made.tenant_id) if one.id != made.id]
    former, comparison = text_diff.of_lists(made, _wanted(others))
    changed = queries.items_of_list(list_id)
    return page(
        "items/item_list.html",
        made=made,
        mine=made.tenant_id == tenants.my_bureau().id,
        title=title_of(made),
        former=former,
        comparison=comparison,
        choices=[(one.id, _("第 %(version)s 版", version=one.version)) for one in others],
        merged=made.state in (ItemListState.RETURNED, ItemListState.WITHDRAWN) and not changed,
        may_withdraw=approvals.may_withdraw(approvals.waiting_for("items", list_id)),
        list_states=LIST_STATES,
        steps=trace.of(made.id),
        history=approvals.history(list_id),
        filings=[(one, filings.state(one)) for one in filings.of_subject(list_id)],
        filing_states=FILING_STATES,
        bureaus={bureau.id: bureau.name for bureau in tenants.bureaus()},
    )


@pages.get("/item-lists/<uuid:list_id>/f1.xlsx")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def item_list_f1(list_id: UUID) -> Any:
    """F1 of that version, to print and stamp."""
    made = queries.item_list(list_id)
    content = f1_workbook(made, queries.items_at(made))
    return exports.download(content, f"{title_of(made)}.xlsx", service.XLSX)


def _wanted(others: list[ItemList]) -> ItemList | None:
    """The version asked for to compare with; none asked: the one before."""
    asked = request.args.get("against", "")
    found = next((one for one in others if str(one.id) == asked), None)
    if asked and found is None:
        raise NotFound("没有找到要对照的版本。")
    return found
