"""The letters there are, and what stands in each (forms.md, "Documents of one check")."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from onedoor.kernel.text.source_strings import N_


class Letter(StrEnum):
    """A kind of document of one check."""

    NOTICE = "notice"
    SHEET = "sheet"
    RECORD = "record"
    JOINT_RECORD = "joint_record"
    REPORT = "report"
    APPROVAL = "approval"
    SCHEME = "scheme"
    CHECK_SHEET = "check_sheet"
    RESULT_NOTICE = "result_notice"
    CORRECTION_ORDER = "correction_order"
    RECHECK = "recheck"
    TRANSFER = "transfer"
    POLICE_TRANSFER = "police_transfer"
    DELIVERY = "delivery"
    FILING_RECEIPT = "filing_receipt"
    ANNOUNCEMENT = "announcement"


@dataclass(frozen=True)
class Kind:
    """Title, a sample that a template is tried with before it is taken, and the word of its numbers (责改 in 〈简称〉责改〔年〕n号)."""

    title: str
    sample: dict[str, Any]
    word: str = ""


_MATTER = {"number": "001", "name": "事项", "basis": "依据", "bureau": "单位", "method": "实地检查"}
_MEMBER = {"name": "姓名", "certificate": "证号", "bureau": "单位", "leader": "组长"}
_COMMON: dict[str, Any] = {
    "number": "示查〔2026〕1号",
    "bureau": "单位",
    "bureaus": "单位",
    "together": "联合",
    "entity": {"name": "企业", "code": "代码", "address": "地址"},
    "campaign": "任务",
    "origin": "来历",
    "kind": "随机检查",
    "source": "随机抽取",
    "chosen": "随机抽取",
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
_POINT = {"item": "事项", "point": "要点", "answer": ""}
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
    # Whether it was issued with a number and a code of its own, or is looked at before.
    "issued": True,
}

LETTERS: dict[Letter, Kind] = {
    Letter.NOTICE: Kind(
        N_("行政检查通知书"),
        {
            **_COMMON,
            "check_number": "示查〔2026〕1号",
            "hour": "9时30分",
            "contact": "姓名",
            "phone": "0990-1234567",
            "papers": ["材料"],
        },
    ),
    Letter.SHEET: Kind(N_("检查方案和检查表"), {**_COMMON, "items": [_ITEM]}),
    Letter.RECORD: Kind(N_("现场检查笔录"), _RECORD),
    Letter.JOINT_RECORD: Kind(
        N_("现场检查笔录（联合检查）"),
        {
            **_COMMON,
            "parts": [{"bureau": "单位", "number": "示查〔2026〕2号", "left": "", "values": _RECORD}],
        },
    ),
    Letter.REPORT: Kind(N_("检查报告"), {**_RECORD, "assessment": "评价", "proposed": "处理意见"}),
    Letter.APPROVAL: Kind(
        N_("行政检查审批表"), {**_COMMON, "submitted": "姓名", "approved": "姓名 2026年1月5日"}, "审"
    ),
    Letter.SCHEME: Kind(N_("检查方案"), _COMMON, "案"),
    Letter.CHECK_SHEET: Kind(N_("检查表"), {**_COMMON, "points": [_POINT]}, "表"),
    Letter.RESULT_NOTICE: Kind(
        N_("检查结果告知书"), {**_COMMON, "results": "未发现问题", "handling": "无需后续处置"}, "告"
    ),
    Letter.CORRECTION_ORDER: Kind(
        N_("责令改正通知书"), {**_COMMON, "demands": ["要求"], "due": "2026年1月20日"}, "责改"
    ),
    Letter.RECHECK: Kind(N_("复查意见"), {**_COMMON, "seen": "情况", "conclusion": "已改正"}, "复查"),
    Letter.TRANSFER: Kind(
        N_("案件移送函"),
        {**_COMMON, "receiver": "单位", "facts": "事实", "reason": "理由", "answer_by": "2026年2月5日"},
        "移",
    ),
    Letter.POLICE_TRANSFER: Kind(
        N_("涉嫌犯罪案件移送书"),
        {
            **_COMMON,
            "police": "公安机关",
            "crime": "罪名",
            "finding": "事实",
            "platform_number": "编号",
            "copied_to": "检察机关",
        },
        "移公",
    ),
    Letter.DELIVERY: Kind(
        N_("送达回证"),
        {
            **_COMMON,
            "document": "责令改正通知书",
            "document_number": "示责改〔2026〕1号",
            "how": "直接送达",
            "to": "姓名",
            "signature": "已签收",
            "by": "姓名",
        },
        "送",
    ),
    Letter.FILING_RECEIPT: Kind(
        N_("备案回执"),
        {**_COMMON, "sender": "企业", "document": "年度检查计划", "conclusion": "通过", "by": "姓名"},
        "备",
    ),
    Letter.ANNOUNCEMENT: Kind(
        N_("抽取结果公告"), {**_COMMON, "objects": [{"name": "企业 姓名", "code": "代码"}]}, "公告"
    ),
}


class How(StrEnum):
    """How a document is delivered (送达)."""

    DIRECT = "direct"
    POST = "post"
    ELECTRONIC = "electronic"
    LEFT = "left"
    ENTRUSTED = "entrusted"
    PUBLIC = "public"


HOW_NAMES: dict[How, str] = {
    How.DIRECT: N_("直接送达"),
    How.POST: N_("邮寄送达"),
    How.ELECTRONIC: N_("电子送达"),
    How.LEFT: N_("留置送达"),
    How.ENTRUSTED: N_("委托送达"),
    How.PUBLIC: N_("公告送达"),
}
