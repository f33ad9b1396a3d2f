"""Lists: visits, reports due, results to disclose."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.campaigns import queries as campaigns
from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.visits import queries, service
from onedoor.visits.models import Record, Visit, VisitMatter
from onedoor.visits.rules.kinds import EXCEPTIONAL_NAMES, KIND_NAMES
from onedoor.visits.rules.states import VISIT_NAMES, RecordState
from onedoor.visits.schemas import ChosenSchema
from onedoor.web.shell import forms, ui
from onedoor.web.shell.lists import Bulk, Column, Filter, ListPage
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import (
    called,
    deadline,
    kind_labels,
    pages,
    record_labels,
    result_names,
    source_names,
    visit_labels,
)
from tenants import queries as tenants
from tenants.rules import Permission

ROWS = queries.with_state().subquery("listed")


def _of_unit(query: Any, value: str) -> Any:
    """Visits with matters of a unit (R-J2)."""
    theirs = sa.select(VisitMatter.visit_id).where(sa.cast(VisitMatter.unit_id, sa.Text) == value)
    return query.where(ROWS.c.id.in_(theirs))


def _to_visit(row: Any) -> str:
    return url_for("visits.visit", visit_id=row.id)


VISITS = ListPage(
    title=_l("检查"),
    key=ROWS.c.id,
    columns=(
        Column(
            "entity_name",
            _l("检查对象"),
            value=called,
            link=_to_visit,
            sort=ROWS.c.entity_name,
            wide=True,
        ),
        Column("number", _l("检查编号"), kind="code", sort=ROWS.c.serial),
        Column(
            "kind",
            _l("类别"),
            cell=lambda row: ui.status(row.kind, kind_labels()),
            export=lambda row: str(kind_labels()[row.kind]),
        ),
        Column("source", _l("来源"), value=lambda row: source_names()[row.source]),
        Column("day", _l("检查日期"), kind="date", sort=ROWS.c.day),
        Column(
            "fill_by",
            _l("补派期限"),
            cell=lambda row: deadline(row.fill_by or row.ends_on) if row.state_now == "waiting" else "—",
            export=lambda row: (row.fill_by or row.ends_on) if row.state_now == "waiting" else None,
            kind="date",
            sort=ROWS.c.fill_by,
        ),
        Column("parties", _l("部门数"), kind="number"),
        Column(
            "submitted",
            _l("已提交记录"),
            value=lambda row: f"{row.submitted}/{row.parties}",
        ),
        Column(
            "state_now",
            _l("状态"),
            cell=lambda row: ui.status(row.state_now, visit_labels()),
            export=lambda row: str(visit_labels()[row.state_now]),
        ),
    ),
    search=(ROWS.c.entity_name, ROWS.c.entity_code, ROWS.c.number),
    search_label=_l("名称、统一代码或检查编号"),
    filters=(
        Filter(
            "state",
            _l("状态"),
            lambda: [(state.value, _(name)) for state, name in VISIT_NAMES.items()],
            ROWS.c.state_now,
        ),
        Filter(
            "kind", _l("类别"), lambda: [(k.value, _(name)) for k, name in KIND_NAMES.items()], ROWS.c.kind
        ),
        Filter("source", _l("来源"), lambda: list(source_names().items()), ROWS.c.source),
        Filter(
            "exceptional",
            _l("例外"),
            lambda: [(one.value, _(name)) for one, name in EXCEPTIONAL_NAMES.items()],
            ROWS.c.exceptional,
        ),
        Filter(
            "campaign",
            _l("抽查任务"),
            lambda: [(str(each.id), each.name) for each in campaigns.mine()],
            ROWS.c.campaign_id,
        ),
        Filter(
            "unit",
            _l("科室"),
            lambda: [(str(one.id), one.name) for one in tenants.units()],
            apply=_of_unit,
        ),
        Filter("from", _l("日期自"), column=ROWS.c.day, kind="from"),
        Filter("to", _l("日期至"), column=ROWS.c.day, kind="to"),
    ),
    order="day",
    empty=_l("抽查任务完成抽取后，检查会自动安排在这里；不经抽取的检查，用“新建检查”登记。"),
)


@pages.get("")
@allow(Permission.BUREAU_READ)
def visits() -> Any:
    """The visits this bureau leads or is on."""
    return VISITS.respond(db.session(), ROWS.select(), "visits/visits.html")


def _record_column(row: Any) -> str:
    return url_for("visits.record", record_id=row.Record.id)


REPORTS = ListPage(
    title=_l("待完成的检查报告"),
    key=Record.id,
    row_key=lambda row: row.Record.id,
    columns=(
        Column(
            "entity",
            _l("检查对象"),
            value=lambda row: row.Record.entity_name,
            link=lambda row: url_for("visits.report", visit_id=row.Visit.id),
            sort=Record.entity_name,
            wide=True,
        ),
        Column("number", _l("检查编号"), value=lambda row: row.Visit.number),
        Column(
            "ended", _l("检查结束"), value=lambda row: row.Record.ended_at, kind="time", sort=Record.ended_at
        ),
        Column(
            "due",
            _l("报告期限"),
            cell=lambda row: deadline(row.Record.report_due_on),
            export=lambda row: row.Record.report_due_on,
            sort=Record.report_due_on,
        ),
    ),
    search=(Record.entity_name, Visit.number),
    order="due",
    empty=_l("检查记录经科室审核通过后，须在五个工作日内完成报告，届时列在这里。"),
)


@pages.get("/reports")
@allow(Permission.BUREAU_READ)
def reports() -> Any:
    """Reports due, soonest first (R-V5)."""
    return REPORTS.respond(
        db.session(), queries.reports_due(), "visits/reports.html", late=queries.overdue_by_person(today())
    )


def _publishable(row: Any) -> Any:
    if row.Record.state == RecordState.ACCEPTED.value:
        return ui.status("ready", {"ready": Label(_("可以公示"), "active")})
    return ui.status(row.Record.state, record_labels())


DUE = ListPage(
    title=_l("待公示的检查结果"),
    key=Record.id,
    row_key=lambda row: row.Record.id,
    columns=(
        Column(
            "entity",
            _l("检查对象"),
            value=lambda row: row.Record.entity_name,
            link=_record_column,
            sort=Record.entity_name,
            wide=True,
        ),
        Column("number", _l("检查编号"), value=lambda row: row.Visit.number),
        Column("results", _l("检查结果"), value=lambda row: result_names(row.Record.results)),
        Column(
            "due",
            _l("公示期限"),
            cell=lambda row: deadline(row.Record.disclose_due_on),
            export=lambda row: row.Record.disclose_due_on,
            sort=Record.disclose_due_on,
        ),
        Column(
            "state", _l("状态"), cell=_publishable, export=lambda row: str(record_labels()[row.Record.state])
        ),
        Column(
            "withdrawn",
            _l("说明"),
            value=lambda row: _("曾撤回：%(reason)s", reason=row.withdrawn) if row.withdrawn else "",
        ),
    ),
    search=(Record.entity_name, Record.entity_code, Visit.number),
    filters=(
        Filter(
            "state",
            _l("状态"),
            [("accepted", _l("可以公示")), ("submitted", _l("待科室审核")), ("returned", _l("已退回"))],
            Record.state,
        ),
    ),
    order="due",
    empty=_l("检查记录经科室审核通过后，须在期限内公示结果，届时列在这里。"),
    bulk=(
        Bulk(
            _l("公示"), "/visits/disclose", _l("公示后，检查结果将在公众网站上公开。确定公示选中的结果吗？")
        ),
    ),
)


@pages.get("/to-disclose")
@allow(Permission.DISCLOSE)
def to_disclose() -> Any:
    """Results that wait to be made public, soonest due first (R-O1)."""
    return DUE.respond(
        db.session(),
        queries.to_disclose(),
        "visits/to_disclose.html",
        late=queries.overdue_by_person(today()),
    )


@pages.post("/disclose")
@allow(Permission.DISCLOSE)
def disclose() -> Any:
    """Publish the chosen results."""
    form = forms.read(ChosenSchema())
    count = service.disclose(form.data["ids"] if form.ok else [])
    flash(_("已公示 %(count)s 条检查结果。", count=count), "good")
    return redirect(url_for("visits.to_disclose"), 303)
