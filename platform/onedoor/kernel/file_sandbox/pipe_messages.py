"""What is looked for in a file, what is found, and how both cross the pipe: JSON, never objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.unicode import normal

# What a spreadsheet would take for the beginning of a formula.
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# Rows of a workbook's further sheets are numbered from so much more on than those of the sheet before.
SHEET_STEP = 10_000_000
# Parts of a form that are no entries: its heads once more, the title of a part of the list.
HEAD_AGAIN, SECTION = "head", "section"
# How the process ends when it could not say what was wrong.
NO_MEMORY, DAMAGED = 77, 78


@dataclass(frozen=True, slots=True)
class Column:
    """A column we look for, the other names it goes by, and whether a file without it is refused.

    A row that says nothing of its own but in columns that are `continued` goes on with the row above, where the columns
    that are a `key` are merged with those above or empty.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    key: bool = False
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest file taken: size in bytes, that of a workbook, rows below the header, columns of the header.

    A text is read as it comes, a workbook is held whole. `memory` (bytes of address space) and `seconds` (of processor
    time) bound the process that reads it.
    """

    size: int = 512 << 20
    workbook: int = 64 << 20
    rows: int = 2_000_000
    columns: int = 300
    memory: int = 1536 << 20
    seconds: int = 120


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table of a file stands: its sheet, the row of its header, and which place is taken for which column.

    Places count from 0. It is found once by a look at the file, may be mended by a person, and is then read by.
    """

    sheet: str
    header_row: int
    places: Mapping[str, int]
    headless: bool = False
    """No row names the columns: all below `header_row` are entries."""
    more: tuple[tuple[str, int], ...] = ()
    """Sheets with the same heads that are read after it, in the workbook's order, each with the row of its header."""


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """The first rows of a sheet, each with its number; `header_row` is its likely header, `hidden` that nobody sees it."""

    sheet: str
    header_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SeenTable:
    """What a look at a file found: its likely header, and under each head the first few different values.

    `others` are the sheets beside it that say something, `alike` those of them that have the same heads, `previews` all of
    these with their first rows.
    """

    sheet: str
    header_row: int
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    others: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    previews: tuple[SheetPreview, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """Largest picture taken: size in bytes, pixels; `longest` is the longer side of what is made of it.

    `memory` (bytes of address space) and `seconds` (of processor time) bound the process that writes it anew.
    """

    size: int = 20 << 20
    pixels: int = 50_000_000
    longest: int = 2_560
    memory: int = 1 << 30
    seconds: int = 20


@dataclass(frozen=True, slots=True)
class WordLimits:
    """Largest Word template taken: size in bytes.

    `memory` (bytes of address space) and `seconds` (of processor time) bound the process that fills it.
    """

    size: int = 2 << 20
    memory: int = 1 << 30
    seconds: int = 10


@dataclass(frozen=True, slots=True)
class PictureFace:
    """What was made of a picture: its kind and size in pixels."""

    media_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """Something wrong in one row; `column` is empty when it is the row as a whole."""

    column: str
    error: ClerkError


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row below the header: cells by our column names, trimmed, and what was wrong in reading it.

    `aside` is the beginning of what stands first in the row, where that is in no column of ours. `remarks` is what is
    told of a row that could be read. `raw` are the cells of one that could not be taken apart, or that is no entry:
    `form_part` then says which part of the form it is.
    """

    number: int
    line: int | None
    cells: Mapping[str, str]
    problems: tuple[SourceProblem, ...] = ()
    aside: str = ""
    remarks: tuple[SourceProblem, ...] = ()
    raw: tuple[str, ...] = ()
    form_part: str = ""


@dataclass(slots=True)
class SourceTable:
    """The table found in a file. `unused` are header names nobody asked for. Rows can be read once."""

    sheet: str
    header_row: int
    header: tuple[str, ...]
    columns: tuple[str, ...]
    unused: tuple[str, ...]
    total: int
    rows: Iterator[SourceRow]

    def __iter__(self) -> Iterator[SourceRow]:
        return self.rows


def too_large(size: int, limit: int) -> ClerkError:
    """What the sender of a file of `size` bytes is told where `limit` are taken."""
    return ClerkError(
        "文件有 %(size)s MB，超过 %(limit)s MB 的上限，请分成几个文件上传。",
        size=-(-size >> 20),
        limit=limit >> 20,
    )


def heading(text: str) -> str:
    """A column head as compared: half-width, without blanks, stars and remarks such as （必填）."""
    plain = "".join(normal("NFKC", text).split()).strip("*").lower()
    for remark in ("(必填)", "(选填)"):
        plain = plain.removesuffix(remark)
    return plain.strip("*")


def error_out(error: ClerkError) -> list[Any]:
    """A sentence with its parameters."""
    return [error.message, {key: _plain(value) for key, value in error.params.items()}]


def error_in(sentence: Any) -> ClerkError:
    """The sentence again."""
    message, params = sentence
    filled: dict[str, Any] = {str(key): _plain(value) for key, value in params.items() if key != "fields"}
    return ClerkError(str(message), **filled)


def head_out(table: SourceTable) -> list[Any]:
    """A table without its rows."""
    return [table.sheet, table.header_row, table.header, table.columns, table.unused, table.total]


def head_in(message: Any, rows: Iterator[SourceRow]) -> SourceTable:
    """The table again, with where its rows come from."""
    sheet, header_row, header, columns, unused, total = message
    heads, names, others = (tuple(map(str, each)) for each in (header, columns, unused))
    return SourceTable(str(sheet), int(header_row), heads, names, others, int(total), rows)


def seen_out(seen: SeenTable) -> list[Any]:
    """A look at a file."""
    previews = [[each.sheet, each.header_row, each.rows, each.hidden] for each in seen.previews]
    return [seen.sheet, seen.header_row, seen.header, seen.samples, seen.others, seen.alike, previews]


def seen_in(message: Any) -> SeenTable:
    """The look again."""
    sheet, header_row, header, samples, others, alike, previews = message
    shown = tuple(tuple(map(str, each)) for each in samples)
    heads, beside, same = (tuple(map(str, each)) for each in (header, others, alike))
    first = tuple(
        SheetPreview(
            str(name), int(head), tuple((int(at), tuple(map(str, row))) for at, row in rows), bool(hidden)
        )
        for name, head, rows, hidden in previews
    )
    return SeenTable(str(sheet), int(header_row), heads, shown, beside, same, first)


def layout_in(message: Any) -> Layout | None:
    """Where the table stands, if that is said."""
    if message is None:
        return None
    sheet, header_row, places, headless, more = message
    named = {str(name): int(place) for name, place in places.items()}
    others = tuple((str(name), int(head)) for name, head in more)
    return Layout(str(sheet), int(header_row), named, bool(headless), others)


def row_out(row: SourceRow, columns: Sequence[str]) -> list[Any]:
    """A row, its cells in the order of the table's columns."""
    problems, remarks = (
        [[problem.column, *error_out(problem.error)] for problem in each]
        for each in (row.problems, row.remarks)
    )
    cells = list(map(row.cells.get, columns))
    return [row.number, row.line, cells, problems, row.aside, remarks, row.raw, row.form_part]


def row_in(message: Any, columns: Sequence[str]) -> SourceRow:
    """The row again."""
    number, line, cells, problems, aside, remarks, raw, form_part = message
    return SourceRow(
        int(number),
        None if line is None else int(line),
        {name: str(cell) for name, cell in zip(columns, cells, strict=True) if cell is not None},
        tuple(SourceProblem(str(column), error_in(error)) for column, *error in problems),
        str(aside),
        tuple(SourceProblem(str(column), error_in(error)) for column, *error in remarks),
        tuple(map(str, raw)),
        str(form_part),
    )


def _plain(value: Any) -> int | str:
    return value if isinstance(value, int) else str(value)
