"""Rows of F2 执法检查人员名录库, and when an officer may be drawn (R-L7, R-L8)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from onedoor.imports.rules.rows import RowReader, split_list
from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.pinyin import pinyin_key
from onedoor.officers.rules.codes import InspectorStatus

F2_HEAD = ("序号", "姓名", "性别", "执法机构全称", "职务", "执法证编号", "执法类别", "执法区域", "备注")
# What paper does not show and a draw needs.
MORE_HEAD = ("证件有效期至", "所在科室", "资格专长", "可任组长", "状态", "身份证号", "手机号", "登录账号")
COLUMNS = (
    Column("序号"),
    Column("姓名", ("执法人员姓名",), required=True),
    Column("性别"),
    Column("执法机构全称", ("执法机构", "单位", "执法主体")),
    Column("职务", ("职务职级",)),
    Column("执法证编号", ("执法证号", "执法证件号", "证件编号"), required=True),
    Column("执法类别", ("执法种类",)),
    Column("执法区域", ("执法地域",)),
    Column("备注"),
    Column(
        "证件有效期至",
        (
            "有效期至",
            "证件有效期",
            "执法证有效期",
            "执法证有效期至",
            "有效期",
            "有效期限",
            "证件有效期限",
            "到期日期",
        ),
    ),
    Column("所在科室", ("科室", "所属科室", "部门")),
    Column("资格专长", ("资格", "专业特长", "专长")),
    Column("可任组长", ("组长", "是否组长")),
    Column(
        "状态",
    ),
    Column("身份证号", ("身份证号码", "公民身份号码")),
    Column("手机号", ("联系电话", "手机号码", "电话")),
    Column("登录账号", ("账号", "用户名")),
)
_SEX = {"男": "男", "女": "女"}
_STATUS = {
    "在岗": InspectorStatus.ACTIVE,
    "在职": InspectorStatus.ACTIVE,
    "暂停": InspectorStatus.SUSPENDED,
    "暂停执法": InspectorStatus.SUSPENDED,
    "离职": InspectorStatus.LEFT,
    "退休": InspectorStatus.LEFT,
    "调离": InspectorStatus.LEFT,
    "已离库": InspectorStatus.LEFT,
    "离库": InspectorStatus.LEFT,
}
# Where one of some words stands, or our own name for nothing, 无 changes nothing.
_CHOSEN = frozenset({"性别", "状态", "执法机构全称"})
_QUALIFICATION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,19}")


@dataclass(frozen=True, slots=True)
class InspectorRow:
    """One officer as the row has it; `row` is its number in the file. `values` are fields of `models.Inspector`; `unit` and `account` are names.

    `given` are the columns the row says something in: nothing else of an officer who is known is changed.
    """

    row: int
    unit: str
    account: str
    values: Mapping[str, Any]
    identity_number: str
    phone: str
    given: frozenset[str]


def read_inspector(row: SourceRow, *, bureau: str) -> tuple[InspectorRow | None, RowReader]:
    """The officer of a row of F2. `bureau` stands in where no body is named."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    certificate = reader.mark("执法证编号", longest=60)
    expires = reader.day("证件有效期至")
    name = reader.person("姓名", longest=60, required=True, single=True)
    values = {
        "name": name,
        "sort_key": pinyin_key(name, person=True),
        "sex": reader.word("性别", _SEX, ""),
        "body": reader.text("执法机构全称", longest=200) or bureau,
        "post": reader.text("职务", longest=100),
        "certificate_number": certificate or None,
        "certificate_expires_on": expires,
        "kinds": reader.text("执法类别", longest=200),
        "area": reader.text("执法区域", longest=200),
        "qualifications": split_list(reader.text("资格专长", longest=500)),
        "leads": reader.yes("可任组长"),
        "status": reader.word("状态", _STATUS, InspectorStatus.ACTIVE),
        "remark": reader.text("备注", longest=2_000),
    }
    identity = _identity(reader)
    unit, account = reader.text("所在科室", longest=100), reader.text("登录账号", longest=100)
    given = frozenset(one.name for one in COLUMNS if reader.says(one.name, chosen=one.name in _CHOSEN))
    inspector = InspectorRow(row.number, unit, account, values, identity, _phone(reader), given)
    return (None if reader.problems else inspector), reader


def why_not_drawn(status: str, certificate: str | None, expires: date | None, on: date) -> ClerkError | None:
    """Why an officer may not be drawn, check or sign on a day (R-L8); None when they may."""
    if status == InspectorStatus.PROPOSED:
        return ClerkError("入库还没有批准。")
    if status == InspectorStatus.SUSPENDED and certificate and expires is not None and expires < on:
        return ClerkError("执法证已于 %(day)s 到期。", day=expires.isoformat())
    if status != InspectorStatus.ACTIVE:
        return ClerkError("不在岗。")
    if not certificate:
        return ClerkError("没有执法证。")
    if expires is None:
        return ClerkError("没有登记执法证有效期。")
    if expires < on:
        return ClerkError("执法证已于 %(day)s 到期。", day=expires.isoformat())
    return None


def _identity(reader: RowReader) -> str:
    text = reader.text("身份证号", longest=40)
    return (reader.read("身份证号", lambda: read_identity_number(text)) or "") if text else ""


def _phone(reader: RowReader) -> str:
    text = reader.phone("手机号")
    if text and not _PHONE.fullmatch(text):
        reader.refuse("手机号", ClerkError("电话号码只能由数字、空格和短横线组成。"))
    return text


def f2_changes(former: Iterable[Mapping[str, str]], fresh: Iterable[Mapping[str, str]]) -> int:
    """In how many places two lists with the columns of F2 differ: who came, who left, and whose row changed; an officer is
    known by certificate, or by name. The order says nothing."""
    by_key: dict[str, tuple[Counter[Any], Counter[Any]]] = {}
    for side, rows in enumerate((former, fresh)):
        for row in rows:
            key = row.get("certificate_number") or row.get("name", "")
            pair = by_key.setdefault(key, (Counter(), Counter()))
            pair[side][tuple(sorted(row.items()))] += 1
    return sum(max((was - now).total(), (now - was).total()) for was, now in by_key.values())
