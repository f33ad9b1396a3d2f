"""Any bytes at all: a table, rows with their problems, or one sentence; never another error (issue 3).

The same examples in every run (`derandomize`), and no more than a fixed number, so that a green run stays green.
Text is read here; workbooks in the confined process, which a reader's panic or abort may end.
"""

from __future__ import annotations

import io
import json
import string
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import (
    Column,
    Limits,
    error_in,
    error_out,
    head_in,
    head_out,
    row_in,
    row_out,
)
from onedoor.kernel.file_sandbox.tables import find_table
from onedoor.kernel.spreadsheets import csv_lines, harmless, read_table, write_csv, write_xlsx
from tests.kernel.workbooks import xls, xlsx

COLUMNS = (Column("企业名称", ("名称",), required=True), Column("信用代码", required=True), Column("备注"))
HEAD = "企业名称,信用代码,备注\n"
LIMITS = Limits(rows=1_000, memory=512 << 20, seconds=20)


def fuzzed(examples: int) -> settings:
    """The same examples every time, so many."""
    calm = [HealthCheck.too_slow]
    return settings(
        derandomize=True, database=None, deadline=None, max_examples=examples, suppress_health_check=calm
    )


def take_apart(content: bytes) -> str | int:
    """The sentence, or how many rows there were; each row crosses the pipe as it would."""
    try:
        table = find_table(content, COLUMNS, LIMITS)
        head = head_in(head_out(table), iter(()))
        assert (head.sheet, head.header_row, head.columns) == (table.sheet, table.header_row, table.columns)
        count = 0
        for row in table:
            report = json.loads(json.dumps(row_out(row, table.columns)))
            assert row_in(report, table.columns).cells == row.cells and set(row.cells) <= set(table.columns)
            count += 1
        return count
    except ClerkError as error:
        assert error_in(error_out(error)).message == error.message
        return str(error)


def through_the_child(content: bytes) -> str | int:
    """The same, in the confined process."""
    try:
        return len(list(read_table(content, COLUMNS, LIMITS)))
    except ClerkError as error:
        return str(error)


@fuzzed(400)
@given(st.binary(max_size=600))
def test_any_bytes(content: bytes) -> None:
    take_apart(content)


@fuzzed(400)
@given(st.text(alphabet=",;\t\"\n\r'=名称\ufeff\x00\x1a㐂😀 " + string.ascii_letters, max_size=300))
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_any_text_below_a_header(encoding: str, text: str) -> None:
    take_apart((HEAD + text).encode(encoding))


@fuzzed(300)
@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=12),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_an_honest_text_with_bytes_changed(changes: list[tuple[int, int]], encoding: str) -> None:
    content = bytearray(
        (HEAD + '示例甲店,91230000677454071K,"食品,\n烟草"\n乙店,9124,餐饮\n' * 6).encode(encoding)
    )
    for place, value in changes:
        content[place % len(content)] = value
    take_apart(bytes(content))


ANYTHING = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
CELL = st.one_of(ANYTHING, st.text(alphabet="'\t=+-@＝＠x1", max_size=6)).map(str.strip)


@fuzzed(200)
@given(st.lists(st.tuples(CELL, CELL, CELL).filter(any), min_size=1, max_size=5))
def test_what_we_write_reads_back_as_it_was_and_holds_no_formula(rows: list[tuple[str, str, str]]) -> None:
    target = io.BytesIO()
    write_csv(target, HEAD.strip().split(","), rows)
    assert [tuple(row.cells.values()) for row in find_table(target.getvalue(), COLUMNS, LIMITS)] == rows


@fuzzed(400)
@given(st.text(max_size=30))
def test_no_cell_of_a_text_file_begins_a_formula(text: str) -> None:
    cell = harmless(text)
    assert isinstance(cell, str) and not cell.startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    )
    assert cell in (text, "'" + text)
    assert list(csv_lines(["头"], [[text]]))


# --- workbooks, in the confined process -----------------------------------------------------------------------------

BOOK = xlsx([["企业名称", "信用代码", "备注"], ["示例甲店", "9123", 1.5], ["乙店", "9124", True]])
OLD_BOOK = xls([(0, 0, "企业名称"), (0, 1, "信用代码"), (1, 0, "示例甲店"), (1, 1, "9123")])


@pytest.mark.long
@fuzzed(60)
@given(st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8))
@pytest.mark.parametrize("book", [BOOK, OLD_BOOK], ids=["xlsx", "xls"])
def test_a_workbook_with_bytes_changed(book: bytes, changes: list[tuple[int, int]]) -> None:
    content = bytearray(book)
    for place, value in changes:
        content[place % len(content)] = value
    through_the_child(bytes(content))


@pytest.mark.long
@fuzzed(60)
@given(st.binary(max_size=400), st.integers(0, 3_000), st.integers(0, 3_000))
@pytest.mark.parametrize("book", [BOOK, OLD_BOOK], ids=["xlsx", "xls"])
def test_a_workbook_with_a_piece_cut_out_or_put_in(
    book: bytes, piece: bytes, start: int, length: int
) -> None:
    start %= len(book)
    through_the_child(book[:start] + piece + book[start + length :])


XML = st.lists(
    st.sampled_from(
        [
            "<row>", '<row r="1">', '<row r="0">', '<row r="99999999999">', "</row>", '<c r="A1">', '<c r="ZZZZ9">',
            '<c t="s">', '<c t="inlineStr">', '<c t="d">', '<c t="b">', '<c t="e">', "</c>", "<v>", "</v>", "<is><t>",
            "</t></is>", "0", "-1", "1e999", "99999999999999999999", "2026-02-30", "企业名称", "信用代码", "&#0;", "&amp;", "&a;",
            "<f>", "</f>", '<dimension ref="A1:XFD1048576"/>', '<dimension ref="B9:A1"/>', "<mergeCell/>", "<![CDATA[", "]]>", "<!--", "-->", "\x00",
        ]
    ),
    max_size=30,
)  # fmt: skip


@pytest.mark.long
@fuzzed(100)
@given(XML)
def test_a_sheet_of_any_pieces(pieces: list[str]) -> None:
    sheet = f"<worksheet><sheetData>{''.join(pieces)}</sheetData></worksheet>".encode()
    through_the_child(xlsx([["x"]], xl__worksheets__sheet1_dot_xml=sheet))


@pytest.mark.long
@fuzzed(60)
@given(st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255), st.text(max_size=5)), max_size=4))
def test_an_old_workbook_with_cells_anywhere(cells: list[tuple[int, int, str]]) -> None:
    through_the_child(xls([(0, 0, "企业名称"), (0, 1, "信用代码"), *cells]))


@fuzzed(60)
@given(
    st.lists(
        st.tuples(CELL, st.one_of(st.integers(), st.floats(), st.booleans(), st.dates(), CELL)), max_size=4
    )
)
def test_whatever_is_written_to_a_workbook_is_no_formula(rows: list[tuple[object, object]]) -> None:
    target = io.BytesIO()
    write_xlsx(target, ("企业名称", "信用代码"), rows)
    with zipfile.ZipFile(io.BytesIO(target.getvalue())) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
