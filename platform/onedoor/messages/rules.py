"""The letters there are, and what stands in each (forms.md, "Documents of one check")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Letter(StrEnum):
    """A kind of document of one check."""

    NOTICE = "notice"
    SHEET = "sheet"
    RECORD = "record"
    REPORT = "report"


@dataclass(frozen=True)
class Kind:
    """Title, and a sample that a template is tried with before it is taken."""

    title: str
    sample: dict[str, Any]


_MATTER = {"number": "001", "name": "事项", "basis": "依据", "bureau": "单位", "method": "实地检查"}
_MEMBER = {"name": "姓名", "certificate": "证号", "bureau": "单位", "leader": "组长"}
_COMMON: dict[str, Any] = {
    "number": "示查〔2026〕1号",
    "bureau": "单位",
    "bureaus": "单位",
    "together": "联合",
    "entity": {"name": "企业", "code": "代码", "address": "地址"},
    "campaign": "任务",
    "draw": "抽取编号",
    "day": "2026年1月5日",
    "today": "2026年1月5日",
    "members": [_MEMBER],
    "matters": [_MATTER],
    "code": "0000-0000-0000-0000",
    "address": "https://example.org/v/0",
}
_ITEM = {
    **_MATTER,
    "points": [{"point": "要点", "answer": "是"}],
    "results": "未发现问题",
    "note": "说明",
}
_RECORD = {
    **_COMMON,
    "started": "2026年1月5日 09:00",
    "ended": "2026年1月5日 10:00",
    "place": "地点",
    "attendee": "姓名",
    "attendee_post": "职务",
    "items": [_ITEM],
    "results": "未发现问题",
    "note": "说明",
    "signature": "已签字确认",
    "handling": "无需后续处置",
}

LETTERS: dict[Letter, Kind] = {
    Letter.NOTICE: Kind("行政检查通知书", _COMMON),
    Letter.SHEET: Kind("检查方案和检查表", {**_COMMON, "items": [_ITEM]}),
    Letter.RECORD: Kind("现场检查笔录", _RECORD),
    Letter.REPORT: Kind("检查报告", {**_RECORD, "assessment": "评价", "proposed": "处理意见"}),
}
