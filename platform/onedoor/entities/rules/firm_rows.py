"""What a row that is about something of a firm says of the firm (R-L11); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.codes import EntityKind, read_entity_code
from onedoor.kernel.spreadsheets import Column
from onedoor.kernel.text.unicode import normal

CODE, FIRM = "统一社会信用代码", "企业名称"
FIRM_COLUMNS = (
    Column("序号"),
    Column(FIRM, ("名称", "单位名称", "主体名称", "经营主体", "经营主体名称", "机构名称")),
    Column(CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号"), required=True),
)


@dataclass(frozen=True, slots=True)
class OfFirm:
    """`firm` is the name the row has for it; `values` are the fields that the row says something of."""

    number: int
    code: str
    entity_kind: EntityKind
    firm: str
    values: Mapping[str, Any]


def read_firm(reader: RowReader) -> tuple[str, EntityKind, str]:
    """The code, the kind it tells of, and the name of a row's firm."""
    code = reader.read(CODE, lambda: read_entity_code(reader.row.cells.get(CODE, "")))
    name = reader.text(FIRM, longest=200).replace("\n", "")
    return (code.text, code.kind, name) if code else ("", EntityKind.OTHER, name)


def said(reader: RowReader, values: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """Of fields by their column and value those that the row says something of."""
    return {name: value for name, (column, value) in values.items() if reader.says(column)}


def alike(text: str) -> str:
    """A text as it is compared: width, case and blanks do not count."""
    return "".join(normal("NFKC", text).casefold().split())
