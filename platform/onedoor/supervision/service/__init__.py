"""What a supervising bureau does, and what the bureaus answer."""

from onedoor.supervision.service.alerts import end_rule, set_rule, tell_alerts, watch
from onedoor.supervision.service.assessments import (
    adjust_score,
    announce,
    finish,
    freeze,
    object_to_score,
    trial,
    workbook,
)
from onedoor.supervision.service.burden import publish_burden
from onedoor.supervision.service.cause_measures import write_measure
from onedoor.supervision.service.circulars import send_circular
from onedoor.supervision.service.filing_receipts import issue_filing_receipt
from onedoor.supervision.service.inspections import (
    add_finding,
    close_inspection,
    open_inspection,
    order_from_finding,
)
from onedoor.supervision.service.orders import (
    answer_order,
    ask_again,
    end_order,
    extend_order,
    send_order,
    tell_overdue,
)
from onedoor.supervision.service.timetable import add_task, end_task, remind_of_tasks

__all__ = [
    "add_finding",
    "add_task",
    "adjust_score",
    "announce",
    "answer_order",
    "ask_again",
    "close_inspection",
    "end_order",
    "end_rule",
    "end_task",
    "extend_order",
    "finish",
    "freeze",
    "issue_filing_receipt",
    "object_to_score",
    "open_inspection",
    "order_from_finding",
    "publish_burden",
    "remind_of_tasks",
    "send_circular",
    "send_order",
    "set_rule",
    "tell_alerts",
    "tell_overdue",
    "trial",
    "watch",
    "workbook",
    "write_measure",
]
