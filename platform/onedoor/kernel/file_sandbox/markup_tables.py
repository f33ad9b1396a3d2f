"""Tables that programs save as .xls and that are none: HTML, and Excel's XML of 2003."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree, html

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.formats import RawRow, RawSheet, damaged

_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype html|html|table|meta|head)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_2003 = re.compile(rb"\s*<\?xml[^>]*>.{0,500}urn:schemas-microsoft-com:office:spreadsheet", re.DOTALL)
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]{2,20})""", re.IGNORECASE)
_CHINESE = frozenset({b"gb2312", b"gbk", b"gb18030"})
_SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
# As wide as a sheet of a workbook may be, and as long.
_WIDEST, _LONGEST = 16_384, 1_048_576

Cell = tuple[str, int, int]
"""Its text, how many columns and how many rows it takes."""


def is_markup(content: bytes) -> bool:
    """Whether a file that begins so is HTML or Excel's XML of 2003, whatever its name says."""
    begun = _plain(content[:4000])
    return bool(_HTML.match(begun) or _XML_2003.match(begun))


def markup_sheets(content: bytes) -> Iterator[RawSheet]:
    """The tables of the file. Raises ClerkError, one sentence, for one that cannot be taken apart or has no table."""
    try:
        yield from _xml_sheets(content) if _XML_2003.match(_plain(content[:4000])) else _html_sheets(content)
    except (etree.LxmlError, ValueError):
        raise damaged() from None


def _plain(begun: bytes) -> bytes:
    return begun.removeprefix(b"\xef\xbb\xbf")


def _html_sheets(content: bytes) -> Iterator[RawSheet]:
    page = html.document_fromstring(
        _decoded(content), parser=html.HTMLParser(no_network=True, remove_comments=True)
    )
    # A table within a cell is part of that cell's text.
    tables = page.xpath("//table[not(ancestor::table)]")
    if not tables:
        raise ClerkError("这个网页里没有表格，请另存为 .xlsx 或 .csv 后再上传。")
    for number, table in enumerate(tables, start=1):
        rows = table.xpath("./tr | ./thead/tr | ./tbody/tr | ./tfoot/tr")
        laid = _laid((place, _html_cells(row)) for place, row in enumerate(rows, start=1))
        yield RawSheet(f"表{number}", len(rows), laid)


def _decoded(content: bytes) -> str:
    """An encoding is declared in the page itself, and what declares none is UTF-8 or what Chinese programs write."""
    named = _CHARSET.search(content[:4000])
    names = ["utf-8-sig", "gb18030"]
    if named and named[1].lower() in _CHINESE:
        names.reverse()
    for name in names:
        try:
            return re.sub(r"^\s*<\?xml[^>]*\?>", "", content.decode(name))
        except UnicodeDecodeError:
            continue
    raise ClerkError("文件的文字编码无法识别，请另存为 UTF-8 编码的 .csv 或 .xlsx 后再上传。")


def _html_cells(row: Any) -> Iterator[tuple[int, Cell]]:
    for cell in row.xpath("./td | ./th"):
        for line in cell.xpath(".//br | .//p | .//div"):
            line.tail = "\n" + (line.tail or "")
        text = "\n".join(" ".join(line.split()) for line in cell.text_content().split("\n")).strip()
        yield 0, (text, _number(cell.get("colspan"), _WIDEST), _number(cell.get("rowspan"), _LONGEST))


def _xml_sheets(content: bytes) -> Iterator[RawSheet]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    book = etree.fromstring(content, parser)
    if book.getroottree().docinfo.doctype:
        raise damaged()
    for sheet in book.iter(f"{_SPACE}Worksheet"):
        rows = list(sheet.iterfind(f"{_SPACE}Table/{_SPACE}Row"))
        yield RawSheet(sheet.get(f"{_SPACE}Name", ""), len(rows), _laid(_xml_rows(rows)))


def _xml_rows(rows: Iterable[Any]) -> Iterator[tuple[int, Iterator[tuple[int, Cell]]]]:
    number = 0
    for row in rows:
        number = max(number + 1, _number(row.get(f"{_SPACE}Index"), _LONGEST))
        yield number, _xml_cells(row)


def _xml_cells(row: Any) -> Iterator[tuple[int, Cell]]:
    for cell in row.iterfind(f"{_SPACE}Cell"):
        data = cell.find(f"{_SPACE}Data")
        text = "".join(data.itertext()).strip() if data is not None else ""
        if data is not None and data.get(f"{_SPACE}Type") == "DateTime":
            text = text.removesuffix("T00:00:00.000")
        wide = _number(cell.get(f"{_SPACE}MergeAcross"), _WIDEST - 1, otherwise=0) + 1
        high = _number(cell.get(f"{_SPACE}MergeDown"), _LONGEST - 1, otherwise=0) + 1
        yield _number(cell.get(f"{_SPACE}Index"), _WIDEST, otherwise=0), (text, wide, high)


def _laid(rows: Iterable[tuple[int, Iterable[tuple[int, Cell]]]]) -> Iterator[RawRow]:
    """The rows with each cell at its place: what is merged downwards says its text in each row, sideways once."""
    below: dict[int, tuple[str, int]] = {}
    for number, cells in rows:
        laid: dict[int, str] = {}
        reaching, below = (
            below,
            {place: (text, last) for place, (text, last) in below.items() if last > number},
        )
        laid |= {place: text for place, (text, last) in reaching.items() if last >= number}
        place = 0
        widest = 1
        for index, (text, wide, high) in cells:
            widest = max(widest, wide)
            place = max(place, index - 1) if index else place
            while place in laid:
                place += 1
            for each in range(place, min(place + wide, _WIDEST)):
                said = text if each == place else ""
                laid[each] = said
                if high > 1:
                    below[each] = (said, number + high - 1)
            place += wide
        down = frozenset(place for place, (_, last) in reaching.items() if last >= number)
        whole = [laid.get(each, "") for each in range(max(laid, default=-1) + 1)]
        yield RawRow(number, whole, down=down, widest=widest)


def _number(written: str | None, most: int, otherwise: int = 1) -> int:
    return min(int(written), most) if written and written.isdecimal() and len(written) < 8 else otherwise
