"""Files that are saved under a name that is not theirs, and what spreadsheets leave in cells (R-L11)."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook

from onedoor.kernel.spreadsheets import read_table
from tests.kernel.test_spreadsheets_reader import COLUMNS, refusal, rows_of

PAGE = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv=Content-Type content="text/html; charset={charset}">
<style>td {{ mso-number-format: "\\@" }}</style></head><body><table>
<tr><td colspan=3>示范市企业名单</td></tr>
<tr><th>企业名称</th><th>信用代码</th><th>经营范围</th></tr>
<tr><td rowspan=2>示例甲店</td><td>9123</td><td>食品<br>烟草</td></tr>
<tr><td>9124</td><td>餐饮 &amp; 住宿<table><tr><td>内</td></tr></table></td></tr>
</table></body></html>"""
XML = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="名单"><Table>
<Row><Cell><Data ss:Type="String">企业名称</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">信用代码</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:MergeDown="1"><Data ss:Type="String">示例甲店</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">9123</Data></Cell></Row>
<Row><Cell ss:Index="3"><Data ss:Type="String">9124</Data></Cell></Row>
</Table></Worksheet></Workbook>"""
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="名单">{rows}</table:table></office:spreadsheet></office:body>
</office:document-content>"""


def ods(rows: list[list[str]], mimetype: str = "application/vnd.oasis.opendocument.spreadsheet") -> bytes:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = (f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr("content.xml", CONTENT.format(rows="".join(lines)))
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return buffer.getvalue()


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_page_saved_as_a_workbook_is_read(charset: str) -> None:
    first, second = rows_of(PAGE.format(charset=charset).encode(charset))
    assert list(first.cells.values()) == ["示例甲店", "9123", "食品\n烟草"]
    assert (first.number, second.number) == (3, 4)
    assert second.cells["企业名称"] == "示例甲店", "merged downwards"
    assert second.cells["经营范围"].startswith("餐饮 & 住宿")


def test_excels_xml_of_2003_is_read() -> None:
    table = read_table(XML.encode(), COLUMNS)
    assert table.sheet == "名单"
    first, second = table
    assert (first.number, first.cells) == (4, {"企业名称": "示例甲店", "统一社会信用代码": "9123"})
    assert (second.number, second.cells["统一社会信用代码"], second.cells["企业名称"]) == (
        5,
        "9124",
        "示例甲店",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<html><body>no table</body></html>", "网页里没有表格"),
        (XML.encode()[:-40], "工作簿打不开"),
        (
            XML.replace("?>\n<Workbook", '?>\n<!DOCTYPE x [<!ENTITY a "b">]><Workbook').encode(),
            "工作簿打不开",
        ),
        (ods([["企业名称", "信用代码"]], mimetype="application/vnd.oasis.opendocument.text"), "这是压缩包"),
        ("企業名稱,統一社會信用代碼\n甲店,9123\n".encode("big5"), "Big5"),
    ],
)
def test_what_only_looks_like_it_is_told(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_an_open_document_is_read() -> None:
    (row,) = rows_of(ods([["企业名称", "信用代码"], ["示例甲店", "9123"]]))
    assert row.cells == {"企业名称": "示例甲店", "统一社会信用代码": "9123"}


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_in_utf_16_without_its_mark(encoding: str) -> None:
    (row,) = rows_of("企业名称\t信用代码\r\n示例甲店\t9123\r\n".encode(encoding))
    assert row.cells == {"企业名称": "示例甲店", "统一社会信用代码": "9123"}


def test_pipes_and_codes_kept_as_text_formulas() -> None:
    (row,) = rows_of('企业名称|信用代码|经营范围\n示例甲店|="0123"|食品\n'.encode())
    assert row.cells == {"企业名称": "示例甲店", "统一社会信用代码": "0123", "经营范围": "食品"}


def in_a_workbook(cells: list[str]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([None])
    sheet.append([None, "企业名称", "信用代码", "经营范围"])
    sheet.append([None, *cells])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "企业名称,信用代码,经营范围\n示例甲店,9123,#REF!\n".encode(),
        in_a_workbook(["示例甲店", "9123", "#REF!"]),
        ods([["企业名称", "信用代码", "经营范围"], ["示例甲店", "9123", "#REF!"]]),
    ],
)
def test_what_a_formula_did_not_find_is_a_problem_of_its_cell(content: bytes) -> None:
    (row,) = rows_of(content)
    (problem,) = row.problems
    assert problem.column == "经营范围" and "出错提示“#REF!”" in str(problem.error)
    assert row.cells["企业名称"] == "示例甲店"
