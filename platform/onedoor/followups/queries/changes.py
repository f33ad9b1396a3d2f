"""What changed in the follow-ups since a cursor (`change_feed`)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.followups.models import (
    Case,
    CorrectionOrder,
    Penalty,
    PoliceTransfer,
    Recheck,
    Transfer,
    TransferAnswer,
)
from onedoor.followups.queries.lists import of_bureau, rows
from onedoor.imports.queries.change_feed import Page, of_written, page_of, read_cursor, written
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import Followup

_STEPS = (CorrectionOrder, Recheck, Case, Penalty, PoliceTransfer, Transfer)
_BESIDE = of_written(*[(Followup.id, step.followup_id) for step in _STEPS])
_ANSWERED = of_written((Transfer.id, TransferAnswer.transfer_id))


def followups(cursor: str, limit: int) -> Page:
    """Rows of `rows`, of the current bureau's findings."""
    at = read_cursor(cursor)
    asked = sa.select(Followup.id).where(
        Followup.tenant_id == current_scope().tenant_id, Followup.id > at.last
    )
    if at.part == "c":
        answered = sa.select(Transfer.followup_id).where(*_ANSWERED(at))
        asked = asked.where(sa.or_(written(Followup) >= at.since, *_BESIDE(at), Followup.id.in_(answered)))
    found = rows()
    query = of_bureau(found).where(found.c.id.in_(asked)).order_by(found.c.id)
    return page_of(at, query, limit, lambda row: (at.at, row.id), rows=True)
