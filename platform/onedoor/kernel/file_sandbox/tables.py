"""A clerk's file as rows by column name (R-L11).

The header may stand below a title and may name its columns by any known alias, in any order. What is
wrong with the whole file is one sentence (`ClerkError`); what is wrong with a row is told on the row.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import IO

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.formats import (
    RawRow,
    RawSheet,
    is_workbook,
    seems_workbook,
    workbook_sheets,
)
from onedoor.kernel.file_sandbox.markup_tables import is_markup, markup_sheets
from onedoor.kernel.file_sandbox.pipe_messages import (
    STARTS_FORMULA,
    Column,
    Layout,
    Limits,
    SeenTable,
    SourceProblem,
    SourceRow,
    SourceTable,
    heading,
    too_large,
)
from onedoor.kernel.file_sandbox.text_files import UNDECODABLE, text_sheet, text_stream

_HEADER_WITHIN = 20
# A text that is longer is not held whole; what it begins with says which encoding it has.
_BEGINNING = 8 << 20
# As many characters as a cell of a workbook may have; a longer one is no table's cell.
_LONGEST_CELL = 32_767
_LONGEST_NAME = 100
_LONGEST_ASIDE = 20
# What spreadsheets show where a formula found nothing.
_ERRORS = frozenset({
    "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#GETTING_DATA",
})  # fmt: skip
# As exports keep a code from becoming a number: ="0123".
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
# A look shows so many different values of a column, of so many rows, and so much of each.
_SAMPLES, _SAMPLED_ROWS, _LONGEST_SAMPLE = 3, 50, 40


def find_table(
    content: bytes | IO[bytes],
    columns: Sequence[Column],
    limits: Limits,
    layout: Layout | None = None,
    lines: int = 0,
) -> SourceTable:
    """Find the table in a file, by its names or where `layout` says it stands. `lines` is about how many a text has.

    Raises ClerkError, one sentence, for a file that is empty, too large, no table, in no known
    encoding, or without header or required columns; while iterating, for too many rows.
    """
    sheets = _sheets(content, limits, lines)
    return _laid_out(sheets, layout, limits) if layout else _find_table(sheets, columns, limits)


def look(
    content: bytes | IO[bytes], columns: Sequence[Column], limits: Limits, only: str | None = None
) -> SeenTable:
    """The likely header of a file and a few values under it; raises what `find_table` does but for missing columns.

    The header is the row among the first twenty that has most of the known names; without any, the first of the
    widest rows. `only` is the sheet to look at; else it is the one with the best header, the first of equals.
    """
    names = {heading(name) for column in columns for name in (column.name, *column.aliases)}
    heads: list[_Head] = []
    for sheet in _sheets(content, limits):
        first = list(itertools.islice(sheet.rows, _HEADER_WITHIN + _SAMPLED_ROWS))
        head = _best_head(sheet.name, first, names)
        heads += [head] if head else []
    eligible = [head for head in heads if only in (None, head[2].sheet)]
    if not eligible:
        raise _no_header([], columns)
    seen = max(eligible, key=lambda head: head[:2])[2]
    if len(seen.header) > limits.columns:
        raise _too_many_columns(len(seen.header), limits)
    others = [head[2] for head in heads if head[2].sheet != seen.sheet]
    same = [heading(cell) for cell in seen.header]
    alike = (other.sheet for other in others if [heading(cell) for cell in other.header] == same)
    return replace(seen, others=tuple(other.sheet for other in others), alike=tuple(alike))


_Head = tuple[int, int, SeenTable]
"""How many of its names are known, how many it has, and the table below it."""


def _best_head(sheet: str, first: Sequence[RawRow], names: Set[str]) -> _Head | None:
    best: _Head | None = None
    for place, row in enumerate(first[:_HEADER_WITHIN]):
        known = len(names & {heading(cell) for cell in row.cells})
        width = sum(1 for cell in row.cells if cell.strip())
        if width and (best is None or (known, width) > best[:2] or _ends_head(row, known, best)):
            best = known, width, _seen(sheet, row, first[place + 1 :])
    return best


def _ends_head(row: RawRow, known: int, best: _Head) -> bool:
    """Whether a row is the lower one of a head of several, and knows no fewer names."""
    return _of_head(row, best[2].header_row) and known >= best[0] > 0


def _of_head(row: RawRow, header_row: int) -> bool:
    """Whether cells of the head, or of what stands above it, are merged down into this row: it is no entry."""
    return 0 < row.joined <= header_row < row.number


def _seen(sheet: str, head: RawRow, below: Sequence[RawRow]) -> SeenTable:
    header = _header(head)
    samples: list[dict[str, None]] = [{} for _ in header]
    for row in below[:_SAMPLED_ROWS]:
        if _of_head(row, head.number):
            continue
        for kept, cell in zip(samples, row.cells, strict=False):
            text = " ".join(UNDECODABLE.sub("�", cell).split())[:_LONGEST_SAMPLE]
            if text and len(kept) < _SAMPLES:
                kept[text] = None
    return SeenTable(
        sheet, head.number, tuple(cell[:_LONGEST_NAME] for cell in header), tuple(map(tuple, samples))
    )


def _sheets(given: bytes | IO[bytes], limits: Limits, lines: int = 0) -> Iterable[RawSheet]:
    file = io.BytesIO(given) if isinstance(given, bytes) else given
    content = file.read(_BEGINNING)
    text = not seems_workbook(content) and not is_markup(content)
    if len(content) == _BEGINNING and text and not is_workbook(content):
        return iter([text_stream(content, file, lines)])
    # One byte more than is allowed is enough to say that it is too much.
    content += b"".join(_pieces(file, limits.size + 1 - len(content)))
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise ClerkError("文件是空的，请检查后重新上传。")
    if len(content) > limits.size:
        raise too_large(len(content), limits.size)
    if not text and len(content) > limits.workbook:
        raise ClerkError(
            "工作簿有 %(size)s MB，超过 %(limit)s MB 的上限，请另存为 .csv 或分成几个文件上传。",
            size=-(-len(content) >> 20),
            limit=limits.workbook >> 20,
        )
    if is_markup(content):
        return markup_sheets(content)
    return workbook_sheets(content) if is_workbook(content) else iter([text_sheet(content)])


def _pieces(file: IO[bytes], most: int) -> Iterator[bytes]:
    """At most so many bytes, piece by piece: to ask for all at once would take room for as many as may come."""
    while most > 0 and (piece := file.read(min(most, _BEGINNING))):
        yield piece
        most -= len(piece)


def _laid_out(sheets: Iterable[RawSheet], layout: Layout, limits: Limits) -> SourceTable:
    for sheet in sheets:
        if sheet.name == layout.sheet and layout.headless:
            sheet.rows = (row for row in sheet.rows if row.number > layout.header_row)
            sheet.ragged = False
            return _table(sheet, RawRow(layout.header_row, []), (), layout.places, limits)
        if sheet.name == layout.sheet:
            for row in sheet.rows:
                if row.number >= layout.header_row:
                    return _table(sheet, row, _header(row), layout.places, limits)
    raise ClerkError("文件里没有找到原来的表头，请重新上传。")


def _find_table(sheets: Iterable[RawSheet], columns: Sequence[Column], limits: Limits) -> SourceTable:
    names = {heading(name): column.name for column in columns for name in (column.name, *column.aliases)}
    closest: list[str] = []
    for sheet in sheets:
        for row in itertools.islice(sheet.rows, _HEADER_WITHIN):
            found = [names[key] for key in map(heading, row.cells) if key in names]
            if all(column.name in found for column in columns if column.required) and len(found) > 1:
                head = _whole_head(sheet, row, names, found)
                header = _header(head)
                return _table(sheet, head, header, _named(header, names), limits)
            closest = max(closest, found, key=len)
    raise _no_header(closest, columns)


def _whole_head(sheet: RawSheet, head: RawRow, names: Mapping[str, str], found: Sequence[str]) -> RawRow:
    """The lowest row of a head of several that names each of what the first names, and nothing twice."""
    for row in sheet.rows:
        below = [names[key] for key in map(heading, row.cells) if key in names]
        if not _of_head(row, head.number):
            sheet.rows = itertools.chain([row], sheet.rows)
            break
        if set(found) <= set(below) and len(below) == len(set(below)):
            head = row
    return head


def _no_header(closest: list[str], columns: Sequence[Column]) -> ClerkError:
    required = [column.name for column in columns if column.required]
    missing = [name for name in required if name not in closest]
    if len(closest) > 1 and missing:
        return ClerkError("表头缺少“%(columns)s”列，请补上后重新上传。", columns="”“".join(missing))
    return ClerkError(
        "前 %(rows)s 行里没有找到表头，表头至少要有“%(columns)s”列，请对照模板检查。",
        rows=_HEADER_WITHIN,
        columns="”“".join(required),
    )


def _header(head: RawRow) -> list[str]:
    header = [UNDECODABLE.sub("�", cell).strip() for cell in head.cells]
    while header and not header[-1]:
        header.pop()
    return header


def _named(header: Sequence[str], names: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = names.get(heading(cell))
        if name in places:
            raise ClerkError("表头里“%(column)s”列出现了不止一次，请只留一列。", column=name)
        if name is not None:
            places[name] = place
    return places


def _too_many_columns(found: int, limits: Limits) -> ClerkError:
    return ClerkError(
        "表头有 %(found)s 列，超过 %(limit)s 列的上限，请删除不需要的列后重新上传。",
        found=found,
        limit=limits.columns,
    )


def _table(
    sheet: RawSheet, head: RawRow, header: Sequence[str], places: Mapping[str, int], limits: Limits
) -> SourceTable:
    if len(header) > limits.columns:
        raise _too_many_columns(len(header), limits)
    # In the order of the file, whatever kept them: a row is told from a form's foot by its first cell.
    places = dict(sorted(places.items(), key=lambda one: one[1]))
    taken = set(places.values())
    unused = tuple(cell[:_LONGEST_NAME] for place, cell in enumerate(header) if cell and place not in taken)
    rows = _rows(sheet, head.number, len(header), places, limits)
    total = max(sheet.total - head.number, 0)
    return SourceTable(
        sheet.name,
        head.number,
        tuple(cell[:_LONGEST_NAME] for cell in header),
        tuple(places),
        unused,
        total,
        rows,
    )


def _rows(
    sheet: RawSheet, head: int, width: int, places: Mapping[str, int], limits: Limits
) -> Iterator[SourceRow]:
    count = 0
    for raw in sheet.rows:
        if not raw.problem and (not any(cell.strip() for cell in raw.cells) or _of_head(raw, head)):
            continue
        count += 1
        if count > limits.rows:
            raise ClerkError("文件超过 %(limit)s 行，请分成几个文件上传。", limit=limits.rows)
        yield _source_row(raw, width if sheet.ragged else None, places)


def _source_row(raw: RawRow, width: int | None, places: Mapping[str, int]) -> SourceRow:
    whole = raw.problem or _wrong_width(raw.cells, width)
    if whole:
        return SourceRow(raw.number, raw.line, {}, (SourceProblem("", whole),))
    cells = {
        name: _as_written(raw.cells[place].strip() or raw.across.get(place, "").strip())
        for name, place in places.items()
        if place < len(raw.cells)
    }
    problems = tuple(_cell_problems(cells))
    kept = {name: cell[:_LONGEST_CELL] for name, cell in cells.items()}
    return SourceRow(raw.number, raw.line, kept, problems, _aside(raw.cells, frozenset(places.values())))


def _aside(cells: Sequence[str], taken: frozenset[int]) -> str:
    place = next((place for place, cell in enumerate(cells) if cell and not cell.isspace()), None)
    return "" if place is None or place in taken else cells[place].strip()[:_LONGEST_ASIDE]


def _cell_problems(cells: Mapping[str, str]) -> Iterator[SourceProblem]:
    for name, cell in cells.items():
        if len(cell) > _LONGEST_CELL:
            error = ClerkError(
                "本格有 %(found)s 个字，超过 %(limit)s 个字的上限，请缩短。",
                found=len(cell),
                limit=_LONGEST_CELL,
            )
            yield SourceProblem(name, error)
        if cell in _ERRORS:
            error = ClerkError("这一格是表格软件的出错提示“%(text)s”，请改成实际的内容。", text=cell)
            yield SourceProblem(name, error)
        if UNDECODABLE.search(cell):
            yield SourceProblem(name, ClerkError("有无法识别的文字，请核对原文后重新填写。"))


def _as_written(text: str) -> str:
    # The text that spreadsheets.writing.harmless was given: what we wrote reads back as it was.
    formula = _TEXT_FORMULA.fullmatch(text)
    if formula:
        return formula[1].strip()
    return text[1:] if text[:1] == "'" and text.lstrip("'").startswith(STARTS_FORMULA) else text


def _wrong_width(cells: Sequence[str], width: int | None) -> ClerkError | None:
    if width is None:
        return None
    if len(cells) < width:
        return ClerkError(
            "本行只有 %(found)s 列，表头有 %(width)s 列，可能是内容里的换行没有加引号。",
            found=len(cells),
            width=width,
        )
    if any(cell.strip() for cell in cells[width:]):
        return ClerkError(
            "本行有 %(found)s 列，表头只有 %(width)s 列，可能是内容里的逗号没有加引号。",
            found=len(cells),
            width=width,
        )
    return None
