"""How far a line of the plan is: the checks that it foresaw, drawn or named (R-P3, R-V9)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.kernel.db import db
from onedoor.visits.models import Visit, VisitPart, VisitSource
from onedoor.visits.rules.states import VisitState


@dataclass(frozen=True)
class LineProgress:
    """Checks of a line, a joint one once: arranged, begun, with a record accepted, with a report, ended."""

    checks: int
    begun: int
    accepted: int
    reported: int
    closed: int


def progress_of_line(bureau_id: UUID, code: str) -> LineProgress:
    """Of a bureau's line by its code, which stays through the plan's versions, as far as this scope sees its checks."""
    drawn = sa.select(Visit.id).join(Campaign, Campaign.id == Visit.campaign_id)
    drawn = drawn.where(Campaign.tenant_id == bureau_id, Campaign.line_code == code)
    named = sa.select(VisitSource.visit_id)
    named = named.where(VisitSource.tenant_id == bureau_id, VisitSource.line_code == code)
    stages = (VisitPart.begun_at, VisitPart.accepted_at, VisitPart.reported_at, VisitPart.closed_at)
    counted = [sa.func.count(Visit.id.distinct()).filter(column.is_not(None)) for column in stages]
    query = (
        sa.select(sa.func.count(Visit.id.distinct()), *counted)
        .outerjoin(VisitPart, VisitPart.visit_id == Visit.id)
        .where(Visit.id.in_(sa.union_all(drawn, named)), Visit.state != VisitState.CANCELLED.value)
    )
    found = db.session.execute(query).one()
    return LineProgress(*(int(number) for number in found))
