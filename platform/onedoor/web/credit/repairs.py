"""Penalties made public, and credit repair (信用修复): asked for, decided on the desk, withdrawn everywhere (R-O3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.credit import queries, service
from onedoor.credit.models import RepairApplication
from onedoor.credit.rules import RepairState
from onedoor.credit.schemas import GravitySchema, RepairSchema
from onedoor.disclosure import queries as disclosures
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.web.credit.exports import pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import deadline
from tenants.rules import Permission

STATES = {
    "open": Label(_l("等待决定"), "waiting"),
    "granted": Label(_l("准予修复"), "done"),
    "refused": Label(_l("不予修复"), "neutral"),
}
SOURCES = {"clerk": _l("窗口受理"), "platform": _l("信用中国转来")}
REPAIRS = ListPage(
    title=_l("信用修复"),
    key=RepairApplication.id,
    columns=(
        Column(
            "entity_name",
            _l("申请修复的主体"),
            link=lambda row: url_for("credit.repair", repair_id=row.id),
            sort=RepairApplication.entity_name,
            wide=True,
        ),
        Column("title", _l("公示内容"), wide=True),
        Column("applied_on", _l("申请日期"), kind="date", sort=RepairApplication.applied_on),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(row.state, STATES),
            export=lambda row: str(STATES[row.state]),
        ),
        Column(
            "due",
            _l("决定期限"),
            cell=lambda row: deadline(row.due_on, row.state != RepairState.OPEN),
            export=lambda row: row.due_on,
            sort=RepairApplication.due_on,
        ),
    ),
    search=(RepairApplication.entity_name, RepairApplication.entity_code),
    search_label=_l("名称或统一代码"),
    filters=(Filter("state", _l("状态"), as_choices(STATES), column=RepairApplication.state),),
    order="-applied_on",
    empty=_l("在“已公示”中打开一条检查结果或行政处罚，可以受理信用修复申请。"),
)


@pages.get("/repairs/")
@allow(Permission.BUREAU_READ)
def repairs() -> Any:
    """Applications for credit repair, newest first."""
    return REPAIRS.respond(db.session(), queries.repairs(), "credit/repairs.html")


@pages.route("/repairs/new/<uuid:disclosure_id>", methods=["GET", "POST"])
@allow(Permission.DISCLOSE)
def repair_new(disclosure_id: UUID) -> Any:
    """Enter an application about something this bureau has made public."""
    public = disclosures.one(disclosure_id)
    if public.tenant_id != current_user.tenant_id or public.kind not in ("result", "penalty"):
        raise NotFound("没有找到这条公示信息，它可能尚未公示，或公示已经结束。")
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(RepairSchema())
        if form.ok and _entered(disclosure_id, form):
            return redirect(url_for("credit.repairs"), 303)
    return page(
        "credit/repair_new.html",
        form.status,
        form=form,
        public=public,
        sources=list(SOURCES.items()),
    )


@pages.get("/repairs/<uuid:repair_id>")
@allow(Permission.BUREAU_READ)
def repair(repair_id: UUID) -> Any:
    """One application, and what became of it at each platform."""
    found = queries.repair(repair_id)
    return page(
        "credit/repair.html",
        repair=found,
        states=STATES,
        sources=SOURCES,
        deadline=deadline,
        steps=trace.of(*queries.behind(found.subject_id)),
    )


@pages.post("/penalties/<uuid:followup_id>")
@allow(Permission.DISCLOSE)
def penalty_disclose(followup_id: UUID) -> Any:
    """Make the penalty of a case public."""
    form = forms.read(GravitySchema())
    service.disclose_penalty(followup_id, form.data["gravity"] if form.ok else "")
    flash(_("行政处罚已公示，会进入下一个报送批次。"), "good")
    return redirect(url_for("followups.followup", followup_id=followup_id), 303)


def _entered(disclosure_id: UUID, form: forms.Form) -> bool:
    with form.submission():
        service.apply_for_repair(disclosure_id, form.data)
        flash(_("已受理，由负责人决定。"), "good")
        return True
    return False
