"""Visits, results and repeated visits: the lists behind the overview's figures."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.kernel.sentences import Sentence
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.visits.rules.kinds import KIND_NAMES
from onedoor.visits.rules.states import VISIT_NAMES
from onedoor.web.shell.formats import local_date
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import filters, opens, respond, status
from onedoor.web.visits.blueprint import (
    called,
    kind_labels,
    record_labels,
    result_names,
    source_names,
    visit_labels,
)


def _visits(records: Records) -> ListPage:
    rows = records.rows.c
    finished = {"recorded", "reported", "closed", "refused", "not_found", "cancelled"}
    return ListPage(
        title=_l("检查"),
        key=rows.id,
        columns=(
            Column(
                "entity_name",
                _l("检查对象"),
                value=called,
                link=opens("visit", "visit_id"),
                sort=rows.entity_name,
                wide=True,
            ),
            Column("number", _l("检查编号"), kind="code", sort=rows.number),
            Column("bureau_name", _l("牵头部门"), sort=rows.bureau_name),
            Column("campaign_name", _l("任务"), sort=rows.campaign_name),
            status("kind", _l("类别"), kind_labels),
            Column("source", _l("来源"), value=lambda row: source_names()[row.source]),
            status("state_now", _l("状态"), visit_labels),
            Column("accepted", _l("已通过的记录"), value=lambda row: f"{row.accepted}/{row.parties}"),
            Column("day", _l("检查日期"), kind="date", sort=rows.day),
            Column(
                "ends_on",
                _l("期限"),
                cell=lambda row: labels.deadline(row.ends_on, row.state_now in finished),
                kind="date",
                sort=rows.ends_on,
            ),
        ),
        search=(rows.entity_name, rows.entity_code, rows.code_now, rows.number),
        search_label=_l("名称、统一代码或检查编号"),
        filters=[
            *filters(records, "visits"),
            Filter("kind", _l("类别"), [(k.value, _(name)) for k, name in KIND_NAMES.items()], rows.kind),
            Filter("source", _l("来源"), list(source_names().items()), rows.source),
            Filter(
                "now", _l("状态"), [(s.value, _(name)) for s, name in VISIT_NAMES.items()], rows.state_now
            ),
        ],
        order="day",
        empty=_l("抽取完成并安排检查后，会列在这里。"),
    )


@pages.get("/visits", endpoint="visits")
@overseers
def visits() -> Any:
    """Visits by their lead, with their day and the last day of the period."""
    records = queries.all_visits()
    lead = _("按牵头部门列出；一次联合检查只列一次。")
    return respond(records, _visits(records), Sentence("查看检查清单"), lead=lead)


def _done(at: datetime | None) -> str:
    return _("%(day)s 完成", day=local_date(at)) if at else ""


def _public(row: Any) -> str:
    return _("已公示") if row.is_public else ""


def _results(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("检查结果"),
        key=rows.id,
        columns=(
            Column("entity_name", _l("检查对象"), link=opens("record", "record_id"), sort=rows.entity_name),
            Column("bureau_name", _l("检查单位"), sort=rows.bureau_name),
            Column("visit_number", _l("检查编号"), kind="code", sort=rows.visit_number),
            status("state", _l("记录"), record_labels),
            Column("results", _l("检查结果"), value=lambda row: result_names(row.results)),
            Column("ended_at", _l("检查结束"), kind="date", sort=rows.ended_at),
            Column(
                "report_due_on",
                _l("检查报告"),
                cell=lambda row: _done(row.reported_at) or labels.deadline(row.report_due_on),
                export=lambda row: _done(row.reported_at) or row.report_due_on,
                kind="date",
                sort=rows.report_due_on,
            ),
            Column(
                "disclose_due_on",
                _l("公示"),
                cell=lambda row: _public(row) or labels.deadline(row.disclose_due_on),
                export=lambda row: _public(row) or row.disclose_due_on,
                kind="date",
                sort=rows.disclose_due_on,
            ),
        ),
        search=(rows.entity_name, rows.entity_code, rows.visit_number),
        search_label=_l("名称、统一代码或检查编号"),
        filters=filters(records, "results"),
        order="-ended_at",
        empty=_l("监督范围内的单位填写检查记录后，会列在这里。"),
    )


@pages.get("/results", endpoint="results")
@overseers
def results() -> Any:
    """Each bureau's records, with the deadlines of report and disclosure (R-V5, R-O1)."""
    records = queries.results()
    lead = _("按检查单位列出；一次联合检查每个单位各有一份记录。")
    return respond(records, _results(records), Sentence("查看检查结果清单"), lead=lead)


def _repeats(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("重复检查"),
        key=rows.id,
        columns=(
            Column(
                "entity_name",
                _l("检查对象"),
                link=lambda row: url_for("supervision.visits", q=row.entity_code, year=row.year, state="due"),
                sort=rows.entity_name,
                wide=True,
            ),
            Column("entity_code", _l("统一社会信用代码"), sort=rows.entity_code),
            Column("visits", _l("检查次数"), kind="number", sort=rows.visits),
            Column("bureaus", _l("部门数"), kind="number", sort=rows.bureaus),
            Column("names", _l("部门")),
            Column("first_on", _l("最早"), kind="date", sort=rows.first_on),
            Column("last_on", _l("最晚"), kind="date", sort=rows.last_on),
        ),
        search=(rows.entity_name, rows.entity_code),
        search_label=_l("名称或统一代码"),
        filters=filters(records, "repeats"),
        order="-visits",
        empty=_l("同一年度内被安排两次以上检查的对象会列在这里。"),
    )


@pages.get("/repeats", endpoint="repeats")
@overseers
def repeats() -> Any:
    """重复检查: entities visited more than once in a year (R-S4)."""
    records = queries.repeats()
    lead = _("同一年度内安排了两次以上检查的对象，一次联合检查计一次。")
    return respond(records, _repeats(records), Sentence("查看重复检查"), lead=lead)


def _alerts(records: Records) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=_l("预警"),
        key=rows.id,
        columns=(
            Column("entity_name", _l("检查对象"), link=_to_thing, sort=rows.entity_name, wide=True),
            Column("kind", _l("事由"), value=lambda row: str(labels.ALERTS[row.kind])),
            Column("bureau_name", _l("单位"), sort=rows.bureau_name),
            Column(
                "due_on",
                _l("期限"),
                cell=lambda row: labels.deadline(row.due_on),
                kind="date",
                sort=rows.due_on,
            ),
        ),
        search=(rows.entity_name, rows.bureau_name),
        search_label=_l("检查对象或单位"),
        filters=[
            *filters(records, "alerts"),
            Filter("kind", _l("事由"), tuple(labels.ALERTS.items()), column=rows.kind),
        ],
        order="due_on",
        empty=_l("没有逾期或三个工作日内到期的事项。"),
    )


def _to_thing(row: Any) -> str:
    if row.kind in ("visit", "team"):
        return url_for("supervision.visit", visit_id=row.thing)
    return url_for("supervision.record", record_id=row.thing)


@pages.get("/alerts", endpoint="alerts")
@overseers
def alerts() -> Any:
    """预警: overdue, or due within three working days, the oldest first (R-S3)."""
    records = queries.alerts()
    lead = _("已经逾期和三个工作日内到期的检查、补派人员、报告和公示。")
    return respond(records, _alerts(records), Sentence("查看预警"), lead=lead)
