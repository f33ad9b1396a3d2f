"""Files as clerks have them (R-L11): encodings, formats, headers, and what is wrong with which row."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, Layout, Limits, SourceRow, look_at, read_table
from tests.kernel.workbooks import xls, xlsx

COLUMNS = (
    Column("企业名称", ("名称", "单位名称"), required=True),
    Column("统一社会信用代码", ("信用代码",), required=True),
    Column("经营范围"),
)
HEAD = "企业名称,统一社会信用代码,经营范围\n"
TEXT = HEAD + '甲店,9123,"食品,\n烟草"\r\n乙店,9124,餐饮㐂\n'


def rows_of(content: bytes, limits: Limits | None = None) -> list[SourceRow]:
    return list(read_table(content, COLUMNS, limits))


def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(ClerkError) as caught:
        rows_of(content, limits)
    return str(caught.value)


def workbook(rows: list[list[object]], hidden: bool = False) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    if hidden:
        sheet.append(["企业名称", "统一社会信用代码"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("数据")
    for row in rows:
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_and_quoted_newlines(encoding: str) -> None:
    first, second = rows_of(TEXT.encode(encoding))
    assert first.cells["经营范围"].splitlines() == ["食品,", "烟草"]
    assert (second.number, second.line) == (3, 4)
    assert second.cells == {"企业名称": "乙店", "统一社会信用代码": "9124", "经营范围": "餐饮㐂"}
    assert not first.problems and not second.problems


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_small_file_with_several_wrong_bytes_is_still_read(encoding: str) -> None:
    content = (HEAD + "甲店,9123,食品\n乙店,9124,").encode(encoding) + b"\xff\xff\n"
    rows = rows_of(content)
    assert [bool(row.problems) for row in rows] == [False, True]
    assert rows[0].cells["企业名称"] == "甲店"


def test_a_title_with_a_mark_of_its_own_does_not_decide_the_delimiter() -> None:
    text = "示范市名单；2026;\n企业名称,信用代码,经营范围\n甲店,9123,餐饮;住宿;茶座\n"
    assert rows_of(text.encode())[0].cells["经营范围"] == "餐饮;住宿;茶座"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter: str) -> None:
    text = f"企业名称{delimiter}信用代码\n甲店{delimiter}9123\n"
    assert rows_of(text.encode())[0].cells == {"企业名称": "甲店", "统一社会信用代码": "9123"}


def test_header_below_a_title_by_alias_in_any_order() -> None:
    text = (
        "示范市企业名单,,\n填报单位：某局,,\n 单位名称* ,备注,统一社会\u3000信用代码（必填）\n甲店,x,9123\n"
    )
    table = read_table(text.encode(), COLUMNS)
    assert (table.header_row, table.unused) == (3, ("备注",))
    (row,) = table
    assert (row.number, row.cells) == (4, {"企业名称": "甲店", "统一社会信用代码": "9123"})


def test_one_wrong_byte_spoils_its_own_cell_only() -> None:
    for encoding in ("utf-8", "gb18030"):
        good = (HEAD + "甲店,9123,餐饮服务\n" * 30).encode(encoding)
        rows = rows_of(good + b"\xff\xff,9124,\n" + "乙店,9125,餐饮\n".encode(encoding))
        assert [row.number for row in rows if row.problems] == [32]
        assert rows[30].problems[0].column == "企业名称"
        assert rows[31].cells["企业名称"] == "乙店"


def test_an_unclosed_quote_spoils_its_own_line_only() -> None:
    text = HEAD + '甲店,9123,"食品\n乙店,9124,餐饮\n丙店,9125,"酒"类"\n丁店,9126,茶\n'
    rows = rows_of(text.encode())
    assert [(row.number, bool(row.problems)) for row in rows] == [
        (2, True),
        (3, False),
        (4, True),
        (5, False),
    ]
    assert str(rows[0].problems[0].error) == "本行的引号不成对，没有读入。"


def test_too_many_broken_quotes_end_the_reading() -> None:
    assert "引号不成对的行太多" in refusal((HEAD + '甲店,9123,"\n乙,"a"b,\n' * 1100).encode())


def test_rows_of_another_width_are_told() -> None:
    rows = rows_of((HEAD + "甲店,9123\n乙店,9124,食品,餐饮\n丙店,9125,茶,,\n\n,,\n丁店,9126,\n").encode())
    assert "只有 2 列" in str(rows[0].problems[0].error)
    assert "内容里的逗号没有加引号" in str(rows[1].problems[0].error)
    assert [row.number for row in rows] == [2, 3, 4, 7]
    assert not rows[2].problems


def test_workbooks_by_content_with_typed_cells() -> None:
    columns = (*COLUMNS, Column("日期"), Column("资金"))
    content = workbook(
        [
            ["名单"],
            [],
            ["企业名称", "统一社会信用代码", "日期", "资金"],
            ["甲店", "9123", date(2020, 1, 2), 50],
            [None, None, None, None],
            ["乙店", 912300006774540710, datetime(2020, 1, 2, 8, 30), 1.5],  # noqa: DTZ001
        ],
        hidden=True,
    )
    table = read_table(content, columns)
    assert (table.sheet, table.header_row) == ("数据", 3)
    first, second = table
    assert list(first.cells.values()) == ["甲店", "9123", "2020-01-02", "50"]
    assert (first.number, second.number) == (4, 6)
    assert second.cells["统一社会信用代码"].startswith("9.1230000677454")
    assert second.cells["日期"] == "2020-01-02 08:30:00"


MERGED: list[list[object]] = [
    ["示范市企业名单"],
    ["序号", "企业", None, "经营范围"],
    [None, "单位名称", "信用代码", None],
    [1, "甲店", "9123", "食品"],
    [2, "乙店", "9124", None],
    [None, "丙店", "9125", "烟草"],
    [None, None, None, None],
    [3, "同上", None, "餐饮"],
    ["填报人：张三", None, "审核人：李四"],
]


def test_merged_cells_are_read_as_if_each_were_filled_in() -> None:
    """Downwards and sideways below the head; a head of two rows is one; a title and a row of nothing else say it once."""
    merges = [
        "A1:D1",
        "A2:A3",
        "B2:C2",
        "D2:D3",
        "D4:D5",
        "A5:A6",
        "A6:A6",
        "B6:B7",
        "C6:C7",
        "D6:D7",
        "B8:C8",
    ]
    table = read_table(xlsx(MERGED, [*merges, "A9:B9", "C9:D9"]), COLUMNS)
    assert (table.header_row, table.header) == (3, ("序号", "单位名称", "信用代码", "经营范围"))
    assert [(row.number, *row.cells.values()) for row in table] == [
        (4, "甲店", "9123", "食品"),
        (5, "乙店", "9124", "食品"),
        (6, "丙店", "9125", "烟草"),
        (8, "同上", "同上", "餐饮"),
        (9, "填报人：张三", "审核人：李四", "审核人：李四"),
    ]
    seen = look_at(xlsx(MERGED, merges), COLUMNS)
    assert (seen.header_row, seen.samples[1]) == (3, ("甲店", "乙店", "丙店"))
    layout = Layout(seen.sheet, 2, {"企业名称": 1, "统一社会信用代码": 2})
    assert [row.number for row in read_table(xlsx(MERGED, merges), COLUMNS, None, layout)][0] == 4


def test_a_head_merged_sideways_names_its_first_column_alone() -> None:
    rows: list[list[object]] = [["名单"], ["企业名称", None, "信用代码"], ["甲店", "分店", "9123"]]
    (row,) = rows_of(xlsx(rows, ["A1:C1", "A2:B2"]))
    assert row.cells == {"企业名称": "甲店", "统一社会信用代码": "9123"}
    assert look_at(xlsx([["名单"], ["甲", "乙"], ["1", "2"]], ["A1:B1"]), COLUMNS).header_row == 2


def test_an_old_workbooks_merged_cells() -> None:
    cells = [(0, 1, "企业名称"), (0, 2, "信用代码"), (1, 1, "甲店"), (1, 2, "9123"), (2, 2, "9124")]
    result = [list(row.cells.values()) for row in rows_of(xls(cells, merged=[(1, 2, 1, 1)]))]
    assert result == [["甲店", "9123"], ["甲店", "9124"]]


def test_empty_and_header_only() -> None:
    assert refusal(b"") == refusal(b"\xef\xbb\xbf\r\n ") == "文件是空的，请检查后重新上传。"
    assert rows_of(HEAD.encode()) == []


def test_missing_and_repeated_columns() -> None:
    assert (
        refusal("企业名称,经营范围\n甲,乙\n".encode()) == "表头缺少“统一社会信用代码”列，请补上后重新上传。"
    )
    assert "没有找到表头" in refusal("甲店,9123,食品\n".encode())
    assert "“企业名称”列出现了不止一次" in refusal("企业名称,名称,信用代码\n".encode())
    assert "没有找到表头" in refusal(workbook([["甲", "乙"]]))


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"%PDF-1.7 ...", "这是PDF 文件"),
        (zipped("a.txt"), "这是压缩包"),
        (zipped("word/document.xml"), "这是Word 文件"),
        (zipped("xl/workbook.xml"), "工作簿打不开"),
        (b"PK\x03\x04 and nothing", "工作簿打不开"),
        (b"\x89PNG\r\n", "这是图片"),
        (b"<html><table>", "没有找到表头"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "工作簿打不开"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设有密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "这是Word 文件"),
        (b"\x80\xff" * 40, "文件的文字编码无法识别"),
        (b"a,b\x00\x01\n", "这不是数据表格"),
        (b"MZ\x90\x00\x03" * 50, "文件的文字编码无法识别"),
    ],
)
def test_what_is_no_table_is_told_in_one_sentence(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_limits_of_size_and_rows() -> None:
    assert "超过 0 MB 的上限" in refusal(TEXT.encode(), Limits(size=10))
    assert refusal(TEXT.encode(), Limits(rows=1)) == "文件超过 1 行，请分成几个文件上传。"


def vast_workbook(old: bytes = b"", new: bytes = b"") -> bytes:
    """A sheet with a cell in its furthest corner, `old` written as `new` in names and contents alike."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1000000"] = "企业名称", "x"
    first, second = io.BytesIO(), io.BytesIO()
    book.save(first)
    with zipfile.ZipFile(first) as given, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name.replace(old.decode(), new.decode()), given.read(name).replace(old, new))
    return second.getvalue()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"", b""),
        (b"worksheets/sheet1.xml", b"elsewhere/Sheet1.XML"),
        (b'r="XFD1000000"', b"r = 'XFD1000000'"),
        (b'r="XFD1000000"', b'r="xfd1000000"'),
        (b'<row r="1000000"', b"<row"),
    ],
)
def test_a_sheet_that_would_not_fit_in_memory_is_refused(old: bytes, new: bytes) -> None:
    """However it is spelt: the workbook reader would end the process for want of memory."""
    assert "表格范围太大" in refusal(vast_workbook(old, new))


def test_a_workbook_that_could_be_read_as_another_kind_is_refused() -> None:
    buffer = io.BytesIO(vast_workbook())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("content.xml", "<x/>")
    assert "这是压缩包" in refusal(buffer.getvalue())
