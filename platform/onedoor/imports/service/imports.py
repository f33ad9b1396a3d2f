"""Bringing in a clerk's file: kept at once, looked over or loaded by a background job (R-L11)."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import Import, ImportMapping, ImportProblem, ImportRow
from onedoor.imports.rules import columns as rules
from onedoor.imports.service import checkpoints, form_parts, import_files
from onedoor.imports.service.import_problems import ImportProblems
from onedoor.imports.service.load_kinds import KINDS
from onedoor.imports.service.row_outcomes import GONE, RowOutcomes
from onedoor.kernel import audit, files, jobs
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.job_progress import NoProgress
from onedoor.kernel.jobs import JobName, JobState
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.spreadsheets import Layout, SeenTable, SourceTable, look_at, read_table
from onedoor.kernel.text.masking import mask_numbers_in

MODES = ("good", "all", "check")


def begin_import(
    kind: str,
    given_name: str | None,
    content: bytes | IO[bytes],
    mode: str = "good",
    *,
    columns: Mapping[str, str] | None = None,
    ask: bool = False,
    through: str = "page",
) -> Import:
    """Keep the file and ask for its loading; `mode` good, all or check.

    `columns` says which head is which column of ours (`{"统一社会信用代码": "信用号"}`). With `ask` a file whose heads are
    not all known waits until a person has said it (`choose_columns`), unless its header was settled before.
    Raises ClerkError, one sentence, for a file that no job could read.
    """
    known = KINDS[kind].columns
    if mode not in MODES:
        raise ClerkError("请选择导入方式。", fields={"mode": ["请从所列选项中选择。"]})
    KINDS[kind].allow()
    source = import_files.as_stream(content)
    seen = look_at(import_files.parts(source), known, import_files.limits())
    layout = _laid_out(kind, seen, columns, ask)
    run = _new(kind, files.plain_name(given_name), mode, through)
    run.continues_id = queries.marked_load(kind, rules.continued_mark(seen.header))
    size, lines = import_files.keep(run, source)
    run.layout = {**layout, "size": size, "lines": lines}
    db.session.flush()
    if not layout["asked"]:
        _enqueue(run)
    return run


def _laid_out(kind: str, seen: SeenTable, columns: Mapping[str, str] | None, ask: bool) -> dict[str, Any]:
    """Where the table stands and which place is which column. Who can be asked is, of a file without a head and of alike sheets."""
    headless = not columns and rules.is_entry(seen.header)
    if headless and not ask:
        raise ClerkError(
            "第 %(row)s 行是一条数据，不是表头。请在它上面补一行列名后重新上传，或在页面上传并逐列指定。",
            row=seen.header_row,
        )
    if headless:
        seen = rules.without_head(seen)
        places, asked = rules.guessed(seen.header, seen.samples, KINDS[kind].columns), True
    else:
        places, asked = _placed(kind, seen, columns, ask)
    return {
        "sheet": seen.sheet,
        "header_row": seen.header_row,
        "header": list(seen.header),
        "places": places,
        "asked": asked or (ask and bool(seen.alike)),
        "headless": headless,
        **_sheets_of(seen, seen.alike if not headless else ()),
    }


def _sheets_of(seen: SeenTable, chosen: Collection[str]) -> dict[str, Any]:
    """Which further sheets are read, with the rows of their heads, and which are not."""
    heads = {each.sheet: each.header_row for each in seen.previews}
    more = [[name, heads[name]] for name in seen.others if name in chosen and name in heads]
    read = {name for name, _ in more}
    return {"more": more, "others": [name for name in seen.others if name not in read]}


def choose_sheets(run: Import, sheets: Sequence[str], header_row: int | None = None) -> None:
    """These sheets of the workbook are read as one table, by the heads of the first, in row `header_row` if that is said.

    Its columns are asked about then. Raises as `choose_columns` does, and for sheets whose heads are others.
    """
    _refuse_at_work(run)
    layout = run.layout or {}
    known = [
        layout.get("sheet", ""),
        *(name for name, _ in layout.get("more", ())),
        *layout.get("others", ()),
    ]
    if not sheets:
        raise ClerkError("请至少选一个工作表。")
    for sheet in sheets:
        if sheet not in known:
            raise ClerkError("文件里没有“%(sheet)s”这个工作表，请从所列工作表中选择。", sheet=sheet[:60])
    given = import_files.parts_of(run), KINDS[run.kind].columns, import_files.limits()
    # In the workbook's order, in which they are read.
    order = [each.sheet for each in look_at(*given).previews]
    first, *further = sorted(sheets, key=lambda name: order.index(name) if name in order else len(order))
    seen = look_at(import_files.parts_of(run), *given[1:], first, header_row)
    for sheet in further:
        if sheet not in seen.alike:
            raise ClerkError(
                "“%(sheet)s”的表头与“%(first)s”不同，不能一起读入；请只选表头相同的，其余的再上传一次。",
                sheet=sheet[:60],
                first=first[:60],
            )
    chosen = {**_laid_out(run.kind, seen, None, ask=True), **_sheets_of(seen, further), "asked": True}
    kept: dict[str, Any] = {name: layout[name] for name in ("size", "lines") if name in layout}
    run.layout = {**kept, **chosen}
    audit.record(
        "registry.import.columns", ("import", run.id), run.file_name, after={"sheets": [first, *further]}
    )


def columns_of(run: Import) -> SeenTable:
    """A look at the file of a run whose columns are being chosen; numbers of people are masked (R-T7)."""
    layout = run.layout or {}
    known, sheet = KINDS[run.kind].columns, layout.get("sheet") or None
    said = layout.get("header_row") if not layout.get("headless") else None
    seen = look_at(import_files.parts_of(run), known, import_files.limits(), sheet, said)
    seen = rules.without_head(seen) if layout.get("headless") else seen
    samples = tuple(tuple(map(mask_numbers_in, each)) for each in seen.samples)
    previews = tuple(
        dataclasses.replace(each, rows=tuple((at, tuple(map(mask_numbers_in, row))) for at, row in each.rows))
        for each in seen.previews
    )
    return dataclasses.replace(seen, samples=samples, previews=previews)


def choose_columns(run: Import, chosen: Mapping[str, int]) -> None:
    """A person said which place of the header is which column of ours; remembered for files with the same heads.

    While nothing was loaded it may be said again; what was found under the former choice is then forgotten.
    """
    _refuse_at_work(run)
    if run.layout is None:
        raise Conflict("这个文件是较早上传的，各列不能再改；请重新上传。")
    header = run.layout["header"]
    places = rules.settled(chosen, header, KINDS[run.kind].columns)
    run.layout = {**run.layout, "places": places, "asked": False}
    if not run.layout.get("headless"):
        _remember(run, header, places)
    audit.record("registry.import.columns", ("import", run.id), run.file_name, after={"columns": places})
    _again(run)


def begin_load(run: Import, mode: str) -> None:
    """Load what was looked over: the good rows, or all or nothing."""
    if mode not in ("good", "all"):
        raise ClerkError("请选择导入方式。", fields={"mode": ["请从所列选项中选择。"]})
    _refuse_at_work(run)
    if run.outcome is None:
        raise Conflict("这个文件还没有核对完，请等核对完再导入。")
    run.mode = mode
    _again(run)


def run_import(import_id: UUID, progress: NoProgress) -> dict[str, Any]:
    """Load the file, or only look it over; returns the counts. Loading it again changes nothing.

    Items and officers are loaded in this transaction; entities, targets, their details, places and licences step by step
    (`LoadKind.stepwise`), and what was kept of an attempt that ended is not done again.
    """
    run = queries.import_run(import_id)
    if run.undone_at is not None:
        raise ClerkError("这次导入已经撤销，请重新上传文件。")
    kind = KINDS[run.kind]
    import_problems, verdicts = ImportProblems(run, kind.columns), RowOutcomes(run)

    def reading(after: int, wanted: Collection[int] | None = None) -> SourceTable:
        layout = run.layout or {}
        limits = import_files.limits(layout.get("size", 0))
        parts, lines = import_files.parts_of(run), layout.get("lines", 0)
        given = parts, kind.columns, limits, _layout(run)
        return form_parts.noted(read_table(*given, lines=lines, after=after, wanted=wanted), run)

    outcome = kind.load(reading, run, import_problems, verdicts, progress)
    if not outcome["rows"]:
        raise ClerkError("表格里只有表头，没有数据，请补充后重新上传。")
    import_problems.save()
    if unnamed := import_problems.unnamed():
        import_problems.give_names(reading(0, unnamed))
    verdicts.save()
    if run.continues_id is not None:
        outcome = _without_gone(run, outcome)
    run.outcome = outcome = {
        **outcome,
        "rejected": import_problems.rejected,
        "remarks": import_problems.remarks,
    }
    run.finished_at = now()
    audit.record(
        f"registry.{run.kind}.{'import' if outcome['written'] else 'check'}",
        ("import", run.id),
        run.file_name,
        after={**outcome, "digest": run.digest},
    )
    db.session.flush()
    return outcome


def _without_gone(run: Import, outcome: Mapping[str, Any]) -> dict[str, Any]:
    """A file that goes on with a load has the rest of it: what is not in it is not missing."""
    gone = sa.and_(ImportRow.import_id == run.id, ImportRow.verdict == GONE)
    db.session.execute(sa.delete(ImportRow).where(gone))
    kept = {name: value for name, value in outcome.items() if name != "gone"}
    if "would" in kept:
        kept["would"] = {name: value for name, value in kept["would"].items() if name != "gone"}
    return kept


def _placed(
    kind: str, seen: SeenTable, columns: Mapping[str, str] | None, ask: bool
) -> tuple[dict[str, int], bool]:
    """Which place is which column, and whether a person is to say so first."""
    known = KINDS[kind].columns
    if columns:
        places = {}
        for name, head in columns.items():
            if head not in seen.header:
                raise ClerkError("文件的表头里没有“%(head)s”这一列。", head=head[:100])
            places[name] = seen.header.index(head)
        return rules.settled(places, seen.header, known), False
    remembered = queries.remembered_columns(kind, rules.digest_of(seen.header))
    if remembered is not None and not rules.missing(remembered, known):
        return remembered, False
    places = rules.named(seen.header, known)
    required = sum(1 for column in known if column.required)
    if ask and len([cell for cell in seen.header if cell]) >= max(2, required):
        unclear = rules.missing(places, known) or rules.unclear(seen.header, places)
        return rules.guessed(seen.header, seen.samples, known) if unclear else places, bool(unclear)
    rules.refuse_without_header(seen.header, places, known)
    return places, False


def _new(kind: str, file_name: str, mode: str, through: str) -> Import:
    return Import(
        id=new_id(),
        kind=kind,
        mode=mode,
        file_name=file_name,
        actor_id=current_scope().actor_id,
        actor_name=current_scope().actor_name,
        created_at=now(),
        through=through,
    )


def _enqueue(run: Import) -> None:
    kind = KINDS[run.kind]
    name = (
        Sentence("核对%(title)s：%(file)s", title=Sentence(kind.title), file=run.file_name)
        if run.mode == "check"
        else Sentence("导入%(title)s：%(file)s", title=Sentence(kind.title), file=run.file_name)
    )
    jobs.enqueue(JobName.LOAD_FILE, {"import_id": str(run.id)}, title=name, subject=("import", run.id))


def _again(run: Import) -> None:
    for table in (ImportProblem, ImportRow):
        db.session.execute(sa.delete(table).where(table.import_id == run.id))
    run.outcome, run.finished_at = None, None
    run.layout = {name: value for name, value in (run.layout or {}).items() if name != "form_parts"} or None
    checkpoints.forget(run)
    db.session.flush()
    _enqueue(run)


def _refuse_at_work(run: Import) -> None:
    """What was loaded stays as it was loaded, and a job at work is not disturbed."""
    # Of two who press at once the second waits, and sees what the first has asked for.
    db.session.refresh(run, with_for_update=True)
    job = queries.import_of_job(run)
    if run.outcome is not None and run.outcome.get("written", run.mode != "check"):
        raise Conflict("这个文件已经导入，不能再改；请重新上传文件。")
    if job is not None and job.state in (JobState.WAITING, JobState.RUNNING):
        raise Conflict("这个文件正在处理，请等处理完再试。")
    if run.undone_at is not None or checkpoints.begun_writing(run):
        raise Conflict("这个文件已写入一部分，请继续导入，或先撤销再重新上传文件。")


def _remember(run: Import, header: list[str], places: Mapping[str, int]) -> None:
    digest = rules.digest_of(header)
    mapping = queries.mapping(run.kind, digest)
    if mapping is None:
        mapping = ImportMapping(tenant_id=run.tenant_id, kind=run.kind, digest=digest, header=header)
        db.session.add(mapping)
    mapping.places, mapping.actor_name, mapping.updated_at = (
        dict(places),
        current_scope().actor_name,
        now(),
    )


def _layout(run: Import) -> Layout | None:
    layout = run.layout
    if not layout:
        return None
    more = tuple((name, row) for name, row in layout.get("more", ()))
    return Layout(
        layout["sheet"], layout["header_row"], layout["places"], layout.get("headless", False), more
    )
