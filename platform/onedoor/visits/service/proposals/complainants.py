"""Who complained or reported: shown in clear for a reason only, and each time it is logged (R-T7, R-V9)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from onedoor.kernel import audit
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.text.source_strings import N_
from onedoor.visits import queries
from onedoor.visits.policies import COMPLAINANT_NAME, COMPLAINANT_PHONE
from onedoor.visits.service.audit_trail import own_bureau


@dataclass(frozen=True)
class Complainant:
    """Who complained or reported, in clear; empty where it was not said."""

    name: str
    phone: str


def reveal_complainant(visit_id: UUID, reason: str) -> Complainant:
    """Who complained or reported, of a check of this bureau; logged with the reason."""
    visit = queries.visit(visit_id)
    row = queries.complainant_of(visit.id)
    if row is None or row.tenant_id != own_bureau():
        raise NotFound("没有登记投诉举报人。")
    if len(reason.strip()) < 2:
        raise ClerkError("请写明查看的理由。", fields={"why": [N_("请写明查看的理由。")]})
    audit.record(
        "visits.complainant.reveal", ("visit", visit.id), visit.number, after={"reason": reason.strip()}
    )
    return Complainant(
        COMPLAINANT_NAME.open(row.id, row.name) if row.name else "",
        COMPLAINANT_PHONE.open(row.id, row.phone) if row.phone else "",
    )
