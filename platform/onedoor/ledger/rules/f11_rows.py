"""Rows of a former platform's ledger (F11, R-V9, R-L11): the form's columns, and what a check is known by; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from onedoor.imports.rules.rows import RowReader, split_list
from onedoor.kernel.codes import read_entity_code
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.spreadsheets import Column, SourceRow
from onedoor.ledger.rules.lines import is_entered
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.results import METHOD_NAMES, RESULT_NAMES, Method, Result, checked_whole

KIND, SOURCE, FIRM, CODE = "检查类别", "来源", "检查对象", "统一社会信用代码"
PEOPLE, MATTERS, METHOD, MEASURES = "检查人员", "检查内容", "检查方式", "检查措施"
RESULT, SUPERVISION, DAY, NUMBER = "检查结果", "监督检查记录", "检查日期", "检查编号"
HEAD = (KIND, SOURCE, FIRM, PEOPLE, MATTERS, METHOD, MEASURES, RESULT, SUPERVISION, CODE, DAY, NUMBER)
COLUMNS = (
    Column("序号"),
    Column(KIND, ("检查类型", "类别"), required=True),
    Column(SOURCE, ("检查来源", "任务来源")),
    Column(FIRM, ("企业名称", "被检查对象", "检查对象名称", "单位名称", "主体名称"), required=True),
    Column(PEOPLE, ("执法人员", "检查人")),
    Column(MATTERS, ("检查事项", "抽查事项")),
    Column(METHOD, ("方式",)),
    Column(MEASURES, ("处理措施", "后续处理", "处置措施")),
    Column(RESULT, ("结果",)),
    Column(SUPERVISION, ("监督记录", "备注")),
    Column(CODE, ("信用代码", "社会信用代码", "统一代码", "统一社会信用代码/注册号")),
    Column(DAY, ("检查时间", "日期", "实施日期"), required=True),
    Column(NUMBER, ("编号", "任务编号", "文书编号")),
    # What our own ledger has beside these.
    Column("登记方式"),
    Column("未通过平台的原因"),
)
# The day came before any platform of this kind.
_EARLIEST = date(2000, 1, 1)
_KINDS: dict[str, Kind | None] = {
    **{name: kind for kind, name in KIND_NAMES.items()},
    **{name.removesuffix("检查"): kind for kind, name in KIND_NAMES.items()},
    "双随机": Kind.RANDOM,
    "双随机抽查": Kind.RANDOM,
    "随机抽查": Kind.RANDOM,
}
_SOURCES: dict[str, Source | None] = {
    **{name: source for source, name in SOURCE_NAMES.items()},
    "抽取": Source.DRAW,
    "双随机": Source.DRAW,
    "计划": Source.PLAN_LINE,
    "年度计划": Source.PLAN_LINE,
    "投诉": Source.COMPLAINT,
    "举报": Source.COMPLAINT,
    "事故": Source.ACCIDENT,
    "移送": Source.TRANSFER,
    "复查": Source.RECHECK,
}
_USUAL = {Kind.RANDOM: Source.DRAW, Kind.DAILY: Source.PLAN_LINE, Kind.SPECIAL: Source.PLAN_LINE}
_METHODS = {
    **{name: method for method, name in METHOD_NAMES.items()},
    "现场检查": Method.ON_SITE,
    "实地": Method.ON_SITE,
    "现场": Method.ON_SITE,
    "实地核查": Method.ON_SITE,
    "书面": Method.WRITTEN,
    "网络": Method.NETWORK,
    "网络检查": Method.NETWORK,
    "检测": Method.TEST,
    "抽样检测": Method.TEST,
}
_RESULTS = {
    **{name: result for result, name in RESULT_NAMES.items()},
    "正常": Result.NOTHING,
    "合格": Result.NOTHING,
    "未发现违法行为": Result.NOTHING,
    "责令改正": Result.CORRECTED,
    "无法联系": Result.UNREACHABLE,
    "不配合检查": Result.OBSTRUCTED,
    "待后续处理": Result.PENDING,
}
Code = TypeVar("Code")


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check as its row has it; `code` is empty where only the object's name stands there."""

    number: int
    code: str
    firm: str
    values: Mapping[str, Any]

    def key(self, code: str) -> str:
        """By what the check of that object is known again: its own number, or what it says."""
        mark = self.values["number"]
        if mark:
            return f"former:{mark}"
        said = (code, self.values["checked_on"].isoformat(), self.values["kind"], *self.values["matters"])
        return "former#" + hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:40]


def read_check(row: SourceRow, today: date) -> tuple[CheckRow | None, RowReader]:
    """The check of a row, or None and what is wrong in the reader."""
    reader = RowReader(row)
    if row.problems and not row.cells:
        return None, reader
    firm = reader.text(FIRM, longest=200, required=True).replace("\n", "")
    code = ""
    if reader.says(CODE, chosen=True):
        read = reader.read(CODE, lambda: read_entity_code(row.cells.get(CODE, "")))
        code = read.text if read else ""
    kind = reader.word(KIND, _KINDS, None)
    if kind is None and not reader.problems:
        reader.text(KIND, longest=20, required=True)
    methods = _coded(reader, METHOD, _METHODS) or [Method.ON_SITE]
    values = {
        "kind": kind.value if kind else "",
        "source": _source(reader, kind),
        "checked_on": _day(reader, today),
        "inspectors": split_list(reader.text(PEOPLE, longest=500)),
        "matters": split_list(reader.text(MATTERS, longest=2_000)),
        "methods": [one.value for one in methods],
        "measures": reader.text(MEASURES, longest=1_000),
        "results": _results(reader),
        "supervision": reader.text(SUPERVISION, longest=1_000),
        "number": reader.mark(NUMBER, longest=100),
        "entered": is_entered(methods),
    }
    return (None if reader.problems else CheckRow(row.number, code, firm, values)), reader


def _source(reader: RowReader, kind: Kind | None) -> str:
    """As the row says, else what opens a check of its kind as a rule; a random one is drawn."""
    usual = _USUAL.get(kind) if kind else None
    source = reader.word(SOURCE, _SOURCES, usual)
    if kind is not None and source is None:
        reader.refuse(SOURCE, ClerkError("个案检查要写明来源，例如投诉举报、发生事故、上级部署。"))
    elif kind is not None and (source is Source.DRAW) != (kind is Kind.RANDOM):
        reader.refuse(SOURCE, ClerkError("随机检查的来源是随机抽取，其他类别的不是。"))
    return source.value if source else ""


def _day(reader: RowReader, today: date) -> date | None:
    day = reader.day(DAY)
    if day is None:
        if not reader.says(DAY, chosen=True):
            reader.refuse(DAY, ClerkError("没有填写“%(column)s”。", column=DAY))
        return None
    if day > today:
        reader.refuse(DAY, ClerkError("检查日期不能晚于今天；还没有做的检查请在平台办理。"))
    elif day < _EARLIEST:
        reader.refuse(DAY, ClerkError("检查日期早于 %(day)s，请核对。", day=_EARLIEST.isoformat()))
    return day


def _coded(reader: RowReader, column: str, words: Mapping[str, Code]) -> list[Code]:
    """What the cell's words mean, each once; the first that is none of ours is the cell's problem."""
    found: list[Code] = []
    for text in split_list(reader.text(column, longest=500)):
        if text not in words:
            shown = "、".join(words)
            refusal = ClerkError("“%(text)s”不是可填的内容，可填：%(words)s。", text=text[:20], words=shown)
            reader.refuse(column, refusal)
            return []
        if words[text] not in found:
            found.append(words[text])
    return found


def _results(reader: RowReader) -> list[str]:
    results = _coded(reader, RESULT, _RESULTS)
    if results:
        reader.read(RESULT, lambda: checked_whole(one.value for one in results))
    return [one.value for one in Result if one in results]
