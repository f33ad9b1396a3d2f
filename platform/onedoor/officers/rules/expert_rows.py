"""Rows of the list of experts and testing institutes (R-L7); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onedoor.imports.rules.rows import RowReader, split_list
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.pinyin import pinyin_key

PERSON, INSTITUTE = "person", "institute"
KIND_NAMES = {PERSON: "专家", INSTITUTE: "检验检测机构"}
_KINDS = {
    "专家": PERSON,
    "个人": PERSON,
    "检验检测机构": INSTITUTE,
    "检测机构": INSTITUTE,
    "专业机构": INSTITUTE,
    "机构": INSTITUTE,
}
_ACTIVE = {"在库": True, "在聘": True, "离库": False, "已离库": False, "解聘": False}
HEAD = (
    "姓名或名称",
    "类别",
    "所在单位",
    "职称或职务",
    "资格专长",
    "资格证号",
    "资格有效期至",
    "状态",
    "备注",
    "维护科室",
)
COLUMNS = (
    Column("序号"),
    Column("姓名或名称", ("姓名", "专家姓名", "机构名称", "名称"), required=True),
    Column("类别", ("专家类别",)),
    Column("所在单位", ("单位", "工作单位")),
    Column("职称或职务", ("职称", "职务")),
    Column("资格专长", ("专业特长", "专长", "专业领域")),
    Column("资格证号", ("证书编号", "资质证书编号")),
    Column("资格有效期至", ("有效期至", "有效期")),
    Column("状态"),
    Column("备注"),
    Column("维护科室", ("科室", "所属科室")),
)
FIELDS = {
    "类别": "kind",
    "所在单位": "organisation",
    "职称或职务": "title",
    "资格专长": "qualifications",
    "资格证号": "credential",
    "资格有效期至": "credential_expires_on",
    "状态": "active",
    "备注": "remark",
    "维护科室": "unit_id",
}


@dataclass(frozen=True, slots=True)
class ExpertRow:
    """One of them as the row has it; `values` are fields of `models.Expert`, `given` those the row says something of;
    `unit` is a name, whose id the service adds."""

    number: int
    values: Mapping[str, Any]
    given: frozenset[str] = frozenset()
    unit: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """By what they are known again: name and organisation."""
        return self.values["name"], self.values["organisation"]


def read_expert(row: SourceRow) -> tuple[ExpertRow | None, RowReader]:
    """The expert or institute of a row."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    name = reader.text("姓名或名称", longest=100, required=True)
    values = {
        "name": name,
        "sort_key": pinyin_key(name),
        "kind": reader.word("类别", _KINDS, PERSON),
        "organisation": reader.text("所在单位", longest=200),
        "title": reader.text("职称或职务", longest=100),
        "qualifications": split_list(reader.text("资格专长", longest=500)),
        "credential": reader.text("资格证号", longest=60),
        "credential_expires_on": reader.day("资格有效期至"),
        "active": reader.word("状态", _ACTIVE, True),
        "remark": reader.text("备注", longest=2_000),
    }
    said = (column for column in FIELDS if reader.says(column, chosen=column in ("类别", "状态")))
    given = frozenset(FIELDS[column] for column in said)
    unit = reader.text("维护科室", longest=60)
    return (None if reader.problems else ExpertRow(row.number, values, given, unit)), reader


def why_not_chosen(active: bool, expires: date | None, on: date) -> ClerkError | None:
    """Why one of them may not assist on a day; None when they may."""
    if not active:
        return ClerkError("不在专家库。")
    if expires is not None and expires < on:
        return ClerkError("资格已于 %(day)s 到期。", day=expires.isoformat())
    return None
