"""Rows of the register of certificates, and until when one serves (R-T4, R-L8); pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onedoor.imports.rules.rows import RowReader
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.pinyin import pinyin_key

VALID, SUSPENDED, REVOKED = "valid", "suspended", "revoked"
_STATUS = {
    "有效": VALID,
    "正常": VALID,
    "暂停": SUSPENDED,
    "暂扣": SUSPENDED,
    "注销": REVOKED,
    "吊销": REVOKED,
    "收回": REVOKED,
}
HEAD = ("证件编号", "姓名", "执法机构全称", "执法类别", "执法区域", "有效期至", "状态", "停用日期", "备注")
COLUMNS = (
    Column("序号"),
    Column("证件编号", ("执法证编号", "执法证号", "证号"), required=True),
    Column("姓名", ("持证人", "执法人员姓名"), required=True),
    Column("执法机构全称", ("执法机构", "单位", "所在单位")),
    Column("执法类别", ("执法种类",)),
    Column("执法区域", ("执法地域",)),
    Column("有效期至", ("证件有效期至", "有效期", "有效期限", "到期日期"), required=True),
    Column("状态", ("证件状态",)),
    Column("停用日期", ("暂停日期", "注销日期")),
    Column("备注"),
)
FIELDS = {
    "姓名": "name",
    "执法机构全称": "body",
    "执法类别": "kinds",
    "执法区域": "area",
    "有效期至": "expires_on",
    "状态": "status",
    "停用日期": "stopped_on",
    "备注": "remark",
}


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate as the row has it; `values` are fields of `models.Certificate`, `given` those it says something of; `says_when`
    whether it says since when a certificate does not serve."""

    number: int
    values: Mapping[str, Any]
    given: frozenset[str]
    says_when: bool

    @property
    def mark(self) -> str:
        """By what it is known again."""
        return str(self.values["number"])


def read_certificate(row: SourceRow, today: date) -> tuple[CertificateRow | None, RowReader]:
    """The certificate of a row; one that was stopped and does not say when stops on `today`."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    name = reader.person("姓名", longest=60, required=True, single=True)
    expires = reader.day("有效期至")
    if expires is None and not reader.problems:
        reader.refuse("有效期至", ClerkError("请填写有效期至，例如 2028-12-31。"))
    status, stopped = reader.word("状态", _STATUS, VALID), reader.day("停用日期")
    if stopped is not None and status == VALID:
        reader.refuse("停用日期", ClerkError("填了停用日期的，请在“状态”一列写明暂停或注销。"))
    values = {
        "number": reader.mark("证件编号", longest=60, required=True),
        "name": name,
        "sort_key": pinyin_key(name, person=True),
        "body": reader.text("执法机构全称", longest=200),
        "kinds": reader.text("执法类别", longest=200),
        "area": reader.text("执法区域", longest=200),
        "expires_on": expires,
        "status": status,
        "stopped_on": None if status == VALID else stopped or today,
        "remark": reader.text("备注", longest=2_000),
    }
    given = {field for column, field in FIELDS.items() if reader.says(column, chosen=column == "状态")}
    given = given | {"stopped_on"} if "status" in given else given - {"stopped_on"}
    one = CertificateRow(row.number, values, frozenset(given), stopped is not None)
    return (None if reader.problems else one), reader


def serves_until(expires_on: date, stopped_on: date | None) -> date:
    """The last day a certificate serves."""
    return expires_on if stopped_on is None else min(expires_on, stopped_on - timedelta(days=1))
