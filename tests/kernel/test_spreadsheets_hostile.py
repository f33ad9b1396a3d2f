"""Files made to harm: whatever they are, the reader's own process bears it, and the clerk gets one sentence (issue 3)."""

from __future__ import annotations

import ast
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

from onedoor.kernel import pictures
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox import pipe_messages
from onedoor.kernel.spreadsheets import Column, Limits, look_at, read_table, reader
from tests.kernel.workbooks import xls, xlsx

COLUMNS = (Column("企业名称", ("名称",), required=True), Column("信用代码", required=True))
HEAD = [(0, 0, "企业名称"), (0, 1, "信用代码")]
ROWS: list[list[object]] = [["企业名称", "信用代码"], ["示例甲店", "9123"]]
SMALL = Limits(memory=400 << 20, seconds=20)
ROOT = Path(__file__).parents[2]


def refusal(content: bytes, limits: Limits = SMALL) -> str:
    """The one sentence, whether it comes before the first row or after it."""
    with pytest.raises(ClerkError) as caught:
        list(read_table(content, COLUMNS, limits))
    return str(caught.value)


def test_an_old_workbook_is_read() -> None:
    (row,) = read_table(xls([*HEAD, (1, 0, "示例甲店"), (1, 1, "9123")]), COLUMNS)
    assert row.cells == {"企业名称": "示例甲店", "信用代码": "9123"}


def test_a_small_file_that_asks_for_gigabytes_ends_its_reader_only() -> None:
    """Five kilobytes of .xls, a gigabyte a sheet: the reader's allocator ends its process."""
    bomb = xls(*[[*HEAD, (65_535, 255, "x")]] * 8)
    assert len(bomb) < 8_000
    assert "内存超过上限" in refusal(bomb)


def test_a_text_of_nothing_but_lines_is_told_as_too_large_and_never_held_whole() -> None:
    content = "企业名称,信用代码\n".encode() + b"a\n" * (8 << 20)
    assert refusal(content, Limits(memory=256 << 20, rows=1_000)) == "文件超过 1000 行，请分成几个文件上传。"


def test_a_reader_that_takes_too_long_is_ended() -> None:
    content = "企业名称,信用代码\n".encode() + b'x,"y\n' * 900 + b"a,b\n" * (1 << 20)
    assert "用时过长" in refusal(content, Limits(seconds=1, rows=1 << 30))


def test_a_reader_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-c", _SLEEPER))
    monkeypatch.setattr(reader, "_PATIENCE", 0.2)
    assert "用时过长" in refusal(b"x")


_SLEEPER = "import sys, time; sys.stdin.buffer.read(); time.sleep(600)"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no JSON",
        "[]",
        '{"table": 1}',
        '{"row": [1, null, {}, []]}',
        '{"table": ["s", 1, ["a"], ["a"], [], "many"]}',
        '{"table": ["s", 1, ["a"], ["a"], [], 1]}\n{"row": [1]}',
        '{"table": ["s", 1, ["a"], ["a"], [], 1]}\n{"row": [1, null, [], []]}',
        '{"table": ["s", 1, ["a"], ["a"], [], 1]}',
    ],
)
def test_what_a_taken_over_reader_says_is_not_believed(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    program = f"import sys; sys.stdin.buffer.read(); print({said!r})"
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-c", program))
    assert "工作簿打不开" in refusal(b"x")


@pytest.mark.parametrize("ending", ["os.abort()", "os._exit(77)"])
def test_how_a_reader_ends_is_told(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    program = f"import os, sys; sys.stdin.buffer.read(); {ending}"
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-c", program))
    assert "内存超过上限" in refusal(b"x")


def test_a_reader_that_never_reads_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-c", "pass"))
    assert "工作簿打不开" in refusal(bytes(1 << 20))


def test_the_reader_has_no_secret_and_may_do_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is empty; it may neither write a file nor start a process, and knows its bounds."""
    monkeypatch.setenv("ONEDOOR_SECRET_KEY", "s" * 32)
    monkeypatch.setattr(reader, "_COMMAND", (sys.executable, "-I", "-c", _CONFINED))
    with pytest.raises(ClerkError) as caught:
        read_table(b"x", COLUMNS, SMALL)
    report = json.loads(str(caught.value))
    assert "ONEDOOR_SECRET_KEY" not in report["environment"]
    assert report["limits"] == [SMALL.memory, SMALL.seconds, 0, 0, 16, 0]


_CONFINED = """
import json, os, resource, sys
from onedoor.kernel.file_sandbox.process_limits import confine
from onedoor.kernel.file_sandbox.pipe_messages import Limits
asked = json.loads(sys.stdin.buffer.readline())
sys.stdin.buffer.read()
confine(Limits(**asked["limits"]))
kinds = ("AS", "CPU", "FSIZE", "CORE", "NOFILE", "NPROC")
limits = [resource.getrlimit(getattr(resource, "RLIMIT_" + kind))[0] for kind in kinds]
told = json.dumps({"environment": sorted(os.environ), "limits": limits})
print(json.dumps({"refused": [told.replace("%", "%%"), {}]}))
"""


def test_a_look_ends_its_reader_and_waits_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    look_at("企业名称,信用代码\n甲,1\n".encode(), COLUMNS)
    monkeypatch.setattr(reader, "_TURN", 0.01)
    with reader._LOOKS, reader._LOOKS, pytest.raises(ClerkError, match="请等一分钟再上传"):
        look_at(b"x", COLUMNS)


def test_a_table_nobody_reads_leaves_no_process() -> None:
    table = read_table("企业名称,信用代码\n".encode() + b"a,b\n" * 100_000, COLUMNS)
    process = table.rows.gi_frame.f_locals["reader"]._process  # type: ignore[attr-defined]
    assert process.poll() is None
    del table
    assert process.wait(timeout=60) is not None


# --- zip, XML -----------------------------------------------------------------------------------------------------


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    """A gigabyte and more of zeros in a megabyte of file."""
    assert "表格范围太大" in refusal(_declaring(xlsx(ROWS, xl__media__x_dot_bin=bytes(64)), (1 << 30) + 1))


def test_a_member_that_says_it_is_smaller_than_it_is_is_refused() -> None:
    assert "工作簿打不开" in refusal(_declaring(xlsx(ROWS, xl__media__x_dot_bin=bytes(1 << 20)), 10))


def _declaring(content: bytes, size: int) -> bytes:
    """The workbook whose directory declares another unpacked size for its last member."""
    place = content.rindex(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]


def test_a_zip_with_endless_members_is_refused() -> None:
    buffer = io.BytesIO(xlsx(ROWS))
    with zipfile.ZipFile(buffer, "a") as archive:
        for number in range(6_000):
            archive.writestr(f"{number}", b"")
    assert "表格范围太大" in refusal(buffer.getvalue())


DOCTYPES = [
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!doctype x SYSTEM "http://192.0.2.1/x.dtd">',
    b'<!ENTITY % a SYSTEM "file:///etc/passwd">',
]
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    '<c r="A1" t="inlineStr"><is><t>企业名称</t></is></c><c r="B1" t="inlineStr"><is><t>信用代码</t></is></c></row>'
    '<row r="2"><c r="A2" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_workbook_that_declares_entities_is_refused(doctype: bytes, encoding: str) -> None:
    """XXE: neither a file of ours nor an address is ever opened for a workbook's sake."""
    sheet = (doctype.decode() + SHEET).encode(encoding)
    assert "工作簿打不开" in refusal(xlsx(ROWS, xl__worksheets__sheet1_dot_xml=sheet))


def test_a_declaration_is_found_where_two_pieces_meet() -> None:
    """The check reads a member piece by piece; what straddles two pieces is seen too."""
    for gap in (-20, -9, -5, -1, 0):
        sheet = b" " * ((1 << 20) + gap) + DOCTYPES[0]
        assert "工作簿打不开" in refusal(xlsx(ROWS, xl__worksheets__sheet1_dot_xml=sheet))


def test_the_workbook_reader_itself_opens_nothing() -> None:
    """Should the check above be passed by: an entity of a file stands for nothing, or is an error."""
    content = xlsx(ROWS, xl__worksheets__sheet1_dot_xml=(DOCTYPES[0].decode() + SHEET).encode())
    program = (
        "import io, sys\nfrom python_calamine import CalamineWorkbook\n"
        "print(CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())).get_sheet_by_index(0).to_python())"
    )
    done = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True, check=False)
    assert b"root:" not in done.stdout + done.stderr


def test_a_broken_deflate_stream_is_one_sentence() -> None:
    content = bytearray(xlsx(ROWS))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    content[place : place + 20] = zlib.compress(b"another")[:20].ljust(20, b"\xff")
    assert "工作簿打不开" in refusal(bytes(content))


def merging(*ranges: str) -> bytes:
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in ranges)
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{one}</t></is></c>'
        f'<c r="B{row}" t="inlineStr"><is><t>{two}</t></is></c></row>'
        for row, one, two in ((1, "企业名称", "信用代码"), (2, "甲店", "9123"), (20_000, "", "9124"))
    )
    sheet = SHEET[: SHEET.index("<row")] + f"{rows}</sheetData><mergeCells>{merged}</mergeCells></worksheet>"
    return xlsx(ROWS, xl__worksheets__sheet1_dot_xml=sheet.encode())


def test_merges_beyond_the_sheet_and_upon_each_other_cost_no_more_than_its_cells() -> None:
    """The whole sheet as one cell a hundred thousand times over, upside down, and where no sheet has cells."""
    content = merging("A20000:B2", "XFD1048576:XFD1048576", *["A2:XFD1048576"] * 100_000)
    last = list(read_table(content, COLUMNS, SMALL))[-1]
    assert last.cells == {"企业名称": "甲店", "信用代码": "9124"}


@pytest.mark.long
def test_more_merges_than_memory_are_told() -> None:
    assert "内存超过上限" in refusal(merging(*["A1:B1"] * 1_500_000))


# --- what it is, not what it is called ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>', "没有找到表头"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "这个网页里没有表格"),
        (b"<script>alert(1)</script>", "没有找到表头"),
        (b"GIF89a/*<script>*/=1", "这是图片"),
        (b"#!/bin/sh\nrm -rf /\n", "没有找到表头"),
    ],
)
def test_what_is_no_table_is_refused_whatever_its_name(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


# --- limits -------------------------------------------------------------------------------------------------------


def test_limits_of_columns_and_of_a_cell() -> None:
    wide = ",".join(["企业名称", "信用代码", *(f"列{n}" for n in range(400))])
    assert "表头有 402 列，超过 300 列的上限" in refusal(f"{wide}\n甲,1\n".encode())
    (row,) = read_table(("企业名称,信用代码\n" + "长" * 40_000 + ",1\n").encode(), COLUMNS)
    assert "超过 32767 个字的上限" in str(row.problems[0].error) and len(row.cells["企业名称"]) == 32_767


def test_a_long_name_of_a_column_is_cut() -> None:
    table = read_table(f"企业名称,信用代码,{'名' * 5_000}\n甲,1,x\n".encode(), COLUMNS)
    assert table.unused == ("名" * 100,)


def test_nobody_else_takes_a_file_apart() -> None:
    """Only the confined process imports the readers of workbooks and pictures or the modules that call them; only its shapes go around."""
    inside = ROOT / "platform/onedoor/kernel/file_sandbox"
    for path in (ROOT / "platform/onedoor").rglob("*.py"):
        if inside in path.parents:
            continue
        names = {
            f"{node.module}" if isinstance(node, ast.ImportFrom) else alias.name
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        strange = {
            name
            for name in names
            if name.startswith(("onedoor.kernel.file_sandbox", "python_calamine", "PIL"))
        }
        assert strange <= {"onedoor.kernel.file_sandbox.pipe_messages"}, path


def test_the_parent_never_asks_for_more_than_the_child_may() -> None:
    assert pipe_messages.NO_MEMORY in reader._OUT_OF_MEMORY
    assert pipe_messages.NO_MEMORY in pictures._OUT_OF_MEMORY
