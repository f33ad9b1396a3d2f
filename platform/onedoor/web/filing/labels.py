"""The words of filings, as badges and choices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from onedoor.filing.rules import FilingKind, FilingState
from onedoor.web.shell.pieces import Label

FILING_STATES = {
    FilingState.SENT: Label(_l("已报送，待答复"), "waiting"),
    FilingState.ACCEPTED: Label(_l("已通过"), "done"),
    FilingState.RETURNED: Label(_l("已退回"), "stopped"),
    FilingState.REPLACED: Label(_l("已由新版本替代")),
}
FILING_KINDS = {
    FilingKind.ITEMS: _l("随机抽查事项清单"),
    FilingKind.INSPECTORS: _l("执法检查人员名录库"),
    FilingKind.RULEBOOK: _l("抽查细则"),
    FilingKind.PLAN: _l("检查计划"),
    FilingKind.DECLARATION: _l("不适宜随机抽查事项说明"),
    FilingKind.RETURN: _l("统计报表"),
}
