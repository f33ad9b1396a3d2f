"""Good files with random damage: what lands equals an independent reading of the damaged file, or stands among what is told.

No value is lost or changed untold (R-L11). The other reading is openpyxl's of a workbook, and of a text its lines as they
are cut at each delimiter.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from onedoor.entities.rules.entity_rows import COLUMNS, Place, read_entity
from onedoor.imports.rules.columns import named
from onedoor.imports.rules.rows import clean, is_foot
from onedoor.kernel.codes import made_up_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import SHEET_STEP, Layout, Limits, SourceRow
from onedoor.kernel.file_sandbox.tables import find_table, look
from tests.kernel.test_spreadsheets_fuzz import fuzzed

HEAD = ["企业名称", "统一社会信用代码", "注册日期", "经营范围", "行业"]
FIELDS = {
    "企业名称": "name",
    "统一社会信用代码": "code",
    "注册日期": "registered_on",
    "经营范围": "scope",
    "行业": "industry",
}
PLACES = (Place("990100", "示范市", 0),)
LIMITS = Limits(rows=1_000)
FIRMS = 6


def firm(number: int) -> list[str]:
    return [f"示范第{number}号店", made_up_credit_code(number), "2020-01-02", f"第{number}种服务", "餐饮业"]


Told = dict[int, set[str]]


def landed(content: bytes) -> tuple[dict[int, Any], Told, list[str]]:
    """What lands by row, what is told of which columns of which row (of the row as a whole with ""), and the sheets not read."""
    seen = look(content, COLUMNS, LIMITS)
    places = named(seen.header, COLUMNS)
    heads = {each.sheet: each.header_row for each in seen.previews}
    more = tuple((name, heads[name]) for name in seen.alike)
    layout = Layout(seen.sheet, seen.header_row, places, more=more)
    rows, told = {}, Told()
    for row in find_table(content, COLUMNS, LIMITS, layout):
        entity, reader = read_entity(row, PLACES)
        told.setdefault(row.number, set()).update(one.column for one in (*reader.problems, *reader.remarks))
        if entity is None:
            told[row.number].add("")
        else:
            rows[row.number] = entity
        told |= {number: {""} for number in _joined(row)}
        assert entity is not None or is_foot(row) or reader.problems
    return rows, told, [name for name in seen.others if name not in seen.alike]


def _joined(row: SourceRow) -> Iterator[int]:
    for one in row.remarks:
        step = row.number // SHEET_STEP * SHEET_STEP
        yield from (step + int(number) for number in str(one.error.params["rows"]).split("、"))


def as_day(text: str) -> str:
    """The day a cell says: three numbers, eight digits, or a spreadsheet's own count of days."""
    parts = re.findall(r"\d+", text)
    if len(parts) == 3:
        return f"{parts[0]}-{parts[1].zfill(2)}-{parts[2].zfill(2)}"
    if len(parts) == 1 and len(parts[0]) == 8:
        return f"{parts[0][:4]}-{parts[0][4:6]}-{parts[0][6:]}"
    if len(parts) == 1 and len(parts[0]) == 5:
        return (date(1899, 12, 30) + timedelta(days=int(parts[0]))).isoformat()
    return text


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.15G}"
    return clean("" if value is None else str(value))


def agrees(entity: Any, column: str, values: set[str]) -> bool:
    """Whether a field says what one of the readings of its cell says; of a cell that says nothing, nothing."""
    value = getattr(entity, FIELDS[column])
    said = value.isoformat() if isinstance(value, date) else str(value or "")
    values = set(map(as_day, values)) if column == "注册日期" else values
    nothing = {"", "无", "—", "N/A"}
    return said in {text if column != "企业名称" else text.replace("\n", "") for text in values} or (
        not said and bool(values & nothing)
    )


# --- workbooks ------------------------------------------------------------------------------------------------------

ODD: st.SearchStrategy[object] = st.sampled_from([
    None, "", "  甲店 ", "同上", "无", "—", "N/A", "#N/A", 9.15e17, 3.5, 43000, "43000.35", "2015年3月", "甲\n乙", "说明：略", "合计", "一、食品",
    date(2019, 5, 6), "x" * 300, "＝1", "'0123", "2020—1—2", "第三条", True,
])  # fmt: skip
PLACE = st.tuples(st.integers(2, FIRMS + 2), st.integers(1, len(HEAD)))
DAMAGE = st.one_of(
    st.tuples(st.just("cell"), PLACE, ODD),
    st.tuples(st.just("merge"), PLACE, st.tuples(st.integers(0, 3), st.integers(0, 2))),
    st.tuples(st.just("head"), st.integers(3, FIRMS + 1), st.none()),
    st.tuples(
        st.just("title"), st.integers(3, FIRMS + 1), st.sampled_from(["一、食品", "（二）计量", "别的"])
    ),
    st.tuples(st.just("sheet"), st.booleans(), st.permutations(HEAD)),
    st.tuples(st.just("line"), st.integers(3, FIRMS + 1), st.sampled_from(["另一种服务", "又一种"])),
    st.tuples(st.just("blank"), st.integers(3, FIRMS + 1), st.none()),
)


_ROWS = ("head", "title", "line", "blank")


def damaged(damages: list[tuple[Any, ...]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    for number in range(FIRMS):
        sheet.append(firm(number))
    merged: set[tuple[int, int]] = set()
    # Rows first: what is merged or changed stays where it was put.
    for kind, at, more in sorted(damages, key=lambda one: one[0] not in _ROWS):
        if kind in _ROWS:
            sheet.insert_rows(at)
            written = {"head": HEAD, "title": [more], "line": [None, None, None, more]}.get(kind, [])
            for place, value in enumerate(written, start=1):
                sheet.cell(at, place, value)
        elif kind == "cell" and at not in merged:
            sheet.cell(*at).value = more
        elif kind == "merge":
            cells = {
                (at[0] + down, at[1] + right) for down in range(more[0] + 1) for right in range(more[1] + 1)
            }
            if not cells & merged and len(cells) > 1 and max(cell[1] for cell in cells) <= len(HEAD):
                sheet.merge_cells(
                    start_row=at[0], start_column=at[1], end_row=at[0] + more[0], end_column=at[1] + more[1]
                )
                merged |= cells
        elif kind == "sheet":
            other = book.create_sheet()
            other.append(list(more))
            for number in range(50, 52):
                line = dict(zip(HEAD, firm(number + len(book.worksheets) * 10), strict=True))
                other.append([line[name] for name in more])
            other.sheet_state = "hidden" if at else "visible"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def other_reading(content: bytes) -> Iterator[tuple[str, int, bool, dict[str, set[str]]]]:
    """Each row of each sheet by its heads: what the cell itself holds, and what the cells it is merged with hold; before
    them whether any cell itself holds anything."""
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        heads = [str(cell.value) for cell in sheet[1]]
        shared = {
            (row, column): sheet.cell(area.min_row, area.min_col).value
            for area in sheet.merged_cells.ranges
            for row in range(area.min_row, area.max_row + 1)
            for column in range(area.min_col, area.max_col + 1)
        }
        for number, row in enumerate(sheet.iter_rows(min_row=2), start=2):
            said = {}
            for place, cell in enumerate(row[: len(heads)], start=1):
                values = {as_text(cell.value)}
                if (number, place) in shared:
                    values.add(as_text(shared[number, place]))
                said[heads[place - 1]] = values
            own = any(as_text(cell.value) for cell in row[: len(heads)])
            yield sheet.title, number, own, said


@pytest.mark.long
@fuzzed(300)
@given(st.lists(DAMAGE, min_size=1, max_size=6))
def test_a_damaged_workbook_loses_and_changes_no_value_untold(damages: list[tuple[Any, ...]]) -> None:
    content = damaged(damages)
    rows, told, unread = landed(content)
    titles = [sheet.title for sheet in load_workbook(io.BytesIO(content)).worksheets]
    read = [title for title in titles if title not in unread]
    for title, number, own, said in other_reading(content):
        if title in unread:
            continue
        at = read.index(title) * SHEET_STEP + number
        # A row that is all merged with the one above says nothing of its own.
        assert at in rows or at in told or not own, (at, said, damages)
        if at in rows:
            for column, values in said.items():
                assert column in told[at] or agrees(rows[at], column, values) or "" in told[at], (
                    at,
                    column,
                    values,
                    damages,
                )


# --- texts ----------------------------------------------------------------------------------------------------------

TEXT_DAMAGE = st.lists(
    st.tuples(
        st.integers(0, 2_000),
        st.sampled_from(["put", "cut", "byte"]),
        st.sampled_from(list("\",\n;\t'=#") + ["\r\n"]),
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.long
@fuzzed(400)
@given(TEXT_DAMAGE, st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]))
def test_a_damaged_text_loses_and_changes_no_value_untold(
    damages: list[tuple[int, str, str]], encoding: str
) -> None:
    lines = "\r\n".join(",".join(row) for row in [HEAD, *map(firm, range(FIRMS))]) + "\r\n"
    head = len((",".join(HEAD) + "\r\n").encode(encoding))
    content = bytearray(lines.encode(encoding))
    for at, kind, what in damages:
        place = head + at % (len(content) - head)
        if kind == "put":
            content[place:place] = what.encode()
        elif kind == "cut":
            del content[place]
        else:
            content[place] = 0xFF
    try:
        rows, told, _ = landed(bytes(content))
    except ClerkError:
        return
    by_line = {row.line: number for number, row in _lines(bytes(content)).items()}
    whole = bytes(content).decode(encoding, "surrogateescape").lstrip("\ufeff")
    physical = io.StringIO(whole, newline="").readlines()
    for line, written in enumerate(physical[1:], start=2):
        cells = written.rstrip("\r\n").split(",")
        if not any(map(str.strip, cells)):
            continue
        number = by_line.get(line)
        if number is None:
            # Within a record of several lines that begins above, or whose row is told.
            above = max((one for one in by_line if one is not None and one < line), default=None)
            assert above is not None and '"' in "".join(physical[above - 1 : line]), (line, written, damages)
            continue
        if number not in rows or '"' in written:
            assert number in rows or "" in told[number] or told[number], (line, written)
            continue
        for column, cell in zip(HEAD, cells, strict=False):
            value = clean(cell[1:] if cell.startswith("'=") else cell)
            assert column in told[number] or agrees(rows[number], column, {value}), (
                line,
                column,
                cell,
                damages,
            )


def _lines(content: bytes) -> dict[int, SourceRow]:
    seen = look(content, COLUMNS, LIMITS)
    layout = Layout(seen.sheet, seen.header_row, named(seen.header, COLUMNS))
    return {row.number: row for row in find_table(content, COLUMNS, LIMITS, layout)}


def test_two_quotes_in_two_rows_do_not_make_one_row_of_them() -> None:
    rows = [firm(1), firm(2), firm(3)]
    lines = [
        ",".join(HEAD),
        '"' + ",".join(rows[0]),
        ",".join(rows[1]),
        ",".join(rows[2]).replace("店,", '店",', 1),
    ]
    found, told, _ = landed("\r\n".join(lines).encode())
    assert "" in told[2] and [entity.code for entity in found.values()] == [rows[1][1], rows[2][1]]
