"""Text files: which encoding, which delimiter, and rows that survive a broken neighbour."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.foreign.formats import RawRow, RawSheet

UNDECODABLE = re.compile("[\udc80-\udcff]")

# Measured: of GB 18030 text read as UTF-8 seven characters in ten break, while UTF-8 read as GB 18030 often
# passes. So UTF-8 is tried first, and may have stray bytes.
_ENCODINGS = (("utf-8-sig", 0.4), ("gb18030", 0.2))
_MOST_BROKEN = 1000
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


def text_sheet(content: bytes) -> RawSheet:
    """The rows of a .csv file (comma, semicolon or tab) in UTF-8, UTF-16 with its mark, or GB 18030."""
    text = decode(content)
    lines = io.StringIO(text, newline="").readlines()
    return RawSheet("", len(lines), _csv_rows(lines, _delimiter(lines)), ragged=True)


def decode(content: bytes) -> str:
    """Text of a clerk's file.

    Bytes that fit nowhere in an otherwise readable text stay in it as lone surrogates (`UNDECODABLE`),
    so that the row they stand in can be told. Raises ClerkError when no encoding fits.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _refuse_binary(content.decode("utf-16", "replace").lstrip("\ufeff"))
    for encoding, bearable in _ENCODINGS:
        text = content.decode(encoding, "surrogateescape")
        if _undecodable_share(text) <= bearable:
            return _refuse_binary(text)
    raise ClerkError("文件的文字编码无法识别，请另存为 UTF-8 编码的 .csv 或 .xlsx 后再上传。")


def _undecodable_share(text: str) -> float:
    # Counted by what is left over: a list of the wrong marks would be forty times the file.
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return (len(text) - len(UNDECODABLE.sub("", text))) / max(foreign, 1)


def _refuse_binary(text: str) -> str:
    if (len(text) - len(_BINARY.sub("", text))) * 50 > len(text):
        raise ClerkError("这不是数据表格，请上传 .xlsx 或 .csv 文件。")
    return text


def _delimiter(lines: list[str]) -> str:
    # The title above a header may hold one comma of its own; a header has two or more.
    likely = [line for line in lines[:20] if max(map(line.count, ",\t;")) > 1]
    head = next(iter(likely), lines[0] if lines else "")
    return max(",\t;", key=head.count)


class _Cursor:
    """Lines handed to the csv reader, and how many it took."""

    def __init__(self, lines: list[str], position: int) -> None:
        self.lines, self.position = lines, position

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]


def _csv_rows(lines: list[str], delimiter: str) -> Iterator[RawRow]:
    """Records in order. A quote that never closes spoils its own line only: reading resumes on the next."""
    start, number, broken = 0, 0, 0
    while start < len(lines):
        cursor = _Cursor(lines, start)
        try:
            for cells in csv.reader(cursor, delimiter=delimiter, strict=True):
                number += 1
                yield RawRow(number, cells, line=start + 1)
                start = cursor.position
        except csv.Error:
            number, broken = number + 1, broken + 1
            if broken > _MOST_BROKEN:
                raise ClerkError("文件里引号不成对的行太多，请用表格软件另存为 .xlsx 后再上传。") from None
            yield RawRow(number, [], start + 1, ClerkError("本行的引号不成对，没有读入。"))
            start += 1
