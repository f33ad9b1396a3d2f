"""Rows of F1 随机抽查事项清单, and the template that goes out (R-L1)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onedoor.imports.rules.rows import RowReader, split_list
from onedoor.items.rules.codes import ItemMode
from onedoor.items.rules.frequencies import NONE, read_counted
from onedoor.items.rules.methods import read_methods
from onedoor.items.rules.object_kinds import read_kinds
from onedoor.items.rules.point_kinds import COLUMN, with_kinds
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.kernel.text.unicode import normal

F1_HEAD = ("序号", "检查事项", "检查依据", "检查主体", "检查内容", "检查方式", "检查结果的运用情形", "备注")
# What F1 does not ask and a draw needs; a file without them gets the defaults.
MORE_HEAD = (
    "事项编号",
    "抽查主体",
    "检查对象",
    "抽查比例",
    "频次",
    "重点事项",
    "市场监管领域",
    "实施方式",
    "所需资格",
    "所属科室",
    "要点填写方式",
)
COLUMNS = (
    Column("序号"),
    Column("检查事项", ("抽查事项", "事项名称", "随机抽查事项"), required=True, key=True),
    Column("检查依据", ("抽查依据", "法律依据", "依据"), required=True, continued=True),
    Column("检查主体", ("执法主体", "实施主体")),
    Column("检查内容", ("抽查内容", "检查要点"), continued=True),
    Column("检查方式", ("抽查方式",)),
    Column("检查结果的运用情形", ("结果运用", "检查结果运用"), continued=True),
    Column("备注", continued=True),
    Column("事项编号", ("编号", "事项编码")),
    Column("抽查主体"),
    Column("检查对象", ("抽查对象", "适用对象")),
    Column("抽查比例", ("比例",)),
    Column("频次", ("抽查频次",)),
    Column("重点事项", ("是否重点", "事项类别")),
    Column("市场监管领域", ("是否市场监管领域",)),
    Column("实施方式", ("抽查类型",)),
    Column("所需资格", ("资格要求",)),
    Column("要点填写方式", ("填写方式",)),
    Column("所属科室", ("科室", "责任科室", "承办科室")),
)
_FIELDS = {
    "检查事项": "name",
    "检查依据": "basis",
    "检查主体": "enforcing_body",
    "抽查主体": "inspecting_body",
    "检查对象": "object_kinds",
    "检查内容": "content",
    "检查方式": "method",
    "抽查比例": "rate_bp",
    "频次": "frequency",
    "重点事项": "key",
    "市场监管领域": "market",
    "实施方式": "mode",
    "所需资格": "qualifications",
    COLUMN: "checklist",
    "检查结果的运用情形": "results_use",
    "备注": "remark",
}
_MODE_WORDS = {
    "双随机": ItemMode.RANDOM,
    "双随机抽查": ItemMode.RANDOM,
    "不适合": ItemMode.UNFIT,
    "不适合随机抽查": ItemMode.UNFIT,
    "尚未列入": ItemMode.UNLISTED,
    "未列入": ItemMode.UNLISTED,
}
_KEY_WORDS = {
    "是": True,
    "重点": True,
    "重点检查事项": True,
    "否": False,
    "一般": False,
    "一般检查事项": False,
}
# Where one of some words stands, 无 chooses none of them.
_CHOSEN = frozenset({"检查对象", "检查方式", "重点事项", "实施方式", COLUMN})
_POINT = re.compile(r"^\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）.．、]|[①-⑳])\s*")


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as its row has it; `row` is its number in the file, `values` are fields of `models.Item`, `given` those the row says something of, `unit` a name."""

    row: int
    number: str
    values: Mapping[str, Any]
    given: frozenset[str]
    unit: str = ""

    def of_file(self) -> dict[str, Any]:
        """The values the row says something of: what changes an item that is known."""
        return {name: value for name, value in self.values.items() if name in self.given}


def named_in(row: SourceRow) -> tuple[str, str]:
    """The number and the name a row has, by which an item is known."""
    reader = RowReader(row)
    name = reader.text("检查事项", longest=300).replace("\n", "")
    return reader.text("事项编号", longest=60), name


def read_item(
    row: SourceRow,
    *,
    bureau: str,
    market: bool,
    stands: Mapping[str, Any] | None = None,
    percent: bool = False,
    counted: str = "",
) -> tuple[ItemRow | None, RowReader]:
    """The item of a row of F1. `bureau` is the name that stands in where no body is named.

    `stands` are the facts of the item if it is known: what the row says nothing of is as they have it. `percent`: the
    head of the rate says that its numbers are per cent (`is_percent`); `counted` what that of the frequency says of its own.
    """
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    known = stands or {}
    frequency = reader.optional("频次", lambda text: read_counted(text, counted)) or NONE
    given = frozenset(
        field for column, field in _FIELDS.items() if reader.says(column, chosen=column in _CHOSEN)
    )
    given = given | {"every_years"} if "frequency" in given else given
    content = reader.text("检查内容", longest=10_000) if "content" in given else known.get("content", "")
    enforcing = reader.text("检查主体", longest=200) or bureau
    mode = reader.word("实施方式", _MODE_WORDS, ItemMode.RANDOM)
    values = {
        "name": reader.text("检查事项", longest=300, required=True).replace("\n", ""),
        "basis": reader.text("检查依据", longest=10_000, required=True),
        "enforcing_body": enforcing,
        "inspecting_body": reader.text("抽查主体", longest=200) or enforcing,
        "object_kinds": read_kinds(reader),
        "content": content,
        "checklist": reader.read(COLUMN, lambda: _points(reader, content)),
        "method": _methods(reader, known.get("method", "")),
        "rate_bp": reader.read(
            "抽查比例", lambda: read_rate(reader.text("抽查比例", longest=40), percent=percent)
        ),
        "frequency": frequency.times,
        "every_years": frequency.years,
        "key": reader.word("重点事项", _KEY_WORDS, False),
        "market": reader.yes("市场监管领域", otherwise=market),
        "mode": mode,
        "qualifications": split_list(reader.text("所需资格", longest=500)),
        "results_use": reader.text("检查结果的运用情形", longest=5_000),
        "remark": reader.text("备注", longest=2_000),
    }
    values |= {name: known[name] for name in values if name in known and name not in given}
    if stands is not None and "remark" not in given and no_reason_now(known, values):
        values["remark"], given = "", given | {"remark"}
    empty = reader.given("检查内容") and not (values["content"] or values["checklist"])
    if empty and values["mode"] == ItemMode.RANDOM:
        reader.remark("检查内容", ClerkError("没有检查内容：执法人员现场没有要点可填，请补写。"))
    if lacks_reason(values):
        reader.refuse("备注", ClerkError("不适合随机抽查的事项须在备注中写明理由。"))
    number = reader.text("事项编号", longest=60)
    unit = reader.text("所属科室", longest=100)
    return (None if reader.problems else ItemRow(row.number, number, values, given, unit)), reader


def lacks_reason(facts: Mapping[str, Any]) -> bool:
    """Whether an item is unfit for random checks without a word why (R-L2)."""
    return facts.get("mode") == ItemMode.UNFIT and not (facts.get("remark") or "").strip()


def no_reason_now(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether what stands in the remark was the reason of an item that is unfit no longer."""
    return before["mode"] == ItemMode.UNFIT and after.get("mode", before["mode"]) != ItemMode.UNFIT


def checklist_of(content: str) -> list[dict[str, Any]]:
    """The points an officer answers: one per line or numbered part of the content (R-L1)."""
    lines = [part for line in content.split("\n") for part in re.split(r"[；;]", line)]
    points = [_POINT.sub("", line).strip("。 ") for line in lines]
    return [{"point": point, "kind": "yes_no"} for point in dict.fromkeys(points) if point]


def _points(reader: RowReader, content: str) -> list[dict[str, Any]]:
    """The points of the content; too many of them are the editor's to tell."""
    points, kinds = checklist_of(content), reader.text(COLUMN, longest=10_000)
    return with_kinds(points, kinds) if kinds else points


def following(before: Sequence[dict[str, Any]], content: str) -> list[dict[str, Any]]:
    """The points that a changed content has: those known by their wording stay as they were."""
    known = {point["point"]: point for point in before}
    return [known.get(point["point"], point) for point in checklist_of(content)]


def is_percent(head: str) -> bool:
    """Whether the head of a column says that its numbers are per cent: 抽查比例（%）."""
    return "%" in normal("NFKC", head) or "百分" in head


def read_rate(text: str, *, percent: bool = False) -> int | None:
    """A rate in basis points: 5%, 5％, 0.05; empty is none. `percent`: the head says per cent, so 5 is 5%.

    Raises ClerkError for what is no rate, and for a bare 1, which may be 1% or all.
    """
    plain = text.replace("％", "%").replace(" ", "").removeprefix("不低于")
    if not plain:
        return None
    if percent and not plain.endswith("%"):
        plain += "%"
    if re.fullmatch(r"1(\.0*)?", plain):
        raise ClerkError("“%(text)s”可能是 1%%，也可能是 100%%，请写明百分号。", text=text[:20])
    try:
        share = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise ClerkError("“%(text)s”不是比例，请填写 5%% 这样的百分数。", text=text[:20])
    return max(1, round(share * 10_000))


def next_numbers(prefix: str, taken: Sequence[str], count: int) -> list[str]:
    """Numbers for items whose file names none: prefix and three digits, none taken."""
    used, place = set(taken), 0
    found: list[str] = []
    while len(found) < count:
        place += 1
        number = f"{prefix}-{place:03d}"
        if number not in used:
            found.append(number)
    return found


def _methods(reader: RowReader, stands: str) -> str:
    said = reader.text("检查方式", longest=200)
    return reader.read("检查方式", lambda: read_methods(said, stands)) or ""


FACTS = (
    "name",
    "basis",
    "enforcing_body",
    "inspecting_body",
    "object_kinds",
    "content",
    "checklist",
    "method",
    "rate_bp",
    "frequency",
    "every_years",
    "key",
    "market",
    "life",
    "mode",
    "qualifications",
    "results_use",
    "remark",
)


def facts_of(item: Any) -> dict[str, Any]:
    """What a version of an item says (R-L1), with its number."""
    return {"number": item.number, **{name: getattr(item, name) for name in FACTS}}
