"""What was wrong with a file, as a workbook to mend and to load again (R-L11)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from onedoor.imports import queries
from onedoor.imports.models import Import, ImportProblem
from onedoor.imports.rules.columns import REASONS, SOURCE_ROW, told_as
from onedoor.imports.service import import_files
from onedoor.kernel import audit
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict, Forbidden
from onedoor.kernel.scope import current_scope
from onedoor.kernel.spreadsheets import Layout, Marked, SourceRow, in_turn, read_table, write_xlsx
from onedoor.kernel.text.masking import mask_numbers_in

# A whole file is written while its reader waits; of a longer one only the rows with something wrong.
MOST_ROWS = 50_000
# A landline without its area code.
SHORTEST_PHONE = 7
_PHONE_HEAD = re.compile("电话|手机|联系方式")


def problem_workbook(run: Import, say: Callable[[str], str], *, whole: bool = False) -> bytes:
    """The rows with something wrong as they came, each bad cell marked and the reasons beside; or the whole file.

    Where numbers of people are among them only who brought the file gets it back, as each look at such a number is
    permitted and logged (R-T7); that it was handed out is in the log.
    `say` gives a sentence in the reader's language. The workbook may be mended and loaded as it is: what we added at
    the end of each row is not read.
    """
    if run.layout is None or run.outcome is None:
        raise Conflict("这个文件还没有核对完，请等核对完再下载。")
    if whole and run.outcome["rows"] > MOST_ROWS:
        raise Conflict("文件超过 %(most)s 行，只能下载有问题的行。", most=MOST_ROWS)
    header, places = run.layout["header"], run.layout["places"]
    headless = run.layout.get("headless", False)
    layout = Layout(run.layout["sheet"], run.layout["header_row"], _every_place(header), headless)
    wrong = _wrong(run)
    target, chosen = io.BytesIO(), None if whole else list(wrong)
    with in_turn():
        limits = import_files.limits(run.layout.get("size", 0))
        table = read_table(import_files.parts_of(run), (), limits, layout, wanted=chosen)
        rows = _rows(_own(run, table), header, wrong, places, say, whole=whole)
        widths = [*(max(12, min(40, 2 * len(head) + 4)) for head in header), 60, 12]
        write_xlsx(target, [*header, REASONS, SOURCE_ROW], rows, widths=widths)
    audit.record("registry.import.take", ("import", run.id), run.file_name, after={"whole": whole})
    return target.getvalue()


def _own(run: Import, table: Iterable[SourceRow]) -> Iterable[SourceRow]:
    """The rows; raises Forbidden if a number of a person is among them, for anybody but who brought the file."""
    if run.actor_id is not None and run.actor_id == current_scope().actor_id:
        return table
    rows, phones = list(table), _phones(run)
    if any(_is_number(cell, place in phones) for row in rows for place, cell in row.cells.items()):
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


def _wrong(run: Import) -> dict[int, list[ImportProblem]]:
    found: dict[int, list[ImportProblem]] = {}
    ordered = queries.problems(run.id).order_by(ImportProblem.number, ImportProblem.id)
    for problem in db.session.scalars(ordered):
        found.setdefault(problem.number, []).append(problem)
    return found


def _rows(
    table: Iterable[SourceRow],
    header: Sequence[str],
    wrong: Mapping[int, list[ImportProblem]],
    places: Mapping[str, int],
    say: Callable[[str], str],
    *,
    whole: bool,
) -> Iterator[list[object]]:
    for row in table:
        problems = wrong.get(row.number, [])
        if not problems and not whole:
            continue
        bad = {places[one.column] for one in problems if one.column in places}
        cells = [row.cells.get(str(place), "") for place in range(len(header))]
        shown = [Marked(cell) if place in bad else cell for place, cell in enumerate(cells)]
        yield [*shown, "\n".join(_said(one, header, places, say) for one in problems), row.number]


def _said(
    problem: ImportProblem, header: Sequence[str], places: Mapping[str, int], say: Callable[[str], str]
) -> str:
    reason = say(problem.message) % problem.params
    return f"{told_as(problem.column, header, places)}：{reason}" if problem.column else reason
