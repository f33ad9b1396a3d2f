"""A clerk's file as rows by column name (R-L11).

The header may stand below a title and may name its columns by any known alias, in any order. What is
wrong with the whole file is one sentence (`ClerkError`); what is wrong with a row is told on the row.
"""

from __future__ import annotations

import io
import itertools
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
    SHEET_STEP,
    Column,
    Layout,
    Limits,
    SeenTable,
    SheetPreview,
    SourceRow,
    SourceTable,
    heading,
    too_large,
)
from onedoor.kernel.file_sandbox.table_rows import Places, source_rows
from onedoor.kernel.file_sandbox.text_files import UNDECODABLE, text_sheet, text_stream

_HEADER_WITHIN = 20
# A text that is longer is not held whole; what it begins with says which encoding it has.
_BEGINNING = 8 << 20
_LONGEST_NAME = 100
# A look shows so many different values of a column, of so many rows, and so much of each.
_SAMPLES, _SAMPLED_ROWS, _LONGEST_SAMPLE = 3, 50, 40
# And of each sheet so many rows, of so many columns; of so many sheets.
_PREVIEWED_ROWS, _PREVIEWED_COLUMNS, _PREVIEWED_SHEETS = 8, 30, 60
# As many sheets are read one after the other as the numbers of their rows leave room for.
_MOST_SHEETS = 200


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
    return _laid_out(sheets, layout, columns, limits) if layout else _find_table(sheets, columns, limits)


def look(
    content: bytes | IO[bytes],
    columns: Sequence[Column],
    limits: Limits,
    only: str | None = None,
    header_row: int | None = None,
) -> SeenTable:
    """The likely header of a file and a few values under it; raises what `find_table` does but for missing columns.

    The header is the row among the first twenty that has most of the known names; without any, the first of the
    widest rows. `only` is the sheet to look at; else it is the one with the best header, the first of equals that are
    shown. `header_row` is the row of its header where that is said.
    """
    names = {heading(name) for column in columns for name in (column.name, *column.aliases)}
    heads: list[_Head] = []
    hidden: set[str] = set()
    previews: list[SheetPreview] = []
    for sheet in _sheets(content, limits):
        first = list(itertools.islice(sheet.rows, _HEADER_WITHIN + _SAMPLED_ROWS))
        said = header_row if header_row is not None and only in (sheet.name, None) else None
        head = _best_head(sheet.name, first, names, said)
        if head is None:
            continue
        heads.append(head)
        hidden |= {sheet.name} if sheet.hidden else set()
        previews.append(_preview(sheet, head[2].header_row, first))
    eligible = [
        head for head in heads if head[2].sheet == only or (only is None and head[2].sheet not in hidden)
    ]
    if not eligible:
        raise _no_header([], columns)
    seen = max(eligible, key=lambda head: head[:2])[2]
    if len(seen.header) > limits.columns:
        raise _too_many_columns(len(seen.header), limits)
    others = [head[2] for head in heads if head[2].sheet != seen.sheet]
    same = _sorted_heads(seen.header)
    alike = [
        other.sheet
        for other in others
        if other.sheet not in hidden and same is not None and _sorted_heads(other.header) == same
    ]
    return replace(
        seen,
        others=tuple(other.sheet for other in others),
        alike=tuple(alike[:_MOST_SHEETS]),
        previews=tuple(previews[:_PREVIEWED_SHEETS]),
    )


def _sorted_heads(header: Sequence[str]) -> list[str] | None:
    """By which sheets are alike, in whatever order their columns are; None where a head stands twice."""
    heads = sorted(heading(cell) for cell in header if cell)
    return heads if len(set(heads)) == len(heads) else None


def _preview(sheet: RawSheet, header_row: int, first: Sequence[RawRow]) -> SheetPreview:
    """The first rows that say something, and the header if it is further down."""
    said = [row for row in first if any(cell.strip() for cell in row.cells)]
    shown = said[:_PREVIEWED_ROWS]
    shown += [row for row in said[_PREVIEWED_ROWS:] if row.number == header_row]
    rows = tuple((row.number, tuple(map(_sample, row.cells[:_PREVIEWED_COLUMNS]))) for row in shown)
    return SheetPreview(sheet.name, header_row, rows, sheet.hidden)


def _sample(cell: str) -> str:
    return " ".join(UNDECODABLE.sub("�", cell).split())[:_LONGEST_SAMPLE]


_Head = tuple[int, int, SeenTable]
"""How many of its names are known, how many it has, and the table below it."""


def _best_head(sheet: str, first: Sequence[RawRow], names: Set[str], said: int | None = None) -> _Head | None:
    if said is not None:
        place = next((place for place, row in enumerate(first) if row.number == said), None)
        if place is None or not any(cell.strip() for cell in first[place].cells):
            raise ClerkError("第 %(row)s 行是空行或太靠后，不能作表头，请从所列的行中选择。", row=said)
        return 0, 0, _seen(sheet, first[place], first[place + 1 :])
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
            text = _sample(cell)
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


def _laid_out(
    sheets: Iterable[RawSheet], layout: Layout, columns: Sequence[Column], limits: Limits
) -> SourceTable:
    waiting = iter(sheets)
    for sheet in waiting:
        if sheet.name == layout.sheet and layout.headless:
            sheet.rows = (row for row in sheet.rows if row.number > layout.header_row)
            sheet.ragged = False
            return _table(sheet, RawRow(layout.header_row, []), (), layout.places, columns, limits)
        if sheet.name == layout.sheet:
            head = _head_at(sheet, layout.header_row)
            table = _table(sheet, head, _header(head), layout.places, columns, limits)
            if layout.more:
                table.total = 0
                further = _further(table.header, waiting, layout, columns, limits)
                table.rows = itertools.chain(table.rows, further)
            return table
    raise _no_such_header()


def _further(
    heads: Sequence[str],
    waiting: Iterator[RawSheet],
    layout: Layout,
    columns: Sequence[Column],
    limits: Limits,
) -> Iterator[SourceRow]:
    """The rows of further sheets with the same heads, numbered on."""
    left = dict(layout.more)
    names = {heading(cell): place for place, cell in enumerate(heads) if cell}
    for sheet in waiting:
        if sheet.name not in left:
            continue
        head = _head_at(sheet, left.pop(sheet.name))
        header = _header(head)
        at = {names.get(heading(cell)): place for place, cell in enumerate(header) if cell}
        # Its columns may stand in another order.
        places = {name: at[place] for name, place in layout.places.items() if place in at}
        step = SHEET_STEP * (len(layout.more) - len(left))
        for row in _table(sheet, head, header, places, columns, limits):
            yield replace(row, number=row.number + step)
    if left:
        raise _no_such_header()


def _head_at(sheet: RawSheet, header_row: int) -> RawRow:
    for row in sheet.rows:
        if row.number >= header_row:
            return row
    raise _no_such_header()


def _no_such_header() -> ClerkError:
    return ClerkError("文件里没有找到原来的表头，请重新上传。")


def _find_table(sheets: Iterable[RawSheet], columns: Sequence[Column], limits: Limits) -> SourceTable:
    names = {heading(name): column.name for column in columns for name in (column.name, *column.aliases)}
    closest: list[str] = []
    for sheet in sheets:
        for row in () if sheet.hidden else itertools.islice(sheet.rows, _HEADER_WITHIN):
            found = [names[key] for key in map(heading, row.cells) if key in names]
            if all(column.name in found for column in columns if column.required) and len(found) > 1:
                head = _whole_head(sheet, row, names, found)
                header = _header(head)
                return _table(sheet, head, header, _named(header, names), columns, limits)
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
    sheet: RawSheet,
    head: RawRow,
    header: Sequence[str],
    places: Mapping[str, int],
    columns: Sequence[Column],
    limits: Limits,
) -> SourceTable:
    if len(header) > limits.columns:
        raise _too_many_columns(len(header), limits)
    # In the order of the file, whatever kept them: a row is told from a form's foot by its first cell.
    places = dict(sorted(places.items(), key=lambda one: one[1]))
    taken = set(places.values())
    unused = tuple(cell[:_LONGEST_NAME] for place, cell in enumerate(header) if cell and place not in taken)
    rows = source_rows(sheet, Places.of(places, head.number, header, columns), limits, _of_head)
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
