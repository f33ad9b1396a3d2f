"""The words of what can be done with a follow-up; what does it stands in `onedoor.followups.actions`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Action:
    """A step's words: its button, and what is said once it is done."""

    label: Any
    done: Any


ACTIONS: dict[str, Action] = {
    "order": Action(_l("责令改正"), _l("已责令改正。")),
    "receipt": Action(_l("登记签收"), _l("已登记签收。")),
    "proof": Action(_l("录入改正材料"), _l("已录入改正材料。")),
    "recheck": Action(_l("复查"), _l("已登记复查。")),
    "case": Action(_l("立案"), _l("已立案。")),
    "penalty": Action(_l("录入行政处罚决定"), _l("已录入行政处罚决定。")),
    "paid": Action(_l("登记履行"), _l("已登记履行。")),
    "contest": Action(_l("登记复议或诉讼"), _l("已登记。")),
    "remedy": Action(_l("登记复议或诉讼结果"), _l("已登记。")),
    "close": Action(_l("结案"), _l("已结案。")),
    "pass": Action(_l("移送或抄告"), _l("已送出，对方会收到。")),
    "designate": Action(_l("报请指定管辖"), _l("已报请指定管辖。")),
    "abnormal": Action(_l("送市场监管部门"), _l("已送出。")),
    "police": Action(_l("提请移送公安机关"), _l("已提交负责人决定。")),
    "police_send": Action(_l("登记移送"), _l("已登记移送。")),
    "police_receipt": Action(_l("登记公安机关接收"), _l("已登记。")),
    "police_answer": Action(_l("登记公安机关答复"), _l("已登记答复。")),
    "police_review": Action(_l("提请复议"), _l("已登记提请复议。")),
    "police_end": Action(_l("办结"), _l("已办结。")),
    "end": Action(_l("办结"), _l("已办结。")),
}
