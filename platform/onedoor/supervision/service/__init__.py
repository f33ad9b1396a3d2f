"""What a supervising bureau does, and what the bureaus answer."""

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
from onedoor.supervision.service.circulars import send_circular
from onedoor.supervision.service.filing_receipts import issue_filing_receipt
from onedoor.supervision.service.orders import (
    answer_order,
    ask_again,
    end_order,
    extend_order,
    send_order,
    tell_overdue,
)

__all__ = [
    "adjust_score",
    "announce",
    "answer_order",
    "ask_again",
    "end_order",
    "extend_order",
    "finish",
    "freeze",
    "issue_filing_receipt",
    "object_to_score",
    "publish_burden",
    "send_circular",
    "send_order",
    "tell_overdue",
    "trial",
    "workbook",
]
