"""What the reader of an .ods file does not tell: cells that hold an error (it gives them as 0 or empty), and merged cells."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from onedoor.kernel.file_sandbox.error_cells import Places

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELL, _COVERED, _ROW, _SHEET = (
    f"{_TABLE}{name}" for name in ("table-cell", "covered-table-cell", "table-row", "table")
)
# As a spreadsheet shows them; LibreOffice has numbers of its own (Err:502).
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:\d{3}")
_WIDEST, _LONGEST = 16_384, 1_048_576
# More of them than rows of problems are kept need not be known.
_MOST = 20_000

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class Marks:
    """Of a sheet, by row and column from 0: the cells with an error, and the first and last cell of what is merged."""

    errors: Places = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)


def marks_of(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Those of each sheet by its name. What cannot be read says nothing here: its reader refuses it."""
    found: dict[str, Marks] = {}
    try:
        with archive.open("content.xml") as content:
            for name, row, element in _rows(content):
                _note(found.setdefault(name, Marks()), row, element)
    except (KeyError, etree.XMLSyntaxError):
        return found
    return found


def _rows(content: Any) -> Iterator[tuple[str, int, Any]]:
    row, name = 0, ""
    events = etree.iterparse(
        content, events=("start", "end"), tag=(_SHEET, _ROW), resolve_entities=False, no_network=True
    )
    for event, element in events:
        if element.tag == _SHEET and event == "start":
            row, name = 0, element.get(f"{_TABLE}name", "")
        elif element.tag == _ROW and event == "end":
            yield name, row, element
            row += _number(element.get(f"{_TABLE}number-rows-repeated"), _LONGEST)
            element.clear()


def _note(marks: Marks, row: int, element: Any) -> None:
    column = 0
    for cell in element.iterchildren(_CELL, _COVERED):
        times = _number(cell.get(f"{_TABLE}number-columns-repeated"), _WIDEST)
        wide = _number(cell.get(f"{_TABLE}number-columns-spanned"), _WIDEST)
        high = _number(cell.get(f"{_TABLE}number-rows-spanned"), _LONGEST)
        if (wide > 1 or high > 1) and len(marks.merged) < _MOST:
            marks.merged.append(((row, column), (row + high - 1, column + wide - 1)))
        if cell.get(f"{_CALC}value-type") == "error" or cell.get(f"{_TABLE}formula"):
            text = "".join(cell.itertext()).strip()
            is_error = cell.get(f"{_CALC}value-type") == "error" or _ERROR.fullmatch(text)
            if is_error and len(marks.errors) < _MOST:
                word = text if text.startswith("#") else "#VALUE!"
                marks.errors |= {(row, column + at): word for at in range(min(times, 100))}
        column += times


def _number(written: str | None, most: int) -> int:
    return min(int(written), most) if written and written.isdecimal() and len(written) < 8 else 1
