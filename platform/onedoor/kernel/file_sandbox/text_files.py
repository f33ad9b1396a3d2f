"""Text files: which encoding, which delimiter, and rows that survive a broken neighbour.

A short one is decoded whole. A long one is read as it comes: its beginning decides its encoding, and no more of it is
held than the row at hand.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import IO

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.formats import RawRow, RawSheet

UNDECODABLE = re.compile("[\udc80-\udcff]")

# Measured: of GB 18030 text read as UTF-8 seven characters in ten break, while UTF-8 read as GB 18030 often
# passes. So UTF-8 is tried first, and may have stray bytes.
_ENCODINGS = (("utf-8-sig", 0.4), ("gb18030", 0.2))
_MOST_BROKEN = 1000
# Of a line that could not be taken apart so many parts are given back.
_MOST_PARTS = 400
_DELIMITERS = ",\t;|"
# Heads of a register as Taiwan and Hong Kong write them: nearly all such bytes are letters in GB 18030 too.
_TRADITIONAL = ("統一社會", "企業", "單位", "名稱", "代碼", "檢查", "事項", "證件")
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


def text_sheet(content: bytes) -> RawSheet:
    """The rows of a .csv file (comma, semicolon or tab) in UTF-8, UTF-16 with its mark, or GB 18030."""
    text = decode(content)[0]
    lines = io.StringIO(text, newline="").readlines()
    return RawSheet("", len(lines), _csv_rows(lines, _delimiter(lines)), ragged=True)


def text_stream(begun: bytes, rest: IO[bytes], lines: int) -> RawSheet:
    """The same of a long file: `begun` is its beginning, `rest` what follows, `lines` about how many it has."""
    _, encoding, errors = decode(begun)
    # What is cut in the middle of a letter goes on in the next part.
    whole = io.BufferedReader(_Joined(begun, rest), 1 << 20)  # type: ignore[type-var]
    text = io.TextIOWrapper(whole, encoding, errors, newline="")  # type: ignore[arg-type]
    first = list(itertools.islice(text, 20))
    rows = _csv_rows(itertools.chain(first, text), _delimiter(first))
    return RawSheet("", lines, rows, ragged=True)


class _Joined(io.RawIOBase):
    """What was read of a file already, and the rest of it."""

    def __init__(self, begun: bytes, rest: IO[bytes]) -> None:
        self._begun, self._place, self._rest = begun, 0, rest

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray) -> int:  # type: ignore[override]
        part = self._begun[self._place : self._place + len(into)]
        self._place += len(part)
        part = part or self._rest.read(len(into))
        into[: len(part)] = part
        return len(part)


def _unmarked_utf_16(content: bytes) -> str | None:
    """The name of UTF-16's order of bytes, of a text without its mark: its line ends and digits have a zero byte each."""
    begun = content[: 64 << 10]
    begun = begun[: len(begun) // 2 * 2]
    low, high = begun[::2].count(0), begun[1::2].count(0)
    if len(begun) < 8 or max(low, high) * 20 < len(begun) or min(low, high) * 10 > max(low, high):
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _refuse_big5(content: bytes) -> None:
    try:
        text = content[:4000].rpartition(b"\n")[0].decode("big5")
    except UnicodeDecodeError:
        return
    if any(word in text for word in _TRADITIONAL):
        raise ClerkError(
            "文件像是 Big5（繁体中文）编码，请用表格软件打开核对后，另存为 UTF-8 编码的 .csv 或 .xlsx 再上传。"
        )


def decode(content: bytes) -> tuple[str, str, str]:
    """Text of a clerk's file, its encoding, and what becomes of bytes that fit nowhere.

    Those in an otherwise readable text stay in it as lone surrogates (`UNDECODABLE`), so that the row they stand in
    can be told. Raises ClerkError when no encoding fits.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = content.decode("utf-16", "replace").lstrip("\ufeff")
        return _refuse_binary(text), "utf-16", "replace"
    unmarked = _unmarked_utf_16(content)
    if unmarked:
        return _refuse_binary(content.decode(unmarked, "replace")), unmarked, "replace"
    _refuse_big5(content)
    for encoding, bearable in _ENCODINGS:
        text = content.decode(encoding, "surrogateescape")
        if _undecodable_share(text) <= bearable:
            return _refuse_binary(text), encoding, "surrogateescape"
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
    likely = [line for line in lines[:20] if max(map(line.count, _DELIMITERS)) > 1]
    head = next(iter(likely), lines[0] if lines else "")
    return max(_DELIMITERS, key=head.count)


class _Lines:
    """Lines handed to the csv reader, those of the row at hand kept until it is whole."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines, self._again, self._taken = iter(lines), deque[str](), list[str]()
        self.start = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._taken.append(line)
        return line

    def done(self) -> None:
        """The row is whole: the next begins here."""
        self.start += len(self._taken)
        self._taken.clear()

    def first(self) -> str:
        """The line the row begins in."""
        return self._taken[0] if self._taken else ""

    def several(self) -> bool:
        """Whether the row has several lines."""
        return len(self._taken) > 1

    def back(self) -> None:
        """The first line of the row is given up, the others are handed out again."""
        self._again.extendleft(reversed(self._taken[1:]))
        self._taken.clear()
        self.start += 1


def _holds_rows(cells: list[str], delimiter: str) -> bool:
    """Whether a cell of several lines is cut out of several rows: two quotes that belong to nothing, one in each of two."""
    last = len(cells) - 1
    for place, cell in enumerate(cells):
        if "\n" in cell and last:
            first, *between, end = (line.count(delimiter) for line in cell.split("\n"))
            if first == last - place and end == place and all(count == last for count in between):
                return True
    return False


def _csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[RawRow]:
    """Records in order. A quote that never closes spoils its own line only: reading resumes on the next."""
    at, number, broken = _Lines(lines), 0, 0
    while True:
        try:
            for cells in csv.reader(at, delimiter=delimiter, strict=True):
                if at.several() and _holds_rows(cells, delimiter):
                    raise csv.Error
                number += 1
                yield RawRow(number, cells, line=at.start)
                at.done()
            return
        except csv.Error:
            number, broken = number + 1, broken + 1
            if broken > _MOST_BROKEN:
                raise ClerkError("文件里引号不成对的行太多，请用表格软件另存为 .xlsx 后再上传。") from None
            parts = at.first().rstrip("\r\n").split(delimiter)[:_MOST_PARTS]
            yield RawRow(number, parts, at.start, ClerkError("本行的引号不成对，没有读入。"))
            at.back()
