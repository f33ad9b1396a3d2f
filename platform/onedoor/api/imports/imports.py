"""Registry loads over the interface: hand a file in, ask how far it is, read what was wrong (R-L11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, g
from flask_babel import gettext as _

from onedoor.api.blueprints import UPLOADS, room
from onedoor.api.imports.shapes import (
    KINDS,
    TOLD_KINDS,
    BeginIn,
    ColumnsIn,
    ColumnsOut,
    FileIn,
    LoadOut,
    LoadPage,
    LoadPartArgs,
    ProblemPage,
    RemainderPage,
    RowPage,
    RowsIn,
    TemplateIn,
    UndoOut,
    WorkbookIn,
)
from onedoor.api.lists.paging import PageArgs, ordered_page, page_of
from onedoor.api.openapi.document import file_response
from onedoor.edge.attachments import attachment
from onedoor.edge.declarations import LOAD_KINDS
from onedoor.edge.guard import allow
from onedoor.edge.rate_limits import limiter
from onedoor.edge.request_size_limits import takes_a_table
from onedoor.imports import queries
from onedoor.imports import service as import_service
from onedoor.imports.models import Import, ImportProblem, ImportRemainder, ImportRow
from onedoor.imports.rules.columns import unread_columns
from onedoor.imports.rules.row_numbers import row_name
from onedoor.imports.schemas.imports import LoadSchema
from onedoor.items import service as item_service
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.jobs import progress_of
from tenants.rules import Permission

blp = room("registry", "名录的导入")


@blp.route("/loads")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(PageArgs, location="query")
@blp.response(200, LoadPage)
def loads(args: dict[str, Any]) -> dict[str, Any]:
    """本单位的导入，最新的在前"""
    found = page_of(queries.imports(), Import.id, args)
    return {**found, "items": [_shown(run) for run in found["items"]]}


@blp.route("/loads/<kind>", methods=["POST"])
@limiter.limit(UPLOADS)
@takes_a_table
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(BeginIn, location="query")
@blp.arguments(FileIn, location="files")
@blp.response(202, LoadOut)
@blp.doc(description=f"kind 可用：{TOLD_KINDS}。ask 表示认不出的列先等确认（state 为 asked）。")
def begin(args: dict[str, Any], files: dict[str, Any], kind: str) -> dict[str, Any]:
    """上传名录文件并开始导入"""
    if kind not in KINDS:
        raise ClerkError("没有“%(kind)s”这种名录，可用 %(kinds)s。", kind=kind, kinds="、".join(KINDS))
    sent = files["file"]
    run = import_service.begin_import(
        kind,
        sent.filename,
        sent.stream,
        args["mode"],
        columns=args["columns"],
        ask=args["ask"],
        through="interface",
    )
    return _shown(run)


@blp.route("/loads/<uuid:load_id>")
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, LoadOut)
def one_load(load_id: UUID) -> dict[str, Any]:
    """一次导入的进度和结果"""
    run = queries.import_run(load_id)
    return {**_shown(run), "continued_by": [each.id for each in queries.continuations(run)]}


@blp.route("/loads/<uuid:load_id>/problems")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(LoadPartArgs, location="query")
@blp.response(200, ProblemPage)
def load_problems(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """逐行问题，按行号排列"""
    run = g.run = queries.import_run(load_id)
    return ordered_page(queries.problems(run.id), ImportProblem.number, ImportProblem, args)


@blp.route("/loads/<uuid:load_id>/rows")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(RowsIn, location="query")
@blp.response(200, RowPage)
def load_rows(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """逐行结果：新增、更新（逐个字段）、没有变化、文件里没有"""
    run = g.run = queries.import_run(load_id)
    query = queries.rows(run.id).where(ImportRow.verdict == args["verdict"])
    return ordered_page(query, ImportRow.number, ImportRow, args)


@blp.route("/loads/<uuid:load_id>/load", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(LoadSchema, location="query")
@blp.response(202, LoadOut)
def load(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """把核对过的文件导入：没有问题的行 good，或全部没有问题才导入 all"""
    run = queries.import_run(load_id)
    import_service.begin_load(run, args["mode"])
    return _shown(run)


@blp.route("/loads/<uuid:load_id>/columns")
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, ColumnsOut)
def load_columns(load_id: UUID) -> dict[str, Any]:
    """文件的各列、各列的前几个值，以及认作本平台的哪一列"""
    run = queries.import_run(load_id)
    seen, known = import_service.columns_of(run), LOAD_KINDS[run.kind].columns
    layout = run.layout or {}
    return {
        "sheet": layout.get("sheet", ""),
        "sheets": [layout.get("sheet", ""), *(name for name, _ in layout.get("more", ()))],
        "header_row": layout.get("header_row", 0),
        "previews": [
            {
                "sheet": each.sheet,
                "header_row": each.header_row,
                "hidden": each.hidden,
                "rows": [{"row": number, "cells": list(cells)} for number, cells in each.rows],
            }
            for each in seen.previews
        ],
        "others": layout.get("others", []),
        "columns": [
            {"place": place, "head": head, "samples": list(samples)}
            for place, (head, samples) in enumerate(zip(seen.header, seen.samples, strict=False))
        ],
        "known": [one.name for one in known],
        "required": [one.name for one in known if one.required],
        "places": layout.get("places", {}),
    }


@blp.route("/loads/<uuid:load_id>/columns", methods=["PUT"])
@limiter.limit(UPLOADS)
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(ColumnsIn)
@blp.response(202, LoadOut)
def settle_columns(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """确认各列并开始核对或导入；表头相同的文件以后不再询问。给出 sheets 或 header_row 时改读这些工作表，再确认各列"""
    run = queries.import_run(load_id)
    sheets = args["sheets"] or ([] if args["sheet"] is None else [args["sheet"]])
    if sheets or args["header_row"] is not None:
        import_service.choose_sheets(run, sheets or [(run.layout or {}).get("sheet", "")], args["header_row"])
    else:
        import_service.choose_columns(run, args["places"])
    return _shown(run)


@blp.route("/loads/<uuid:load_id>/stop", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, LoadOut)
def stop_load(load_id: UUID) -> dict[str, Any]:
    """停止经营主体、检查对象、对象资料、经营场所或许可证的导入，做完的部分保留"""
    run = queries.import_run(load_id)
    import_service.stop_load(run)
    return _shown(run)


@blp.route("/loads/<uuid:load_id>/go-on", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, LoadOut)
def go_on(load_id: UUID) -> dict[str, Any]:
    """从停下的地方继续"""
    run = queries.import_run(load_id)
    import_service.go_on(run)
    return _shown(run)


@blp.route("/loads/<uuid:load_id>/undo")
@allow(Permission.REGISTRY_WRITE)
@blp.response(200, UndoOut)
def undo_preview(load_id: UUID) -> dict[str, Any]:
    """现在撤销会怎样：为什么不能撤销，或者有几条会保持原样、为什么"""
    return import_service.undo_preview(queries.import_run(load_id))._asdict()


@blp.route("/loads/<uuid:load_id>/remainder")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(LoadPartArgs, location="query")
@blp.response(200, RemainderPage)
def load_remainder(args: dict[str, Any], load_id: UUID) -> dict[str, Any]:
    """撤销时保持原样的，每条写明原因"""
    run = queries.import_run(load_id)
    return ordered_page(queries.remainder(run.id), ImportRemainder.key, ImportRemainder, args)


@blp.route("/loads/<uuid:load_id>/undo", methods=["POST"])
@allow(Permission.REGISTRY_WRITE)
@blp.response(202, LoadOut)
def undo(load_id: UUID) -> dict[str, Any]:
    """撤销一次导入，已有别的业务用到或后来又有变动的保持原样；都不能撤销时说明原因（409）"""
    run = queries.import_run(load_id)
    import_service.begin_undo(run)
    return _shown(run)


@blp.route("/loads/<uuid:load_id>/errors.xlsx")
@limiter.limit(UPLOADS)
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(WorkbookIn, location="query")
@blp.doc(
    responses={"200": file_response("A workbook: each bad cell marked, the reasons at the end of its row.")}
)
def errors_workbook(args: dict[str, Any], load_id: UUID) -> Response:
    """有问题的行，逐格标红并写明原因，改好后可直接上传；行数很多时分部分下载，也可下载由其他单位维护的行"""
    run = queries.import_run(load_id)
    name = run.file_name.rpartition(".")[0] or run.file_name
    if args["keeper"]:
        content = import_service.keeper_workbook(run, args["keeper"])
        return attachment(content, f"{name}（{args['keeper']}）.xlsx", item_service.XLSX)
    content = import_service.problem_workbook(run, _, whole=args["rows"] == "all", part=args["part"])
    return attachment(content, f"{name}（问题）.xlsx", item_service.XLSX)


@blp.route("/template.xlsx")
@allow(Permission.REGISTRY_WRITE)
@blp.arguments(TemplateIn, location="query")
@blp.doc(
    description=f"kind 可用：{TOLD_KINDS}。",
    responses={"200": file_response("An empty workbook with the heads of a list.")},
)
def template(args: dict[str, Any]) -> Response:
    """下载模板"""
    name, content = import_service.template(args["kind"])
    return attachment(content, name, item_service.XLSX)


def _shown(run: Import) -> dict[str, Any]:
    job = queries.import_of_job(run)
    progress = progress_of([job.id]).get(job.id) if job else None
    summary = ("id", "kind", "mode", "file_name", "created_at", "outcome", "undone_at")
    return {
        **{name: getattr(run, name) for name in summary},
        **_of_file(run),
        "state": job.state if job else "asked",
        "problem": job.problem if job else None,
        "halted": import_service.halted(run) if import_service.can_go_on(run) else None,
        "done": progress.done if progress else 0,
        "total": progress.total if progress else None,
    }


def _of_file(run: Import) -> dict[str, Any]:
    """Which sheets are read, and which rows are no entries."""
    layout = run.layout or {}
    sheets = [layout.get("sheet", ""), *(name for name, _ in layout.get("more", ()))]
    parts = layout.get("form_parts", {})
    return {
        "continues": run.continues_id,
        "parts": import_service.workbook_parts(run) if run.outcome else 1,
        "sheets": [name for name in sheets if name],
        "unread_sheets": layout.get("others", []),
        "unread_columns": unread_columns(layout),
        "passed_over": {
            part: {"count": found["count"], "rows": [row_name(number, layout) for number in found["rows"]]}
            for part, found in parts.items()
        },
    }
