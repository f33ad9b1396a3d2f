"""What the oversight pages call things: the overview's figures, the states their lists filter by, and badges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from onedoor.kernel.clock import today
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.owed_matters.rules import STATE_NAMES
from onedoor.supervision.rules import DutyState, TaskState
from onedoor.visits.queries import calendar
from onedoor.web.filing.labels import FILING_KINDS
from onedoor.web.shell import ui
from onedoor.web.shell.pieces import Label


@dataclass(frozen=True)
class Figure:
    """A column of the overview: `kind` and `state` name its records; a `warns` one is red when not zero."""

    kind: str
    state: str
    label: Any
    warns: bool = False


GROUPS: tuple[tuple[Any, tuple[Figure, ...]], ...] = (
    (
        _l("备案"),
        (
            Figure("filings", "all", _l("已报")),
            Figure("filings", "waiting", _l("待答复")),
            Figure("filings", "accepted", _l("已通过")),
            Figure("filings", "returned", _l("已退回")),
            Figure("filings", "late", _l("逾期"), warns=True),
        ),
    ),
    (
        _l("抽取"),
        (
            Figure("campaigns", "all", _l("任务")),
            Figure("campaigns", "deviating", _l("偏离计划"), warns=True),
            Figure("draws", "run", _l("已抽取")),
            Figure("draws", "again", _l("再次抽取"), warns=True),
            Figure("draws", "void", _l("作废"), warns=True),
        ),
    ),
    (
        _l("检查"),
        (
            Figure("visits", "due", _l("应检")),
            Figure("visits", "before", _l("待检")),
            Figure("visits", "begun", _l("检查中")),
            Figure("visits", "done", _l("已检")),
            Figure("visits", "overdue", _l("逾期"), warns=True),
        ),
    ),
    (
        _l("结果"),
        (
            Figure("results", "accepted", _l("记录通过")),
            Figure("results", "report_overdue", _l("报告逾期"), warns=True),
            Figure("results", "public", _l("已公示")),
            Figure("results", "public_overdue", _l("公示逾期"), warns=True),
            Figure("results", "problem", _l("发现问题")),
        ),
    ),
)
_OWED_PAPERS: dict[str, Any] = {
    "done": _l("已报送"),
    "sent": _l("按期报送"),
    "late": _l("逾期报送"),
    "wanting": _l("逾期未报送或被退回"),
    "missing": _l("逾期未报送"),
    "returned": _l("已退回，待重报"),
    "coming": _l("未到期"),
}
STATES: dict[str, dict[str, Any]] = {
    "filings": {
        "waiting": _l("待答复"),
        "accepted": _l("已通过"),
        "returned": _l("已退回"),
        "late": _l("逾期报送"),
    },
    "alerts": {"overdue": _l("已逾期"), "near": _l("即将到期")},
    "campaigns": {
        "joint": _l("联合抽查"),
        "drawn": _l("已抽取"),
        "saved": _l("减少了入户"),
        "deviating": _l("偏离计划"),
        "cancelled": _l("已取消"),
    },
    "stand_ins": {
        "coming": _l("未开始"),
        "valid": _l("有效"),
        "over": _l("已到期"),
        "ended": _l("已终止"),
    },
    "draws": {
        "going": _l("进行中"),
        "run": _l("已抽取"),
        "again": _l("再次抽取"),
        "void": _l("已作废"),
        "hanging": _l("久未完成"),
    },
    "visits": {
        "due": _l("应检（不含取消）"),
        "before": _l("待检"),
        "begun": _l("检查中"),
        "unfilled": _l("检查组有空缺"),
        "done": _l("已检"),
        "overdue": _l("逾期未检完"),
        "cancelled": _l("已取消"),
        "not_drawn": _l("非抽取"),
        "exceptional": _l("先检查后补审批"),
        "pending": _l("待补办审批"),
        "made_up_late": _l("补办审批超期"),
    },
    "results": {
        "accepted": _l("记录已通过"),
        "reported": _l("报告已完成"),
        "report_overdue": _l("报告逾期"),
        "public": _l("已公示"),
        "public_overdue": _l("公示逾期"),
        "problem": _l("发现问题"),
    },
    "followups": {
        "open": _l("办理中"),
        "overdue": _l("已逾期"),
        "done": _l("已办结"),
    },
    "items": {"random": _l("实行双随机"), "unfit": _l("不宜双随机"), "unlisted": _l("未列入双随机")},
    "rulebooks": {},
    "trainees": {"trained": _l("已培训"), "untrained": _l("本年未培训")},
    "exports": {
        "waiting": _l("待报送"),
        "sent": _l("已报送，待回执"),
        "accepted": _l("已入库"),
        "rejected": _l("被退回"),
        "withdrawn": _l("已撤回"),
    },
    "owed_plans": _OWED_PAPERS,
    "owed_returns": _OWED_PAPERS,
    "outside": {},
    "capped": {"near": _l("接近上限"), "broken": _l("超过上限")},
    "owed": {"standing": _l("未办结"), **{state.value: _l(name) for state, name in STATE_NAMES.items()}},
}
TASK_STATES = {
    TaskState.COMING: Label(_l("未开始")),
    TaskState.GOING: Label(_l("进行中"), "active"),
    TaskState.OVERDUE: Label(_l("逾期未完成"), "stopped"),
    TaskState.DONE: Label(_l("按期完成"), "done"),
    TaskState.LATE: Label(_l("逾期完成"), "waiting"),
    TaskState.DROPPED: Label(_l("不再进行")),
}
STATES["tasks"] = {state.value: label.text for state, label in TASK_STATES.items()}
ALERTS = {
    "visit": _l("检查未完成"),
    "team": _l("检查组空缺未补齐"),
    "report": _l("检查报告未完成"),
    "disclosure": _l("检查结果未公示"),
    "followup": _l("后续处置未办结"),
}
# The overview's columns and the states of its cells.
DUTIES = {
    "lists": _l("事项清单"),
    "rulebooks": _lp("menu", "抽查细则"),
    "plans": _l("计划"),
    "filings": _l("备案"),
    "draws": _l("抽取"),
    "visits": _l("检查"),
    "reports": _l("检查报告"),
    "disclosures": _l("公示"),
    "exports": _l("报送"),
    "followups": _l("后续处置"),
    "returns": _l("统计报表"),
    "training": _l("培训"),
}
DUTY_STATES = {
    DutyState.NONE: Label(_l("暂无"), "neutral"),
    DutyState.GOING: Label(_l("进行中"), "active"),
    DutyState.DONE: Label(_l("已完成"), "done"),
    DutyState.WRONG: Label(_l("有问题"), "stopped"),
    DutyState.WANTING: Label(_l("未建立"), "waiting"),
}
TREND = {
    "draws": _l("抽取"),
    "visits": _l("完成的检查"),
    "results": _l("通过的记录"),
    "problems": _l("发现问题"),
    "overdue": _l("逾期的检查"),
}
DOMAINS = {"market": _l("市场监管领域"), "other": _l("其他领域")}
ANSWERS = {"accepted": _l("参加"), "declined": _l("不参加"), "withdrawn": _l("退出")}
KINDS: dict[str, Any] = {kind.value: name for kind, name in FILING_KINDS.items()}


def deadline(due_on: date | None, done: bool = False) -> Any:
    """A due date with the working days left or past; a year without a calendar shows the date alone (R-S3)."""
    if due_on is None or done:
        return ui.deadline(due_on, done=True)
    if "oversight_calendar" not in g:
        g.oversight_calendar = calendar()
    try:
        return ui.deadline(g.oversight_calendar.deadline(due_on, today()))
    except CalendarUnknown:
        return ui.deadline(due_on)
