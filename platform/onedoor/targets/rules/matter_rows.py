"""Rows of places of business, products, projects and activities in a library (R-L5, R-L11); pure.

A cell without anything says nothing: what stands stays. A cell under 移出 says that it leaves, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.codes import EntityKind, read_entity_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.unicode import normal
from onedoor.targets.rules.codes import LISTED_NAMES
from onedoor.targets.rules.codes import PLACE as PLACE_OF_BUSINESS
from onedoor.targets.rules.target_rows import LEAVES, read_reason

CODE, FIRM, KIND, NAME, NUMBER = "统一社会信用代码", "企业名称", "类别", "名称", "编号"
NATURE, INDUSTRY, PLACE, NOTE, LISTED = "性质", "行业", "所在地", "说明", "列入日期"
HEAD = (FIRM, CODE, KIND, NAME, NUMBER, NATURE, INDUSTRY, PLACE, NOTE, LISTED, LEAVES)
COLUMNS = (
    Column("序号"),
    Column(FIRM, ("单位名称", "主体名称", "经营主体", "经营主体名称", "生产企业")),
    Column(CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号"), required=True),
    Column(KIND, ("对象类别", "种类"), required=True),
    Column(
        NAME,
        ("产品名称", "项目名称", "行为名称", "产品、项目或行为", "场所、产品、项目或行为", "场所名称"),
        required=True,
    ),
    Column(NUMBER, ("产品编号", "项目编号", "批准文号", "场所编号", "经营场所编号")),
    Column(NATURE),
    Column(INDUSTRY, ("所属行业",)),
    Column(PLACE, ("所在区县", "区县")),
    Column(NOTE, ("备注",)),
    Column(LISTED, ("入库日期",)),
    Column(LEAVES, ("移出原因", "移出理由", "移出的理由")),
)
_KINDS = {name: kind for kind, name in LISTED_NAMES.items()} | {"场所": PLACE_OF_BUSINESS}
_MOST_PLACES = 999_999_999
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One of them as its row has it; `values` are the fields of `models.TargetMatter` that the row says something of.

    Of a place of business `mark` is its number in the register, and `name` only what the file calls it.
    """

    number: int
    code: str
    entity_kind: EntityKind
    firm: str
    kind: str
    name: str
    mark: str
    values: Mapping[str, Any]
    place: str
    reason: str
    left_on: date | None

    @property
    def key(self) -> Key:
        """By what it is known again: whose it is, its kind, name and number; a place by its number alone."""
        return self.code, self.kind, "" if self.is_place else self.name, self.mark

    @property
    def is_place(self) -> bool:
        """Whether it is a place of business."""
        return self.kind == PLACE_OF_BUSINESS


def read_matter(row: SourceRow, today: date) -> tuple[MatterRow | None, RowReader]:
    """The product, project or activity of a row, or None and what is wrong in the reader."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    code = reader.read(CODE, lambda: read_entity_code(row.cells.get(CODE, "")))
    if not reader.text(KIND, longest=20):
        reader.refuse(KIND, ClerkError("没有填写“%(column)s”。", column=KIND))
    listed_on = reader.day(LISTED)
    if listed_on is not None and listed_on > today:
        reader.refuse(LISTED, ClerkError("日期不能晚于今天。"))
    reason, left_on = read_reason(reader)
    said = {
        "nature": reader.text(NATURE, longest=100),
        "industry": reader.text(INDUSTRY, longest=100),
        "note": reader.text(NOTE, longest=500),
        "listed_on": listed_on,
    }
    kind = reader.word(KIND, _KINDS, "")
    is_place = kind == PLACE_OF_BUSINESS
    matter = MatterRow(
        number=row.number,
        code=code.text if code else "",
        entity_kind=code.kind if code else EntityKind.OTHER,
        firm=reader.text(FIRM, longest=200).replace("\n", ""),
        kind=kind,
        name=reader.text(NAME, longest=200, required=not is_place).replace("\n", ""),
        mark=_number_of_place(reader) if is_place else reader.text(NUMBER, longest=60),
        values={name: value for name, value in said.items() if value},
        place=reader.text(PLACE, longest=60),
        reason=reason,
        left_on=left_on,
    )
    return (None if reader.problems else matter), reader


def _number_of_place(reader: RowReader) -> str:
    """Its number in the register, as digits without leading zeros."""
    text = normal("NFKC", reader.text(NUMBER, longest=60))
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_PLACES)) else 0
    if not number:
        problem = "请填写经营场所的编号，例如 1；编号见经营主体的页面。"
        reader.refuse(NUMBER, ClerkError(problem))
    return str(number)
