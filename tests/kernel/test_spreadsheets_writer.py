"""Tables going out: nothing becomes a formula, and what we wrote reads back as it was (R-L11)."""

from __future__ import annotations

import ast
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from onedoor.kernel.spreadsheets import Column, harmless, read_table, write_csv, write_xlsx

COLUMNS = (Column("名称", required=True), Column("代码", required=True))
ROWS = [
    ("=HYPERLINK(1)", "91230000677454071K"),
    ("-甲", "001"),
    ("+乙\n丙", "@x"),
    ("'平常", "1"),
]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_formulas_are_made_harmless(text: str) -> None:
    assert harmless(text) == "'" + text


def test_numbers_and_plain_text_stay() -> None:
    assert [harmless(value) for value in (-1, "甲店", None)] == [-1, "甲店", ""]


def test_csv_opens_in_excel_and_reads_back() -> None:
    target = io.BytesIO()
    rows = [*ROWS, ("'=1", "''+1")]
    write_csv(target, ("名称", "代码"), rows)
    content = target.getvalue()
    assert content.startswith(b"\xef\xbb\xbf") and content.count(b"\xef\xbb\xbf") == 1
    assert b"\r\n'=HYPERLINK" in content
    assert [tuple(row.cells.values()) for row in read_table(content, COLUMNS)] == rows


def test_xlsx_keeps_text_as_text_and_reads_back() -> None:
    target = io.BytesIO()
    write_xlsx(target, ("名称", "代码"), ROWS, above=[["标题\x01"], ["填报单位"]], below=[["填报人"]])
    sheet = load_workbook(io.BytesIO(target.getvalue())).active
    assert sheet is not None
    assert (sheet["A1"].value, sheet["A4"].data_type, sheet["A4"].value) == ("标题", "s", "=HYPERLINK(1)")
    assert (sheet["A3"].font.bold, sheet["A8"].value, sheet.freeze_panes) == (True, "填报人", "A4")
    table = read_table(target.getvalue(), COLUMNS)
    assert [tuple(row.cells.values()) for row in table][:4] == ROWS


def test_times_go_out_in_china_time() -> None:
    target = io.BytesIO()
    write_xlsx(target, ("时间",), [[datetime(2026, 1, 1, 16, 30, tzinfo=UTC)]])
    sheet = load_workbook(io.BytesIO(target.getvalue())).active
    assert sheet is not None
    assert sheet["A2"].value == datetime(2026, 1, 2, 0, 30)  # noqa: DTZ001


def test_nobody_else_writes_tables() -> None:
    """Every export goes through here, so that no formula can go out: others import neither csv nor openpyxl."""
    root = Path(__file__).parents[2]
    writers = {
        str(path.relative_to(root / "platform/onedoor"))
        for folder in ("platform", "tenants", "tasks")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name]
        if name.split(".")[0] in ("csv", "openpyxl", "xlsxwriter", "pandas")
    }
    assert writers == {"kernel/file_sandbox/text_files.py", "kernel/spreadsheets/writer.py"}
