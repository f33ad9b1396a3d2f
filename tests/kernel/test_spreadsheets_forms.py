"""Tables that offices make: several sheets, forms of a word processor, rows that are no entries, lines that broke (R-L11)."""

from __future__ import annotations

import io
import struct

import pytest
from openpyxl import Workbook

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import SHEET_STEP, Column, Layout, look_at, read_table
from tests.kernel.workbooks import xls, xlsx

COLUMNS = (
    Column("序号"),
    Column("检查事项", required=True, key=True),
    Column("检查依据", required=True, continued=True),
    Column("检查主体"),
    Column("检查内容", continued=True),
)
HEAD: list[object] = ["序号", "检查事项", "检查依据", "检查主体", "检查内容"]
PLACES = {str(name): place for place, name in enumerate(HEAD)}


def book(*sheets: tuple[str, list[list[object]]], hidden: str = "") -> bytes:
    made = Workbook()
    del made["Sheet"]
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_alike_sheets_are_one_table_whatever_the_order_of_their_columns() -> None:
    content = book(
        ("封面", [["随机抽查事项清单"]]),
        ("一", [HEAD, [1, "甲", "依据甲", "局", "内容"]]),
        ("二", [["题"], [*HEAD[::-1]], ["内容乙", "局", "依据乙", "乙", 2]]),
        ("三", [["别的", "表"], ["x", "y"]]),
        ("藏", [HEAD, [3, "丙", "依据丙", "局", ""]]),
        hidden="藏",
    )
    seen = look_at(content, COLUMNS)
    assert (seen.sheet, seen.alike, seen.others) == ("一", ("二",), ("封面", "二", "三", "藏"))
    heads = {each.sheet: (each.header_row, each.hidden) for each in seen.previews}
    assert heads["二"] == (2, False) and heads["藏"] == (1, True)
    first = next(each for each in seen.previews if each.sheet == "二")
    assert first.rows[0] == (1, ("题",)) or first.rows[0][1][0] == "题"
    layout = Layout("一", 1, PLACES, more=(("二", 2),))
    rows = list(read_table(content, COLUMNS, layout=layout))
    assert [(row.number, row.cells["检查事项"], row.cells["检查依据"]) for row in rows] == [
        (2, "甲", "依据甲"),
        (SHEET_STEP + 3, "乙", "依据乙"),
    ]
    after = list(read_table(content, COLUMNS, layout=layout, after=2))
    assert [row.number for row in after] == [SHEET_STEP + 3]
    hidden = look_at(content, COLUMNS, sheet="藏")
    assert hidden.sheet == "藏" and hidden.alike == ("一", "二")


def test_the_row_of_the_heads_may_be_said() -> None:
    content = book(("表", [HEAD, ["a", "b", "c", "d", "e"], [1, "甲", "依据", "局", ""]]))
    assert look_at(content, COLUMNS, sheet="表", header_row=2).header == ("a", "b", "c", "d", "e")
    with pytest.raises(ClerkError, match="不能作表头"):
        look_at(content, COLUMNS, sheet="表", header_row=9)


WORD_TABLE: list[list[object]] = [
    ["随机抽查事项清单"],
    HEAD,
    ["一、食品安全"],
    [1, "食品检查", "第一条", "局", "证照"],
    ["", "", "第二条", "", "场所"],
    ["", "", "第三条", "", ""],
    HEAD,
    [2, "计量检查", "计量法", "局", "器具"],
    ["（二）特种设备"],
    [3, "电梯检查", "特种设备法", "局", ""],
    ["填报人：张三"],
]
MERGED = ["A1:E1", "A3:E3", "A4:A6", "B4:B6", "D4:D6"]


def entries(content: bytes) -> tuple[list[dict[str, str]], list[tuple[int, str]], list[str]]:
    rows = list(read_table(content, COLUMNS))
    told = [str(one.error) for row in rows for one in row.remarks]
    passed = [(row.number, row.form_part) for row in rows if row.form_part]
    return [dict(row.cells) for row in rows if not row.form_part], passed, told


@pytest.mark.parametrize("merged", [MERGED, []], ids=["merged", "blank"])
def test_a_table_of_a_word_processor_has_its_lines_joined_and_says_so(merged: list[str]) -> None:
    rows, passed, told = entries(xlsx(WORD_TABLE, merged=merged))
    assert [row["检查事项"] for row in rows] == ["食品检查", "计量检查", "电梯检查", ""]
    assert rows[0]["检查依据"] == "第一条\n第二条\n第三条" and rows[0]["检查内容"] == "证照\n场所"
    assert rows[1]["检查依据"] == "计量法"
    assert passed == [(3, "section"), (7, "head"), (9, "section")]
    assert told == ["第 5、6 行是本行“检查依据”“检查内容”的续行，已合并成一条读入，请核对。"]


def test_lines_go_on_over_the_heads_of_the_next_page_and_not_over_a_title() -> None:
    over: list[list[object]] = [
        HEAD,
        [1, "甲", "一", "局", ""],
        HEAD,
        ["", "", "二", "", ""],
        ["二、别的"],
        ["", "", "三", "", ""],
    ]
    rows, passed, _ = entries(xlsx(over))
    assert [row["检查依据"] for row in rows] == ["一\n二", "三"] and passed == [(3, "head"), (5, "section")]


def test_a_row_that_says_something_else_stays_a_row_of_its_own() -> None:
    """Two bodies for one item under a merged name: nothing of it is lost, the row is told as a second one."""
    rows, _, told = entries(
        xlsx([HEAD, [1, "甲", "一", "局", ""], ["", "", "二", "队", ""]], merged=["B2:B3"])
    )
    assert [(row["检查事项"], row["检查依据"], row["检查主体"]) for row in rows] == [
        ("甲", "一", "局"),
        ("甲", "二", "队"),
    ]
    assert told == []


PAGE = """<table><tr><th>序号</th><th>检查事项</th><th>检查依据</th><th>检查主体</th><th>检查内容</th></tr>
<tr><td colspan=5>甲类</td></tr>
<tr><td rowspan=2>1</td><td rowspan=2>食品检查</td><td>第一条</td><td rowspan=2>局</td><td>证照</td></tr>
<tr><td>第二条</td><td></td></tr></table>"""


def test_the_same_in_a_page_saved_as_a_workbook() -> None:
    rows, passed, _ = entries(PAGE.encode())
    assert [row["检查依据"] for row in rows] == ["第一条\n第二条"] and passed == [(2, "section")]


def test_an_old_workbooks_errors_are_problems_of_their_cells() -> None:
    cells = [(0, column, str(name)) for column, name in enumerate(HEAD)]
    cells += [(1, 0, "1"), (1, 1, "食品检查"), (1, 2, "法")]
    error = struct.pack("<HHHBB", 1, 4, 0, 0x17, 1)
    formula = (
        struct.pack("<HHH", 1, 3, 0) + b"\x02\x00\x2a\x00\x00\x00\xff\xff" + struct.pack("<HIH", 0, 0, 0)
    )
    content = xls(cells, more=[(0x0205, error), (0x0006, formula)])
    (row,) = read_table(content, COLUMNS)
    assert {one.column: "#REF!" in str(one.error) or "#N/A" in str(one.error) for one in row.problems} == {
        "检查内容": True,
        "检查主体": True,
    }


def test_a_line_that_broke_is_given_back() -> None:
    text = '序号,检查事项,检查依据\n1,"甲,法\n2,乙,法,多,了\n3,丙,法\n'
    columns = (Column("序号"), Column("检查事项", required=True), Column("检查依据", required=True))
    rows = list(read_table(text.encode(), columns))
    assert [row.raw for row in rows] == [("1", '"甲', "法"), ("2", "乙", "法", "多", "了"), ()]
    assert [bool(row.problems) for row in rows] == [True, True, False]
