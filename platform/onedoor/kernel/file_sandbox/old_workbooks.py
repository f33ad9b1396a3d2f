"""Cells of an .xls file that hold an error (#N/A, #REF!): its reader gives them as empty.

Of the compound file ([MS-CFB]) and of its workbook ([MS-XLS]) no more is read than says where these cells are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from onedoor.kernel.file_sandbox.error_cells import Places

_WORDS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOUNDSHEET, _BEGIN, _END, _BOOL_OR_ERROR, _FORMULA = 0x0085, 0x0809, 0x000A, 0x0205, 0x0006
_NAMES = {name.encode("utf-16-le") for name in ("Workbook\0", "Book\0")}
_LAST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_SHORT_STREAM = 4096
# As many as rows of problems are kept.
_MOST = 20_000


def old_error_cells(content: bytes) -> dict[str | int, Places]:
    """The cells that hold an error, by the place of their sheet; sheets without any are left out.

    Of a file whose parts are not where it says there are none to tell: its reader refuses it.
    """
    try:
        stream = _workbook(content)
        found: dict[str | int, Places] = {
            place: dict(_of_sheet(stream, at)) for place, at in enumerate(_sheets(stream))
        }
    except (struct.error, IndexError, ValueError):
        return {}
    return {place: cells for place, cells in found.items() if cells}


def _workbook(content: bytes) -> bytes:
    """The stream with the workbook's records."""
    size, small = (1 << shift for shift in struct.unpack_from("<HH", content, 30))
    directory, first_small, more = (struct.unpack_from("<I", content, at)[0] for at in (48, 60, 68))
    if size not in (512, 4096):
        raise ValueError("sector")
    allocation = _allocation(content, size, more)
    entries = _chain(content, allocation, directory, size)
    root = b""
    for at in range(0, len(entries), _ENTRY):
        entry = entries[at : at + _ENTRY]
        kind, (start, length) = entry[66], struct.unpack_from("<II", entry, 116)
        if kind == 5:
            root = _chain(content, allocation, start, size)
        elif kind == 2 and entry[: struct.unpack_from("<H", entry, 64)[0]] in _NAMES:
            if length >= _SHORT_STREAM:
                return _chain(content, allocation, start, size)[:length]
            table = _words(_chain(content, allocation, first_small, size))
            return _chain(root, table, start, small, header=0)[:length]
    return b""


def _allocation(content: bytes, size: int, more: int) -> tuple[int, ...]:
    """Of each sector the next one; the table's own sectors are named in the header, and in a chain of further ones."""
    named = list(struct.unpack_from("<109I", content, 76))
    for _ in range(len(content) // size + 1):
        if more >= _LAST_SECTOR:
            break
        further = _words(content[(more + 1) * size : (more + 2) * size])
        named += further[:-1]
        more = further[-1]
    table = b"".join(content[(one + 1) * size : (one + 2) * size] for one in named if one < _LAST_SECTOR)
    return _words(table)


def _words(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chain(content: bytes, table: tuple[int, ...], at: int, size: int, header: int | None = None) -> bytes:
    begin = size if header is None else header
    parts: list[bytes] = []
    while at < _LAST_SECTOR:
        if len(parts) > len(table):
            raise ValueError("a chain without an end")
        parts.append(content[begin + at * size : begin + (at + 1) * size])
        at = table[at]
    return b"".join(parts)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records from a place to the end of what begins there; charts within a sheet begin and end by themselves."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        at += 4 + length


def _sheets(stream: bytes) -> list[int]:
    """Where each sheet begins."""
    return [struct.unpack_from("<I", data)[0] for kind, data in _records(stream, 0) if kind == _BOUNDSHEET]


def _of_sheet(stream: bytes, at: int) -> Iterator[tuple[tuple[int, int], str]]:
    count = 0
    for kind, data in _records(stream, at):
        if kind == _BOOL_OR_ERROR and len(data) >= 8 and data[7] == 1:
            code = data[6]
        elif kind == _FORMULA and len(data) >= 14 and data[6] == 2 and data[12:14] == b"\xff\xff":
            code = data[8]
        else:
            continue
        count += 1
        if count > _MOST:
            return
        row, column = struct.unpack_from("<HH", data)
        yield (row, column), _WORDS.get(code, "#N/A")
