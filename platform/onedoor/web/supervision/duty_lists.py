"""Lists behind the overview's cells that no room's own list shows: matters, rulebooks, papers owed, exports, training, caps (R-S4)."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.kernel.sentences import Sentence
from onedoor.ledger.rules.origins import CAUSE_NAMES, Cause
from onedoor.supervision import queries
from onedoor.supervision.queries import Records
from onedoor.web.credit.exports import STATES as EXPORT_STATES
from onedoor.web.shell import ui
from onedoor.web.shell.lists import Column, Filter, ListPage
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import Label, label_of
from onedoor.web.supervision import labels
from onedoor.web.supervision.blueprint import overseers, pages
from onedoor.web.supervision.list_page import filters, opens, respond, status
from onedoor.web.supervision.papers import form_name

MODES = {
    "random": Label(_l("实行双随机"), "done"),
    "unfit": Label(_l("不宜双随机")),
    "unlisted": Label(_l("未列入双随机"), "waiting"),
}
PAPERS = {
    "sent": Label(_l("按期报送"), "done"),
    "late": Label(_l("逾期报送"), "stopped"),
    "missing": Label(_l("逾期未报送"), "stopped"),
    "returned": Label(_l("已退回，待重报"), "waiting"),
    "coming": Label(_l("未到期")),
}
TRAINED = {True: Label(_l("已培训"), "done"), False: Label(_l("本年未培训"), "waiting")}


def _bureau(records: Records) -> Column:
    return Column("bureau_name", _l("单位"), sort=records.rows.c.bureau_name)


def _listing(
    kind: str,
    records: Records,
    title: Any,
    shown: tuple[Column, ...],
    search: Any,
    empty: Any,
    order: str,
    more: tuple[Filter, ...] = (),
) -> ListPage:
    rows = records.rows.c
    return ListPage(
        title=title,
        key=rows.id,
        columns=(shown[0], _bureau(records), *shown[1:]),
        search=(*search, rows.bureau_name),
        search_label=_l("名称或单位"),
        filters=[one for one in filters(records, kind) if one.key != "state" or labels.STATES[kind]]
        + list(more),
        order=order,
        empty=empty,
    )


@pages.get("/items", endpoint="items")
@overseers
def items() -> Any:
    """Matters in force by bureau."""
    records = queries.items()
    rows = records.rows.c
    shown = (
        Column("name", _l("检查事项"), link=_own("registry.item", "item_id"), sort=rows.name, wide=True),
        Column("number", _l("事项编号"), kind="code", sort=rows.number),
        status("mode", _l("抽查方式"), MODES),
        Column("basis", _l("依据"), wide=True),
    )
    empty = _l("监督范围内的单位公布检查事项清单后，会列在这里。")
    listing = _listing("items", records, _l("检查事项"), shown, (rows.name, rows.number), empty, "name")
    return respond(records, listing, Sentence("查看检查事项"), lead=_("各单位现行的检查事项。"))


@pages.get("/rulebooks", endpoint="rulebooks")
@overseers
def rulebooks() -> Any:
    """Rulebooks in force by bureau."""
    records = queries.rulebooks()
    rows = records.rows.c
    shown = (
        Column(
            "name",
            _l("抽查细则"),
            value=lambda row: _("抽查细则，第 %(version)s 版", version=row.version),
            link=_own("registry.rulebook", "rulebook_id"),
            sort=rows.name,
            wide=True,
        ),
        Column("published_at", _l("公布时间"), kind="time", sort=rows.published_at),
    )
    empty = _l("监督范围内的单位公布抽查细则后，会列在这里。")
    listing = _listing("rulebooks", records, _l("抽查细则"), shown, (rows.name,), empty, "-published_at")
    return respond(records, listing, Sentence("查看抽查细则"), lead=_("各单位现行的抽查细则。"))


@pages.get("/trainees", endpoint="trainees")
@overseers
def trainees() -> Any:
    """Officers and their training this year."""
    records = queries.trainees()
    rows = records.rows.c
    shown = (
        Column("name", _l("执法人员"), sort=rows.name),
        Column("code", _l("人员编号"), kind="code", sort=rows.code),
        Column(
            "trained",
            _l("本年培训"),
            cell=lambda row: ui.status(row.trained, TRAINED),
            export=lambda row: str(label_of(row.trained, TRAINED)),
        ),
    )
    empty = _l("监督范围内的单位把执法人员录入名录库后，会列在这里。")
    listing = _listing(
        "trainees", records, _l("执法人员培训"), shown, (rows.name, rows.code), empty, "bureau_name"
    )
    return respond(
        records, listing, Sentence("查看执法人员培训"), lead=_("名录库中的执法人员本年是否参加过培训。")
    )


@pages.get("/exports", endpoint="exports")
@overseers
def exports() -> Any:
    """What went to the platforms and what they said."""
    records = queries.exports()
    rows = records.rows.c
    shown = (
        Column("entity_name", _l("检查对象"), sort=rows.entity_name, wide=True),
        Column("title", _l("内容"), sort=rows.title),
        status("state", _l("状态"), EXPORT_STATES),
        Column("reason", _l("退回或撤回原因"), wide=True),
        Column("made_at", _l("生成时间"), kind="time", sort=rows.made_at),
    )
    empty = _l("监督范围内的单位向信用平台报送检查结果后，会列在这里。")
    listing = _listing("exports", records, _l("报送"), shown, (rows.entity_name,), empty, "-made_at")
    return respond(
        records, listing, Sentence("查看报送记录"), lead=_("各单位向信用平台报送的检查结果和回执。")
    )


@pages.get("/owed-plans", endpoint="owed_plans")
@overseers
def owed_plans() -> Any:
    """Plans owed, filed or not."""
    records = queries.owed_plans()
    return _papers(
        "owed_plans", records, _l("应报计划"), "supervision.filing", "filing_id", Sentence("查看应报计划")
    )


@pages.get("/owed-returns", endpoint="owed_returns")
@overseers
def owed_returns() -> Any:
    """Returns owed, filed or not."""
    records = queries.owed_returns()
    return _papers(
        "owed_returns",
        records,
        _l("应报统计报表"),
        "statistics.return_page",
        "return_id",
        Sentence("查看应报统计报表"),
    )


def _papers(kind: str, records: Records, title: Any, endpoint: str, argument: str, purpose: str) -> Any:
    rows = records.rows.c
    shown = (
        Column(
            "form",
            _l("材料"),
            value=lambda row: form_name(row.form, row.year),
            link=lambda row: url_if(endpoint, **{argument: row.found}) if row.found else None,
            sort=rows.form,
            wide=True,
        ),
        status("state", _l("状态"), PAPERS),
        Column("due_on", _l("期限"), kind="date", sort=rows.due_on),
    )
    empty = _l("监督范围内还没有要报送材料的单位。")
    listing = _listing(kind, records, title, shown, (rows.name,), empty, "due_on")
    lead = _("每个单位应当报送的材料，包括一直没有报送的；近两个年度。")
    return respond(records, listing, purpose, lead=lead)


@pages.get("/outside", endpoint="outside")
@overseers
def outside() -> Any:
    """Checks that were made outside the platform."""
    records = queries.outside()
    rows = records.rows.c
    shown = (
        Column(
            "entity_name",
            _l("检查对象"),
            link=opens("outside_check", "check_id"),
            sort=rows.entity_name,
            wide=True,
        ),
        Column("cause", _l("未通过平台的原因"), value=lambda row: _(CAUSE_NAMES[Cause(row.cause)])),
        Column("cause_note", _l("具体情况"), wide=True),
        Column("checked_on", _l("检查日期"), kind="date", sort=rows.checked_on),
    )
    causes = [(one.value, _(name)) for one, name in CAUSE_NAMES.items()]
    listing = _listing(
        "outside",
        records,
        _l("平台外检查"),
        shown,
        (rows.entity_name,),
        _l("监督范围内的单位登记平台外检查后，会列在这里。"),
        "-checked_on",
        (Filter("cause", _l("原因"), causes, column=rows.cause),),
    )
    return respond(
        records, listing, Sentence("查看平台外检查"), lead=_("没有通过平台办理、事后登记的检查和原因。")
    )


@pages.get("/capped", endpoint="capped")
@overseers
def capped() -> Any:
    """Entities near their cap or beyond it."""
    records = queries.capped()
    rows = records.rows.c
    shown = (
        Column(
            "entity_code",
            _l("统一社会信用代码"),
            kind="code",
            link=lambda row: url_for("supervision.visits", q=row.entity_code, year=row.year),
            sort=rows.entity_code,
        ),
        Column("visits", _l("已检查次数"), kind="number", sort=rows.visits),
        Column("cap", _l("上限"), kind="number", sort=rows.cap),
    )
    empty = _l("没有接近或超过入企次数上限的对象。")
    listing = _listing("capped", records, _l("入企次数上限"), shown, (rows.entity_code,), empty, "-visits")
    return respond(
        records, listing, Sentence("查看入企次数"), lead=_("再检查一次就到上限，或已到、已超过上限的对象。")
    )


@pages.get("/tasks", endpoint="tasks")
@overseers
def tasks() -> Any:
    """The bureaus' timetables: tasks, persons, days."""
    records = queries.timetable.tasks()
    rows = records.rows.c
    shown = (
        Column("title", _l("工作"), sort=rows.title, wide=True),
        Column("person_name", _l("责任人"), sort=rows.person_name),
        Column("due_on", _l("完成期限"), kind="date", sort=rows.due_on),
        Column(
            "state",
            _l("状态"),
            cell=lambda row: ui.status(queries.timetable.state(row), labels.TASK_STATES),
            export=lambda row: str(label_of(queries.timetable.state(row), labels.TASK_STATES)),
        ),
        Column("note", _l("完成情况"), wide=True),
    )
    empty = _l("监督范围内的单位列出工作安排后，会列在这里。")
    listing = _listing(
        "tasks", records, _l("工作安排"), shown, (rows.title, rows.person_name), empty, "due_on"
    )
    return respond(records, listing, Sentence("查看工作安排"), lead=_("各单位的工作安排、责任人和完成情况。"))


def _own(endpoint: str, argument: str) -> Any:
    """A column's link to a page of the bureau's area, for who may enter there."""
    return lambda row: url_if(endpoint, **{argument: row.id})
