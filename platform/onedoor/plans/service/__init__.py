"""What is done with plans: draft, submit, review, approve, publish, file, change; and the cap ledger."""

from onedoor.plans.service.approval import approve, decide, review, take_back
from onedoor.plans.service.cap_ledger import decide_cap, post_to_ledger, propose_cap, set_cap
from onedoor.plans.service.drafts import change, draft, rename, set_approval_document, submit
from onedoor.plans.service.lines import add_line, change_line, checked_rates, remove_line
from onedoor.plans.service.publication import XLSX, file, publish, workbook

__all__ = [
    "XLSX",
    "add_line",
    "approve",
    "change",
    "change_line",
    "checked_rates",
    "decide",
    "decide_cap",
    "draft",
    "file",
    "post_to_ledger",
    "propose_cap",
    "publish",
    "remove_line",
    "rename",
    "review",
    "set_approval_document",
    "set_cap",
    "submit",
    "take_back",
    "workbook",
]
