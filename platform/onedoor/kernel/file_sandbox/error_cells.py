"""Cells of an .xlsx file that hold an error (#N/A, #REF!): its reader gives them as empty, and an empty cell is nobody's mistake."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import IO

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*)>(.{0,200}?)</(?:\w+:)?c>", re.DOTALL)
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s([^>]*)/?>")
_AT_ONCE = 1 << 20
# The longest cell of an error: what one piece ends in the middle of is found in the next one.
_OVERLAP = 400
# More of them than rows of problems are kept need not be known.
_MOST = 20_000

Places = dict[tuple[int, int], str]
"""What stands in the cells of a sheet, by row and column, both from 0."""


def error_cells(archive: zipfile.ZipFile) -> dict[str | int, Places]:
    """The cells that hold an error, by the name of their sheet; sheets without any are left out."""
    members = set(archive.namelist())
    found: dict[str | int, Places] = {}
    for name, member in _sheets(archive):
        if member in members:
            with archive.open(member) as sheet:
                places = dict(_of_sheet(sheet))
            if places:
                found[name] = places
    return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name of each sheet, and the member that holds it."""
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return
    targets = {
        _attribute(one, "Id"): _attribute(one, "Target")
        for one in (match[1] for match in _RELATION.finditer(relations))
    }
    for match in _SHEET.finditer(book):
        target = targets.get(_attribute(match[1], r"(?:\w+:)?id"), "")
        if target:
            yield _attribute(match[1], "name"), posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")


def _attribute(text: str, name: str) -> str:
    found = re.search(rf"""(?:^|\s){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", text)
    return unescape(found[1] or found[2] or "") if found else ""


def _of_sheet(sheet: IO[bytes]) -> Iterator[tuple[tuple[int, int], str]]:
    kept, count = b"", 0
    while (chunk := sheet.read(_AT_ONCE)) and count < _MOST:
        piece = kept + chunk
        # Most sheets have none: looked for at once, before each cell is.
        for cell in _CELL.finditer(piece) if _IS_ERROR.search(piece) else ():
            if not _IS_ERROR.search(cell[1]):
                continue
            place, value = _PLACE.search(cell[1]), _VALUE.search(cell[2])
            if place:
                count += 1
                text = value[1].decode("utf-8", "replace")[:20] if value else "#N/A"
                yield (int(place[2]) - 1, _column(place[1])), text
        kept = chunk[-_OVERLAP:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
