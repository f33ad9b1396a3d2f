"""What was wrong with a file, as a workbook to mend and to load again (R-L11)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from onedoor.imports import queries
from onedoor.imports.models import Import, ImportProblem
from onedoor.imports.rules.columns import RAW_LINE, REASONS, source_row_head, told_as
from onedoor.imports.rules.row_numbers import row_name
from onedoor.imports.service import import_files
from onedoor.imports.service.load_kinds import KINDS
from onedoor.kernel import audit
from onedoor.kernel.codes import KIND_NAMES, entity_kind, normalise_code
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import (
    Column,
    Layout,
    Marked,
    SourceRow,
    SourceTable,
    in_turn,
    read_table,
    write_xlsx,
)
from onedoor.kernel.text.masking import mask_numbers_in
from tenants import queries as tenants

# A whole file is written while its reader waits; of a longer one only the rows with something wrong.
MOST_ROWS = 50_000
# And of rows with something wrong so many at a time.
ROWS_OF_A_PART = 20_000
_CODE, _CODE_LENGTH = "统一社会信用代码", 18
# Bytes that are no letter in the file's encoding, as `kernel.spreadsheets` gives them.
_UNREADABLE = re.compile("[\udc80-\udcff\ufffd]")
# A landline without its area code.
SHORTEST_PHONE = 7
_PHONE_HEAD = re.compile("电话|手机|联系方式")


def workbook_parts(run: Import) -> int:
    """How many workbooks the rows with something wrong fill."""
    outcome = run.outcome or {}
    if outcome.get("rejected", 0) + outcome.get("remarks", 0) <= ROWS_OF_A_PART:
        return 1
    return max(1, -(-len(queries.problem_rows(run.id)) // ROWS_OF_A_PART))


def problem_workbook(run: Import, say: Callable[[str], str], *, whole: bool = False, part: int = 1) -> bytes:
    """The rows with something wrong as they came, each bad cell marked and the reasons beside; or the whole file.

    Of very many rows each `part` has so many. A row that could not be taken apart is given back as far as it could, with
    its whole line beside it.

    Where numbers of people are among them only who brought the file gets it back, as each look at such a number is
    permitted and logged (R-T7); that it was handed out is in the log.
    `say` gives a sentence in the reader's language. The workbook may be mended and loaded as it is: what we added at
    the end of each row is not read.
    """
    if run.layout is None or run.outcome is None:
        raise Conflict("这个文件还没有核对完，请等核对完再下载。")
    if whole and run.outcome["rows"] > MOST_ROWS:
        raise Conflict("文件超过 %(most)s 行，只能下载有问题的行。", most=MOST_ROWS)
    header = run.layout["header"]
    chosen = queries.problem_rows(run.id)
    if not whole:
        chosen = chosen[(part - 1) * ROWS_OF_A_PART : part * ROWS_OF_A_PART]
    if part > 1 and not chosen:
        raise NotFound("没有这一部分。")
    wrong, target = _wrong(run, chosen), io.BytesIO()
    with in_turn():
        table = _table(run, None if whole else chosen)
        rows = _rows(_own(run, table), run, wrong, say, whole=whole)
        widths = [*(max(12, min(40, 2 * len(head) + 4)) for head in header), 60, 12, 60]
        # Of a row that broke its line stands beside it.
        lines = [RAW_LINE] if any(not one.column for each in wrong.values() for one in each) else []
        write_xlsx(target, [*header, REASONS, source_row_head(run.id), *lines], rows, widths=widths)
    audit.record("registry.import.take", ("import", run.id), run.file_name, after={"whole": whole})
    return target.getvalue()


def keeper_workbook(run: Import, keeper: str) -> bytes:
    """The good rows that another bureau keeps, with the file's own heads: its file. The same may have it as that of what was
    wrong. Raises NotFound for a name that keeps none of them."""
    if run.layout is None or run.outcome is None or keeper not in (run.outcome.get("elsewhere") or {}):
        raise NotFound("这个文件里没有由“%(name)s”维护的行。", name=keeper[:60])
    kinds = {kind for bureau in tenants.bureaus() if bureau.name == keeper for kind in bureau.entity_kinds}
    kinds |= {str(kind) for kind, name in KIND_NAMES.items() if name == keeper}
    place, header = str(run.layout["places"].get(_CODE, "")), run.layout["header"]
    refused = _refused(run)
    target = io.BytesIO()
    with in_turn():
        theirs = (
            row
            for row in _table(run, None)
            if row.number not in refused and _kind(row.cells.get(place, "")) in kinds
        )
        rows = ([row.cells.get(str(at), "") for at in range(len(header))] for row in _own(run, theirs))
        write_xlsx(target, header, rows)
    audit.record("registry.import.take", ("import", run.id), run.file_name, after={"keeper": keeper})
    return target.getvalue()


def _kind(cell: str) -> str:
    code = normalise_code(cell)
    return str(entity_kind(code).value) if len(code) == _CODE_LENGTH else ""


def _refused(run: Import) -> frozenset[int]:
    fatal = sa.and_(ImportProblem.import_id == run.id, ImportProblem.fatal)
    return frozenset(db.session.scalars(sa.select(ImportProblem.number).where(fatal).distinct()))


def _table(run: Import, chosen: list[int] | None) -> SourceTable:
    """The file's rows by the places of its cells, joined as the load reads them."""
    known = run.layout or {}
    header, flags = known["header"], {one.name: one for one in KINDS[run.kind].columns}
    columns = [
        Column(str(place), key=flags[name].key, continued=flags[name].continued)
        for name, place in known["places"].items()
        if name in flags
    ]
    more = tuple((name, row) for name, row in known.get("more", ()))
    headless = known.get("headless", False)
    layout = Layout(known["sheet"], known["header_row"], _every_place(header), headless, more)
    limits = import_files.limits(known.get("size", 0))
    return read_table(import_files.parts_of(run), columns, limits, layout, wanted=chosen)


def _own(run: Import, table: Iterable[SourceRow]) -> Iterable[SourceRow]:
    """The rows; raises Forbidden if a number of a person is among them, for anybody but who brought the file."""
    if run.actor_id is not None and run.actor_id == current_scope().actor_id:
        return table
    rows, phones = list(table), _phones(run)
    width = len((run.layout or {})["header"])
    if any(
        _is_number(cell, str(place) in phones)
        for row in rows
        for place, cell in enumerate(_cells(row, max(width, len(row.raw))))
    ):
        raise Forbidden(
            "文件里有身份证号或电话，只有上传它的%(name)s可以下载；要改正这些行，请由上传的人下载，或者重新上传文件。",
            name=run.actor_name,
        )
    return rows


def _phones(run: Import) -> set[str]:
    """The places of the columns that are for phones, by our heads or by the file's own."""
    layout = run.layout or {}
    heads = [*enumerate(layout["header"]), *((place, column) for column, place in layout["places"].items())]
    return {str(place) for place, head in heads if _PHONE_HEAD.search(head)}


def _is_number(cell: str, for_phones: bool) -> bool:
    """Whether a cell holds a number of a person: where phones stand a landline without its area code, too."""
    digits = sum(one.isdigit() for one in cell)
    return mask_numbers_in(cell) != cell or (for_phones and digits >= SHORTEST_PHONE)


def _every_place(header: Sequence[str]) -> dict[str, int]:
    return {str(place): place for place in range(len(header))}


def _wrong(run: Import, chosen: Sequence[int]) -> dict[int, list[ImportProblem]]:
    found: dict[int, list[ImportProblem]] = {}
    if not chosen:
        return found
    within = ImportProblem.number.between(chosen[0], chosen[-1])
    ordered = queries.problems(run.id).where(within).order_by(ImportProblem.number, ImportProblem.id)
    for problem in db.session.scalars(ordered):
        found.setdefault(problem.number, []).append(problem)
    return found


def _rows(
    table: Iterable[SourceRow],
    run: Import,
    wrong: Mapping[int, list[ImportProblem]],
    say: Callable[[str], str],
    *,
    whole: bool,
) -> Iterator[list[object]]:
    header, places = (run.layout or {})["header"], (run.layout or {})["places"]
    for row in table:
        problems = wrong.get(row.number, [])
        if not problems and not whole:
            continue
        bad = {places[one.column] for one in problems if one.column in places}
        broken = not row.cells and bool(row.raw)
        shown = [
            Marked(cell) if place in bad or broken or _UNREADABLE.search(cell) else cell
            for place, cell in enumerate(_cells(row, len(header)))
        ]
        number = row_name(row.number, run.layout)
        reasons = "\n".join(_said(one, header, places, say) for one in problems)
        line = ["｜".join(row.raw)] if broken else []
        yield [*shown, reasons, int(number) if number.isdecimal() else number, *line]


def _cells(row: SourceRow, width: int) -> list[str]:
    """What stands in each place, of a row that broke as far as it could be taken apart; what is in no known letters as �."""
    if row.cells:
        cells = [row.cells.get(str(place), "") for place in range(width)]
    else:
        cells = [*row.raw[:width], *[""] * (width - len(row.raw))]
    return cells


def _said(
    problem: ImportProblem, header: Sequence[str], places: Mapping[str, int], say: Callable[[str], str]
) -> str:
    reason = say(problem.message) % problem.params
    return f"{told_as(problem.column, header, places)}：{reason}" if problem.column else reason
