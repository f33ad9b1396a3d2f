"""What a supervisor issues: the receipt of a filing it has answered (备案回执, R-P4)."""

from __future__ import annotations

from uuid import UUID

from onedoor.filing import queries as filings
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.messages import service as messages
from onedoor.messages.models import Document
from onedoor.messages.rules import Letter
from tenants import queries as tenants


def issue_filing_receipt(filing_id: UUID) -> Document:
    """The receipt of a filing this bureau received and answered, in its own scope; the sender reads it."""
    filing = filings.filing(filing_id)
    if filing.receiver_id != current_scope().tenant_id or filing.answer is None:
        raise Conflict("答复以后才能出具备案回执。")
    sender = tenants.bureau(filing.tenant_id)
    values = {
        "sender": sender.name,
        "document": filing.title,
        "conclusion": "通过" if filing.answer.accepted else f"退回：{filing.answer.reason}",
        "by": filing.answer.answerer_name,
    }
    entity = {"name": sender.name, "code": sender.credit_code or "", "address": ""}
    return messages.issue(Letter.FILING_RECEIPT, filing.id, entity, values, [filing.tenant_id])
