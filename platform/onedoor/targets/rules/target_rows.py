"""Rows of a target library (检查对象名录库), and of what a bureau knows of its targets (对象资料, R-L5, R-L11); pure.

A cell without anything says nothing: what stands stays. A cell under 移出 says that the object leaves, and why; the
other cells of its row are then not read. 标签 names all tags an object is to have, 加标签 and 取下标签 only those that
come and go.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from onedoor.imports.rules.rows import RowReader, read_day, split_list
from onedoor.kernel.codes import EntityKind, read_entity_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow

CODE, NAME, LISTED, TAGS, LEVEL = "统一社会信用代码", "企业名称", "列入日期", "标签", "风险等级"
PERSON, PHONE, UNIT, LEAVES = "联系人", "联系电话", "所属科室", "移出"
MORE_TAGS, LESS_TAGS, GROUNDS, GRADED = "加标签", "取下标签", "评定理由", "评定日期"
HEAD = (NAME, CODE, LISTED, TAGS, LEVEL, PERSON, PHONE, UNIT, LEAVES)
COLUMNS = (
    Column("序号"),
    Column(
        NAME,
        ("名称", "单位名称", "主体名称", "经营主体", "经营主体名称", "检查对象", "检查对象名称", "机构名称"),
    ),
    Column(CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号"), required=True),
    Column(LISTED, ("列入名录日期", "入库日期")),
    Column(TAGS, ("对象标签",)),
    Column(MORE_TAGS, ("增加标签", "新增标签")),
    Column(LESS_TAGS, ("去掉标签", "取消标签")),
    Column(LEVEL, ("风险级别", "风险分级")),
    Column(GROUNDS, ("评级理由", "评级依据", "评定依据")),
    Column(GRADED, ("评级日期", "评定时间")),
    Column(PERSON, ("联系人姓名",)),
    Column(PHONE, ("电话", "手机号", "联系方式")),
    Column(UNIT, ("科室", "所在科室", "责任科室")),
    Column(LEAVES, ("移出原因", "移出理由", "移出的理由", "移出名录库")),
    # What our own export has beside these, and the register says better.
    Column("类型"),
    Column("所在地"),
    Column("登记状态"),
    Column("来源"),
)
# Of what is known of targets alone; the other columns of our own export are known there too, and change nothing.
DETAILS_HEAD = (NAME, CODE, PERSON, PHONE, TAGS, MORE_TAGS, LESS_TAGS, LEVEL, GROUNDS, GRADED)
PHONE_FORM = re.compile(r"\+?[0-9][0-9 -]{5,19}")
# As our own export tells a phone: enough to recognise, too little to call (R-T7).
_HIDDEN_FORM = re.compile(r"\+?[0-9* -]{1,20}")
# Our own export tells the day before the reason.
_DAY_BEFORE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*")
_LONGEST_REASON = 500
_STAYS, _LEAVES = frozenset({"否", "在库", "不移出"}), frozenset({"是", "移出", "已移出"})


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One object as its row has it; what is empty the row does not say. `reason` is why it leaves, `left_on` the day that
    stands before the reason, `grounds` why it has its level. A `phone` with asterisks is one that our own export told, and
    says nothing of its own."""

    number: int
    code: str
    kind: EntityKind
    name: str
    listed_on: date | None
    tags: tuple[str, ...]
    more_tags: tuple[str, ...]
    less_tags: tuple[str, ...]
    level: str
    grounds: str
    person: str
    phone: str
    unit: str
    reason: str
    left_on: date | None = None


def read_target(row: SourceRow, today: date, *, lists: bool = True) -> tuple[TargetRow | None, RowReader]:
    """The object of a row, or None and what is wrong in the reader. Unless the file `lists` targets, when they were listed,
    by whom they are kept and that they leave is not read."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    code = reader.read(CODE, lambda: read_entity_code(row.cells.get(CODE, "")))
    reason, left_on = read_reason(reader) if lists else (_stays(reader), None)
    listed_on = reader.day(LISTED) if lists else None
    if listed_on is not None and listed_on > today and not reason:
        reader.refuse(LISTED, ClerkError("日期不能晚于今天。"))
    tags, more, less = (_tags(reader, column) for column in (TAGS, MORE_TAGS, LESS_TAGS))
    if both := sorted({*tags, *more} & set(less)):
        reader.refuse(LESS_TAGS, ClerkError("“%(tag)s”又要加，又要取下，请核对。", tag=both[0][:20]))
    level = reader.text(LEVEL, longest=20)
    target = TargetRow(
        number=row.number,
        code=code.text if code else "",
        kind=code.kind if code else EntityKind.OTHER,
        name=reader.text(NAME, longest=200).replace("\n", ""),
        listed_on=listed_on,
        tags=tags,
        more_tags=more,
        less_tags=less,
        level=level,
        grounds=_grounds(reader, level, today),
        person=reader.person(PERSON, longest=60),
        phone=_phone(reader),
        unit=" ".join(reader.text(UNIT, longest=60).split()) if lists else "",
        reason=reason,
        left_on=left_on,
    )
    return (None if reader.problems else target), reader


def read_reason(reader: RowReader) -> tuple[str, date | None]:
    """Why the row's object leaves, nothing if it stays; and the day that stands before the reason, if one does."""
    day = _DAY_BEFORE.match(reader.row.cells.get(LEAVES, "").strip())
    before = day.end() if day else 0
    given = reader.text(LEAVES, longest=before + _LONGEST_REASON)
    if given in _STAYS:
        return "", None
    reason = given[before:]
    if given and (not reason or reason in _LEAVES):
        reader.refuse(LEAVES, ClerkError("请写明移出的理由。"))
    return reason, reader.read(LEAVES, lambda: read_day(day[1])) if day else None


def _stays(reader: RowReader) -> str:
    """Nothing leaves by a file that lists nothing; who wrote so is told."""
    if reader.text(LEAVES, longest=500) not in {"", *_STAYS}:
        reader.remark(LEAVES, ClerkError("这里不办理移出；要移出的，请在“检查对象”页用“导入名录库”导入。"))
    return ""


def _tags(reader: RowReader, column: str) -> tuple[str, ...]:
    return tuple(split_list(reader.text(column, longest=500)))


def _grounds(reader: RowReader, level: str, today: date) -> str:
    """Why an object has its level, after the day when that was determined if the row says which."""
    grounds, day = reader.text(GROUNDS, longest=500), reader.day(GRADED)
    if day is not None and day > today:
        reader.refuse(GRADED, ClerkError("日期不能晚于今天。"))
    if (grounds or day) and not level:
        reader.refuse(LEVEL, ClerkError("填了评定理由或评定日期的，请填写风险等级。"))
    day_text = day.isoformat() if day else ""
    return grounds if grounds.startswith(day_text) else f"{day_text} {grounds}".strip()


def is_hidden(phone: str) -> bool:
    """Whether a phone is one of which a part is not told."""
    return "*" in phone


def _phone(reader: RowReader) -> str:
    text = reader.phone(PHONE)
    form = _HIDDEN_FORM if is_hidden(text) else PHONE_FORM
    if text and not form.fullmatch(text):
        reader.refuse(PHONE, ClerkError("电话号码只能由数字、空格和短横线组成。"))
    return text
