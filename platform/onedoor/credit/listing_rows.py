"""Rows of a file of entries on lists of dishonesty (R-O4, R-L11); pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow

CODE, NAME, BASIS, PAPER = "统一社会信用代码", "名称", "名单", "决定书文号"
TOLD, HOW, ENTERED, UNTIL, LEFT, LEFT_PAPER = (
    "告知日期",
    "告知方式",
    "列入日期",
    "截止日期",
    "移出日期",
    "移出文号",
)
HEAD = (CODE, NAME, BASIS, PAPER, TOLD, HOW, ENTERED, UNTIL, LEFT, LEFT_PAPER)
COLUMNS = (
    Column(CODE, ("信用代码", "统一代码"), required=True),
    Column(NAME, ("企业名称", "当事人"), required=True),
    Column(BASIS, ("名单名称",), required=True),
    Column(PAPER, ("列入文号", "文号"), required=True),
    Column(TOLD, ("事先告知日期",)),
    Column(HOW, ("送达方式",)),
    Column(ENTERED, ("列入时间",), required=True),
    Column(UNTIL, ("到期日期", "有效期至")),
    Column(LEFT, ("移出时间",)),
    Column(LEFT_PAPER, ("移出决定文号",)),
)


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One entry as the row has it; it is known again by the firm's code, the list and the paper."""

    number: int
    code: str
    name: str
    basis: str
    given: dict[str, Any]
    left_on: date | None
    left_paper: str

    @property
    def key(self) -> str:
        """By what it is known again."""
        return f"{self.code} {self.basis} {self.given['paper']}"


def read_listing(row: SourceRow) -> tuple[ListingRow | None, RowReader]:
    """The entry of a row."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    given = {
        "paper": reader.text(PAPER, longest=200, required=True),
        "told_on": reader.day(TOLD),
        "told_how": reader.text(HOW, longest=100),
        "entered_on": reader.day(ENTERED),
        "until": reader.day(UNTIL),
    }
    left, left_paper = reader.day(LEFT), reader.text(LEFT_PAPER, longest=200)
    if (left is None) != (not left_paper):
        reader.refuse(LEFT, ClerkError("移出日期和移出文号须一并填写。"))
    one = ListingRow(
        row.number,
        reader.mark(CODE, longest=18, required=True).upper(),
        reader.text(NAME, longest=200, required=True),
        reader.text(BASIS, longest=100, required=True).strip("《》"),
        given,
        left,
        left_paper,
    )
    return (None if reader.problems else one), reader
