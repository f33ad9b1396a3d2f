"""The words of plans, as badges and choices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from onedoor.kernel.codes import KIND_NAMES
from onedoor.plans.rules.states import DueState, PlanKind, PlanState
from onedoor.web.shell.pieces import Label

STATES = {
    PlanState.DRAFT: Label(_l("草稿")),
    PlanState.SUBMITTED: Label(_l("科室审核中"), "active"),
    PlanState.REVIEWED: Label(_l("负责人审批中"), "active"),
    PlanState.RETURNED: Label(_l("已退回"), "waiting"),
    PlanState.APPROVED: Label(_l("已批准，待公布"), "waiting"),
    PlanState.PUBLISHED: Label(_l("已公布"), "done"),
    PlanState.REPLACED: Label(_l("已由新版本替代")),
}
KINDS = {
    PlanKind.YEARLY: _l("年度检查计划"),
    PlanKind.FIRST_HALF: _l("上半年检查计划（非市场监管领域）"),
    PlanKind.SECOND_HALF: _l("下半年检查计划（非市场监管领域）"),
    PlanKind.JOINT: _l("年度部门联合抽查计划"),
    PlanKind.SPECIAL: _l("专项检查计划"),
    PlanKind.SUPPLEMENT: _l("年中增补计划"),
}
DUE_STATES = {
    DueState.MISSING: Label(_l("逾期未报送"), "stopped"),
    DueState.NEAR: Label(_l("临近期限"), "waiting"),
    DueState.RETURNED: Label(_l("已退回，待重报"), "waiting"),
    DueState.LATE: Label(_l("逾期报送"), "stopped"),
    DueState.FILED: Label(_l("按期报送"), "done"),
    DueState.COMING: Label(_l("未到期")),
}
CHECK_KINDS = {"random": _l("随机抽查"), "daily": _l("日常检查"), "special": _l("专项检查")}
METHODS = {
    "实地检查": _l("实地检查"),
    "书面检查": _l("书面检查"),
    "网络监测": _l("网络监测"),
    "行政部门检查结果或专业意见": _l("行政部门检查结果或专业意见"),
    "检验检测": _l("检验检测"),
    "委托专业机构": _l("委托专业机构"),
}
STRATIFY = {
    "none": _l("不分层"),
    "kind": _l("按主体类型分层"),
    "place": _l("按所在地分层"),
    "risk": _l("按风险等级分层（只能封闭抽取）"),
    "class": _l("按信用等级分层（只能封闭抽取）"),
    "rules": _l("按比例规则分层（依次比对，先符合的为准）"),
}
CREDIT_CLASSES = {
    "A": _l("A 级（低风险）"),
    "B": _l("B 级（一般风险）"),
    "C": _l("C 级（较高风险）"),
    "D": _l("D 级（高风险）"),
}
RATE_UNITS = {"bp": _l("按比例（%）"), "number": _l("按户数"), "all": _l("全部检查")}
ENTITY_KINDS = {str(kind): _l(name) for kind, name in KIND_NAMES.items()}
CAP_KINDS = {"*": _l("其余各类对象"), **ENTITY_KINDS}
APPROVAL_STATES = {
    "waiting": Label(_l("等待办理"), "waiting"),
    "approved": Label(_l("通过"), "done"),
    "returned": Label(_l("退回"), "stopped"),
}
STEPS = {"review": _l("科室审核"), "approve": _l("负责人审批")}
