"""Tables going out, safe to open: no cell is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.file_sandbox.pipe_messages import STARTS_FORMULA
from onedoor.kernel.text.unicode import printable, writable

_LONGEST_CELL = 32_767
_MARK = PatternFill("solid", fgColor="FFF4C7C3")
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Marked:
    """A cell's value with something wrong about it: written on red ground."""

    value: object


def harmless(value: object) -> object:
    """A value for a .csv cell: what a spreadsheet would take for a formula gets an apostrophe before it.

    So does what has one already, or reading could not tell the two apart.
    """
    if isinstance(value, str):
        value = writable(value)
        return "'" + value if value.lstrip("'").startswith(STARTS_FORMULA) else value
    return "" if value is None else value


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of a .csv file that opens in Excel and WPS as it is: UTF-8 mark first, CRLF."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BYTE_ORDER_MARK)
    for row in chain([head], rows):
        writer.writerow([harmless(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def write_csv(target: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a .csv file."""
    for line in csv_lines(head, rows):
        target.write(line.encode("utf-8"))


def write_xlsx(
    target: IO[bytes],
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    sheet: str = "Sheet1",
    above: Sequence[Sequence[object]] = (),
    below: Sequence[Sequence[object]] = (),
    widths: Sequence[float] = (),
) -> None:
    """Write one sheet, row by row: `above` the header (title, reporting unit), the table, `below` it.

    Text stays text: codes keep their digits, nothing becomes a formula. Widths are in characters.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = f"A{len(above) + 2}"
    for place, width in enumerate(widths or [max(12, 2 * len(name) + 4) for name in head], start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    for row in above:
        page.append([_cell(page, value, Font(bold=True)) for value in row])
    page.append([_cell(page, name, Font(bold=True)) for name in head])
    for row in chain(rows, below):
        page.append([_cell(page, value) for value in row])
    book.save(target)


def _cell(page: Any, value: Any, font: Font | None = None) -> Any:
    if isinstance(value, Marked):
        cell = _cell(page, value.value, font) or WriteOnlyCell(page)
        cell.fill = _MARK
        return cell
    if value is None or value == "":
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    if not isinstance(value, str):
        return _styled(WriteOnlyCell(page, value=value), font)
    cell = WriteOnlyCell(page, value=printable(value)[:_LONGEST_CELL])
    cell.data_type = "s"
    cell.number_format = "@"
    if "\n" in value:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return _styled(cell, font)


def _styled(cell: Any, font: Font | None) -> Any:
    if font is not None:
        cell.font = font
    return cell
