"""What goes out has its codes as text: two readers find the same digits, and it comes in again as it was (R-L11)."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from onedoor.entities.rules.entity_rows import CODE
from onedoor.kernel.codes import made_up_credit_code
from tests.fixtures.answers import Jobs, text, upload


@pytest.mark.usefixtures("register")
def test_codes_are_text_cells_for_two_readers(planner: FlaskClient, run_jobs: Jobs) -> None:
    content = planner.get("/registry/entities?export=xlsx").data
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows())
    at = next(place for place, cell in enumerate(rows[0]) if cell.value == CODE)
    cells = [row[at] for row in rows[1:]]
    assert cells and all(cell.data_type == "s" and cell.number_format == "@" for cell in cells)
    other = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[at] for row in other[1:]] == [cell.value for cell in cells]
    assert made_up_credit_code(1) in {cell.value for cell in cells}
    place = upload(planner, "entities", "导出.xlsx", content, "check").headers["Location"]
    run_jobs()
    shown = text(planner.get(place))
    assert "没有变化" in shown and "verdict=new" not in shown and "verdict=changed" not in shown
