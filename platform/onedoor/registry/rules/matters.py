"""Rows of products, projects and activities in a library (产品、项目、行为, R-L5, R-L11); pure.

A cell without anything says nothing: what stands stays. A cell under 移出 says that it leaves, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onedoor.kernel.codes import EntityKind, read_credit_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.registry.rules.codes import MATTER_NAMES
from onedoor.registry.rules.rows import RowReader
from onedoor.registry.rules.targets import LEAVES, read_reason

CODE, FIRM, KIND, NAME, NUMBER = "统一社会信用代码", "企业名称", "类别", "名称", "编号"
NATURE, INDUSTRY, PLACE, NOTE, LISTED = "性质", "行业", "所在地", "说明", "列入日期"
HEAD = (FIRM, CODE, KIND, NAME, NUMBER, NATURE, INDUSTRY, PLACE, NOTE, LISTED, LEAVES)
COLUMNS = (
    Column("序号"),
    Column(FIRM, ("单位名称", "主体名称", "经营主体", "经营主体名称", "生产企业")),
    Column(CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号"), required=True),
    Column(KIND, ("对象类别", "种类"), required=True),
    Column(NAME, ("产品名称", "项目名称", "行为名称", "产品、项目或行为"), required=True),
    Column(NUMBER, ("产品编号", "项目编号", "批准文号")),
    Column(NATURE),
    Column(INDUSTRY, ("所属行业",)),
    Column(PLACE, ("所在区县", "区县")),
    Column(NOTE, ("备注",)),
    Column(LISTED, ("入库日期",)),
    Column(LEAVES, ("移出原因", "移出理由", "移出的理由")),
)
_KINDS = {name: kind for kind, name in MATTER_NAMES.items()}
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One of them as its row has it; `values` are the fields of `models.TargetMatter` that the row says something of."""

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

    @property
    def key(self) -> Key:
        """By what it is known again: whose it is, its kind, name and number."""
        return self.code, self.kind, self.name, self.mark


def read_matter(row: SourceRow, today: date) -> tuple[MatterRow | None, RowReader]:
    """The product, project or activity of a row, or None and what is wrong in the reader."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    code = reader.read(CODE, lambda: read_credit_code(row.cells.get(CODE, "")))
    if not reader.text(KIND, longest=20):
        reader.refuse(KIND, ClerkError("没有填写“%(column)s”。", column=KIND))
    listed_on = reader.day(LISTED)
    if listed_on is not None and listed_on > today:
        reader.refuse(LISTED, ClerkError("日期不能晚于今天。"))
    said = {
        "nature": reader.text(NATURE, longest=100),
        "industry": reader.text(INDUSTRY, longest=100),
        "note": reader.text(NOTE, longest=500),
        "listed_on": listed_on,
    }
    matter = MatterRow(
        number=row.number,
        code=code.text if code else "",
        entity_kind=code.kind if code else EntityKind.OTHER,
        firm=reader.text(FIRM, longest=200).replace("\n", ""),
        kind=reader.word(KIND, _KINDS, ""),
        name=reader.text(NAME, longest=200, required=True).replace("\n", ""),
        mark=reader.text(NUMBER, longest=60),
        values={name: value for name, value in said.items() if value},
        place=reader.text(PLACE, longest=60),
        reason=read_reason(reader),
    )
    return (None if reader.problems else matter), reader
