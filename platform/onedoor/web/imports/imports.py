"""Files brought in: upload, progress, what each row does, what was wrong with which row (R-L11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.declarations import LOAD_KINDS
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_table
from onedoor.imports import queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import, ImportProblem, ImportRemainder, ImportRow
from onedoor.imports.rules.columns import told_as, unread_columns
from onedoor.imports.rules.row_numbers import row_name
from onedoor.imports.schemas.imports import LoadSchema, UploadSchema
from onedoor.imports.service.row_outcomes import NEW
from onedoor.items import service as item_service
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import JobState, progress_of
from onedoor.web.imports import row_changes
from onedoor.web.registry_blueprint import pages
from onedoor.web.registry_words import IMPORT_KINDS, IMPORT_MODES, VERDICTS
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.lists import Column, Filter, ListPage, as_choices
from tenants.rules import Permission

FORM_PARTS = {
    "head": _l("再次出现的表头"),
    "section": _l("分节的标题"),
    "foot": _l("合计、表尾或没有填写的行"),
}
BACK = {
    "entities": "registry.entities",
    "items": "registry.items",
    "inspectors": "registry.inspectors",
    "experts": "registry.experts",
    "targets": "registry.targets",
    "matters": "registry.target_matters",
    "certificates": "registry.certificates",
    "details": "registry.targets",
    "premises": "registry.entities_premises",
    "licences": "registry.entities_licences",
    "checks": "ledger.ledger",
    "listings": "credit.listings",
}
IMPORTS = ListPage(
    title=_l("导入记录"),
    key=Import.id,
    columns=(
        Column(
            "file_name",
            _l("文件"),
            link=lambda one: url_for("registry.import_run", import_id=one.id),
            wide=True,
        ),
        Column("kind", _l("内容"), value=lambda one: str(IMPORT_KINDS[one.kind])),
        Column("actor_name", _l("导入人")),
        Column("created_at", _l("时间"), kind="time", sort=Import.created_at),
        Column("state", _l("进展"), value=lambda one: _state(one)),
        Column("rows", _l("行数"), value=lambda one: (one.outcome or {}).get("rows"), kind="number"),
        Column(
            "rejected", _l("未导入"), value=lambda one: (one.outcome or {}).get("rejected"), kind="number"
        ),
    ),
    search=(Import.file_name, Import.actor_name),
    search_label=_l("文件名或导入人"),
    filters=(Filter("kind", _l("内容"), as_choices(IMPORT_KINDS), column=Import.kind),),
    order="-created_at",
    empty=_l("从经营主体、检查事项或执法人员页面导入表格，每次导入的结果会列在这里。"),
)
PROBLEMS = ListPage(
    title=_l("逐行问题"),
    key=ImportProblem.id,
    columns=(
        Column(
            "number",
            _l("行"),
            kind="number",
            value=lambda one: _row_cell(one.number),
            cell=lambda one: _row_name(one.number) or "—",
            sort=ImportProblem.number,
        ),
        Column("name", _l("名称"), wide=True),
        Column("column", _l("列"), value=lambda one: _told_as(one.column)),
        Column("reason", _l("原因"), value=lambda one: _(one.message) % one.params, wide=True),
        Column("taken", _l("是否导入"), value=lambda one: _("未导入") if one.fatal else _("已导入，请核对")),
    ),
    search=(ImportProblem.name, ImportProblem.column, ImportProblem.message),
    search_label=_l("名称、列名或原因"),
    filters=(
        Filter(
            "taken",
            _l("是否导入"),
            (("no", _l("未导入")), ("yes", _l("已导入，请核对"))),
            apply=lambda query, value: query.where(ImportProblem.fatal == (value == "no")),
        ),
    ),
    order="number",
    empty=_l("没有发现问题。"),
    size=50,
)


ROWS = ListPage(
    title=_l("逐行结果"),
    key=ImportRow.id,
    columns=(
        Column(
            "number",
            _l("行"),
            kind="number",
            value=lambda one: _row_cell(one.number),
            cell=lambda one: _row_name(one.number) or "—",
            sort=ImportRow.number,
        ),
        Column("key", _l("代码或编号"), sort=ImportRow.key),
        Column("name", _l("名称"), sort=ImportRow.name, wide=True),
        Column("verdict", _l("结果"), value=lambda one: str(VERDICTS[one.verdict])),
        Column(
            "changes",
            _l("读入的内容或变化"),
            cell=lambda one: (row_changes.read if one.verdict == NEW else row_changes.cell)(one.changes),
            export=lambda one: (row_changes.read_line if one.verdict == NEW else row_changes.line)(
                one.changes
            ),
            wide=True,
        ),
    ),
    search=(ImportRow.name, ImportRow.key),
    search_label=_l("名称、代码或编号"),
    filters=(Filter("verdict", _l("结果"), as_choices(VERDICTS), column=ImportRow.verdict),),
    order="number",
    empty=_l("没有这样的行。"),
    size=50,
)


REMAINDER = ListPage(
    title=_l("没有撤销的"),
    key=ImportRemainder.id,
    columns=(
        Column("key", _l("代码或编号"), sort=ImportRemainder.key),
        Column("name", _l("名称"), sort=ImportRemainder.name, wide=True),
        Column("reason", _l("为什么没有撤销"), value=lambda one: _(one.reason), wide=True),
    ),
    search=(ImportRemainder.name, ImportRemainder.key),
    search_label=_l("名称、代码或编号"),
    order="key",
    empty=_l("这次导入的都已撤销。"),
    size=50,
)


def _state(run: Import) -> str:
    if (run.layout or {}).get("asked"):
        return _("待确认各列")
    if run.undone_at is not None:
        return _("已撤销")
    if run.outcome is None and import_service.can_go_on(run):
        return _("已停下，可以继续")
    if run.outcome is None:
        return _("处理中或未能完成")
    return _("已导入") if run.outcome.get("written", run.mode != "check") else _("已核对，未导入")


@pages.get("/imports")
@allow(Permission.REGISTRY_WRITE)
def imports() -> Any:
    """Files this bureau brought in."""
    return IMPORTS.respond(db.session(), queries.imports(), "imports/imports.html")


@pages.route("/imports/new/<kind>", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@takes_a_table
@allow(Permission.REGISTRY_WRITE)
def import_new(kind: str) -> Any:
    """Hand a file in; what no job could read is refused here, in one sentence beside the file."""
    if kind not in IMPORT_KINDS:
        abort(404)
    form = forms.empty(mode="check")
    if request.method == "POST":
        form = forms.read(UploadSchema())
        run = _take(kind, form)
        if run is not None:
            return redirect(url_for("registry.import_run", import_id=run.id), 303)
    context = {
        "kind": kind,
        "emptied": LOAD_KINDS[kind].blank_word,
        "what": IMPORT_KINDS[kind],
        "modes": IMPORT_MODES,
        "back": url_for(BACK[kind]),
    }
    return page("imports/new.html", form.status, form=form, **context)


@pages.get("/imports/<uuid:import_id>")
@allow(Permission.REGISTRY_WRITE)
def import_run(import_id: UUID) -> Any:
    """One file: progress while it is looked over or loaded, then counts and problems."""
    run = g.run = queries.import_run(import_id)
    if (run.layout or {}).get("asked"):
        return redirect(url_for("registry.import_columns", import_id=run.id), 303)
    return PROBLEMS.respond(db.session(), queries.problems(import_id), "imports/import.html", **facts(run))


@pages.get("/imports/<uuid:import_id>/rows")
@allow(Permission.REGISTRY_WRITE)
def import_rows(import_id: UUID) -> Any:
    """What the load does, or would do, with each row."""
    run = g.run = queries.import_run(import_id)
    return ROWS.respond(db.session(), queries.rows(import_id), "imports/rows.html", **facts(run))


@pages.get("/imports/<uuid:import_id>/remainder")
@allow(Permission.REGISTRY_WRITE)
def import_remainder(import_id: UUID) -> Any:
    """What stayed when the load was taken back, each with the reason."""
    run = queries.import_run(import_id)
    query = queries.remainder(import_id)
    return REMAINDER.respond(db.session(), query, "imports/remainder.html", **facts(run))


@pages.get("/imports/<uuid:import_id>/errors.xlsx")
@limiter.limit("30/minute")
@allow(Permission.REGISTRY_WRITE)
def import_errors(import_id: UUID) -> Any:
    """The rows with something wrong, or with `rows=all` the whole file, to mend and to load again."""
    run = queries.import_run(import_id)
    name = run.file_name.rpartition(".")[0] or run.file_name
    keeper, part = request.args.get("keeper", ""), request.args.get("part", "1")
    if keeper:
        content = import_service.keeper_workbook(run, keeper)
        return exports.download(content, f"{name}（{keeper}）.xlsx", item_service.XLSX)
    number = int(part) if part.isdecimal() and len(part) < 4 else 1
    whole = request.args.get("rows") == "all"
    content = import_service.problem_workbook(run, _, whole=whole, part=number)
    return exports.download(content, f"{name}（问题{number if number > 1 else ''}）.xlsx", item_service.XLSX)


@pages.post("/imports/<uuid:import_id>/load")
@allow(Permission.REGISTRY_WRITE)
def import_load(import_id: UUID) -> Any:
    """Load what was looked over: the good rows, or all or nothing."""
    run, form = queries.import_run(import_id), forms.read(LoadSchema())
    if not form.ok:
        raise ClerkError("请选择导入方式。")
    import_service.begin_load(run, form.data["mode"])
    flash(_("已开始导入。"), "good")
    return redirect(url_for("registry.import_run", import_id=run.id), 303)


@pages.get("/templates/<kind>.xlsx")
@allow(Permission.REGISTRY_WRITE)
def template(kind: str) -> Any:
    """An empty table with the column heads."""
    name, content = import_service.template(kind)
    return exports.download(content, name, item_service.XLSX)


def _take(kind: str, form: forms.Form) -> Import | None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        form.errors["file"] = [_("请选择要导入的文件。")]
    if not form.ok or sent is None:
        return None
    try:
        return import_service.begin_import(kind, sent.filename, sent.stream, form.data["mode"], ask=True)
    except ClerkError as error:
        form.refuse(ClerkError(error.message, fields=error.fields or {"file": [str(error)]}, **error.params))
        return None


def facts(run: Import) -> dict[str, Any]:
    """What every page of a file shows of it."""
    job, outcome = queries.import_of_job(run), run.outcome or {}
    written = outcome.get("written", run.mode != "check")
    counts = outcome if written or "would" not in outcome else outcome["would"]
    return {
        "run": run,
        "job": job,
        "progress": progress_of([job.id]).get(job.id) if job else None,
        "failed": job is not None and job.state == JobState.FAILED,
        "what": IMPORT_KINDS[run.kind],
        "back": url_for(BACK[run.kind]),
        "emptied": LOAD_KINDS[run.kind].blank_word,
        "written": written,
        "counts": counts,
        "mapping": _mapping(run),
        "sheets": _sheets(run),
        "passed_over": _passed_over(run),
        "unread": unread_columns(run.layout),
        "keepers": {
            name: [row_name(number, run.layout) for number in rows]
            for name, rows in (outcome.get("others") or {}).items()
        },
        "good": counts.get("added", 0) + counts.get("changed", 0),
        "can_stop": import_service.can_stop(run),
        "halted": import_service.halted(run) if import_service.can_go_on(run) else None,
        "most_problems": import_service.MOST_PROBLEMS,
        "parts": import_service.workbook_parts(run) if outcome else 1,
        "continues": queries.import_run(run.continues_id) if run.continues_id else None,
        "continued_by": queries.continuations(run),
    }


def _told_as(column: str) -> str:
    """A column as it is called in the file whose problems are listed."""
    layout = g.run.layout or {"header": [], "places": {}}
    return told_as(column, layout["header"], layout["places"])


def _row_name(number: int | None) -> str | None:
    return None if number is None else row_name(number, g.run.layout)


def _row_cell(number: int | None) -> int | str | None:
    """A number where one sheet is read, as it always was."""
    name = _row_name(number)
    return int(name) if name is not None and name.isdecimal() else name


def _sheets(run: Import) -> list[str]:
    """The sheets that are read."""
    layout = run.layout or {}
    return [name for name in (layout.get("sheet", ""), *(name for name, _ in layout.get("more", ()))) if name]


def _passed_over(run: Import) -> list[str]:
    """Rows that are no entries, in words."""
    told = []
    for part, label in FORM_PARTS.items():
        found = (run.layout or {}).get("form_parts", {}).get(part)
        if found:
            rows = "、".join(row_name(number, run.layout) for number in found["rows"])
            more = _("等 %(count)s 行", count=found["count"]) if found["count"] > len(found["rows"]) else ""
            told.append(_("%(part)s（第 %(rows)s 行%(more)s）", part=label, rows=rows, more=more))
    return told


def _mapping(run: Import) -> list[str]:
    """Our columns and the heads of the file that stood for them, where the two differ in name."""
    layout = run.layout or {"header": [], "places": {}}
    heads = layout["header"]
    return [f"{heads[place]} → {name}" for name, place in layout["places"].items() if heads[place] != name]
