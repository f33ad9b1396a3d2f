"""Workbooks as an attacker would make them: by hand, since no honest writer would."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xlsx(rows: list[list[object]], merged: Iterable[str] = (), **members: bytes) -> bytes:
    """An honest workbook; `members` are put in place of its own, or beside them (`__` for `/`, `_dot_` for `.`).

    `merged` are ranges such as A3:A5.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for each in merged:
        sheet.merge_cells(each)
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    given = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            made.writestr(name, given.pop(name, b"") or old.read(name))
        for name, content in given.items():
            made.writestr(name, content)
    return second.getvalue()


def xls(
    *sheets: list[tuple[int, int, str]],
    merged: Sequence[tuple[int, int, int, int]] = (),
    more: Sequence[tuple[int, bytes]] = (),
) -> bytes:
    """A BIFF8 workbook in an OLE file; each sheet is a list of (row, column, text), in any place at all.

    `merged` are the first and last row, first and last column of what every sheet says is one cell; `more` are further
    records of each.
    """
    bodies = [_sheet(cells, merged, more) for cells in sheets]
    names = [f"S{number}".encode() for number in range(len(sheets))]
    start = len(_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)))
    start += sum(len(_bound(0, name)) for name in names) + len(_record(0x000A, b""))
    stream, offset = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)), start
    for name, body in zip(names, bodies, strict=True):
        stream += _bound(offset, name)
        offset += len(body)
    return _ole(stream + _record(0x000A, b"") + b"".join(bodies))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _bound(offset: int, name: bytes) -> bytes:
    return _record(0x0085, struct.pack("<IBBBB", offset, 0, 0, len(name), 0) + name)


def _sheet(
    cells: list[tuple[int, int, str]],
    merged: Sequence[tuple[int, int, int, int]],
    more: Sequence[tuple[int, bytes]],
) -> bytes:
    made = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, column, text in cells:
        letters = text.encode("utf-16-le")
        made += _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(letters) // 2, 1) + letters)
    for kind, content in more:
        made += _record(kind, content)
    for each in merged:
        made += _record(0x00E5, struct.pack("<H4H", 1, *each))
    return made + _record(0x000A, b"")


def _ole(stream: bytes) -> bytes:
    """The stream `Workbook` in a compound file: header, allocation table, directory, stream."""
    stream = stream.ljust(4096, b"\0")
    length = len(stream)
    stream += b"\0" * (-length % _SECTOR)
    sectors = len(stream) // _SECTOR
    tables = 1
    while tables * 128 < tables + 1 + sectors:
        tables += 1
    chain = [_FAT] * tables + [_END]
    chain += [*range(tables + 2, tables + 1 + sectors), _END]
    chain += [_FREE] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += b"".join(struct.pack("<I", n if n < tables else _FREE) for n in range(109))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, tables + 1, length)
    directory = directory.ljust(_SECTOR, b"\0")
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le")
    made = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
    made += struct.pack("<III", _FREE, _FREE, child) + bytes(36)
    return made + struct.pack("<IQ", start, size)
