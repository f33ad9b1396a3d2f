"""What a file is, told by its content and never by its name, and the raw rows in it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.error_cells import Places, error_cells
from onedoor.kernel.file_sandbox.merged_cells import Merges
from onedoor.kernel.file_sandbox.old_workbooks import old_error_cells
from onedoor.kernel.file_sandbox.open_documents import Marks, Range, marks_of

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"GIF8": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
    b"\x1f\x8b": "压缩包",
    b"{\\rtf": "文字处理文件",
}
# Where a cell or a row says it stands, in any spelling the workbook reader would take.
_PLACE = re.compile(rb"""[\s"']r\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
_OTHER_WORKBOOKS = frozenset({"content.xml", "xl/workbook.bin"})
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_DOCTYPE = re.compile(rb"<(\x00?)!\1(D\1O\1C\1T\1Y\1P\1E|E\1N\1T\1I\1T\1Y)", re.IGNORECASE)
# The workbook reader lays a sheet out in memory cell by cell, empty ones too, and its process with it.
_MOST_CELLS = 20_000_000
_MOST_UNPACKED = 1 << 30
_MOST_MEMBERS = 5_000
_AT_ONCE = 1 << 20
# A place or a declaration that one chunk ends in the middle of is found in the next one.
_OVERLAP = 256


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the source: `number` as a spreadsheet shows it, `line` in a text file.

    `problem` is set when the row could not be taken apart; its cells are then no more than parts of it. `across` is the text, by place, of
    cells merged with one to their left; `joined` the number of the row above that a merged cell of a few rows joins
    this one to, 0 if none. `down` are the places merged with the row above, `widest` how many columns the widest cell takes.
    """

    number: int
    cells: list[str]
    line: int | None = None
    problem: ClerkError | None = None
    across: Mapping[int, str] = field(default_factory=dict)
    joined: int = 0
    down: frozenset[int] = frozenset()
    widest: int = 1


@dataclass(slots=True)
class RawSheet:
    """The rows of a text file or of one sheet; `total` is an upper bound of their number."""

    name: str
    total: int
    rows: Iterator[RawRow] = field(repr=False)
    ragged: bool = False
    hidden: bool = False


def seems_workbook(content: bytes) -> bool:
    """Whether a file that begins so is a workbook, or pretends to be."""
    return content.startswith((_ZIP, _OLE))


def is_workbook(content: bytes) -> bool:
    """Whether it is a workbook to open with `workbook_sheets`; raises ClerkError for another kind."""
    if content.startswith(_ZIP):
        _refuse_other_zip(content)
        return True
    if content.startswith(_OLE):
        _refuse_other_ole(content)
        return True
    for magic, what in _OTHERS.items():
        if content.startswith(magic):
            raise _not_a_table(what)
    return False


def workbook_sheets(content: bytes) -> Iterator[RawSheet]:
    """The sheets of an .xlsx, .xls or .ods file, in order."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        marks = _open_document_marks(content)
        errors: Mapping[str | int, Places] = {name: each.errors for name, each in marks.items()}
        errors = errors or _errors(content)
        for place, known in enumerate(workbook.sheets_metadata):
            if known.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = workbook.get_sheet_by_name(known.name)
            merged = marks[known.name].merged if known.name in marks else sheet.merged_cell_ranges
            rows = _sheet_rows(sheet, errors.get(known.name, errors.get(place, {})), merged)
            hidden = known.visible != SheetVisibleEnum.Visible
            yield RawSheet(known.name, sheet.total_height, rows, hidden=hidden)
    except PasswordError:
        raise _protected() from None
    except CalamineError:
        raise damaged() from None


def cell_text(value: object) -> str:
    """A cell as its reader would copy it: dates in ISO form, whole numbers without a decimal point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15G}"
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def _errors(content: bytes) -> Mapping[str | int, Places]:
    """By the name of the sheet, or in an .xls by its place."""
    if not content.startswith(_ZIP):
        return old_error_cells(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return error_cells(archive)


def _open_document_marks(content: bytes) -> dict[str, Marks]:
    """Of an .ods by the name of the sheet; of what is none nothing."""
    if not content.startswith(_ZIP):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return marks_of(archive) if "content.xml" in archive.namelist() else {}


def _sheet_rows(sheet: CalamineSheet, errors: Places, ranges: Sequence[Range] | None) -> Iterator[RawRow]:
    left = sheet.start[1] if sheet.start is not None else 0
    merges = Merges(ranges, left) if ranges and sheet.start is not None else None
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = [cell_text(value) for value in row]
        if errors:
            cells = [errors.get((number - 1, left + place), cell) for place, cell in enumerate(cells)]
        if merges is None:
            yield RawRow(number, cells)
            continue
        found = merges.fill(number - 1, cells)
        yield RawRow(
            number, cells, across=found.across, joined=found.head, down=found.down, widest=found.widest
        )


def _refuse_other_zip(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if "word/document.xml" in names:
                raise _not_a_table("Word 文件")
            open_document = _is_open_document(archive, names)
            if not open_document and ("xl/workbook.xml" not in names or names & _OTHER_WORKBOOKS):
                raise _not_a_table("压缩包")
            if len(members) > _MOST_MEMBERS or sum(each.file_size for each in members) > _MOST_UNPACKED:
                raise _too_wide()
            # A sheet may have any name; reading each also refuses a member that says it is smaller than it is.
            for member in members:
                with archive.open(member) as unpacked:
                    _refuse_vast_sheet(unpacked)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error):
        raise damaged() from None


def _is_open_document(archive: zipfile.ZipFile, names: Set[str]) -> bool:
    """Whether it is an .ods, and nothing that another reader takes for another workbook."""
    if not {"mimetype", "content.xml"} <= names or "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return False
    return archive.read("mimetype").strip() == _OPEN_DOCUMENT


def _refuse_vast_sheet(sheet: IO[bytes]) -> None:
    """Refuse a member whose cells span too much, or that declares entities, as no workbook does (XXE)."""
    width, height, kept = 0, 0, b""
    while chunk := sheet.read(_AT_ONCE):
        seen = kept + chunk
        if _DOCTYPE.search(seen):
            raise damaged()
        columns, rows = set(), set()
        for found in _PLACE.finditer(seen):
            columns.add(found[1][:9])
            rows.add(found[2])
        width = max(width, *map(_column_number, columns), 0)
        height = max(height, *(int(digits.lstrip(b"0")[:9] or b"0") for digits in rows), 0)
        if width * height > _MOST_CELLS:
            raise _too_wide()
        kept = seen[-_OVERLAP:]


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _refuse_other_ole(content: bytes) -> None:
    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise _protected()
    if has("WordDocument"):
        raise _not_a_table("Word 文件")
    if not (has("Workbook") or has("Book")):
        raise damaged()


def _not_a_table(what: str) -> ClerkError:
    return ClerkError("这是%(what)s，不是数据表格，请另存为 .xlsx 或 .csv 后再上传。", what=what)


def _protected() -> ClerkError:
    return ClerkError("工作簿设有密码，请取消密码后再上传。")


def damaged() -> ClerkError:
    """What the sender of a file that cannot be taken apart is told."""
    return ClerkError("工作簿打不开，文件可能已损坏，请用表格软件打开后另存为 .xlsx 再上传。")


def _too_wide() -> ClerkError:
    return ClerkError("工作簿的表格范围太大，请删除多余的空行空列后另存再上传。")
