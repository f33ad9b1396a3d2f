"""Which draws that are being visited drew what was merged in the register since (R-T4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState
from onedoor.entities import queries as entity_queries
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState


def draws_with_merged(by: datetime | None = None) -> list[UUID]:
    """The draws of this bureau's campaigns under way with a visit, not cancelled, to what was merged away, or was `by` then (R-T4)."""
    merged = entity_queries.merges.merged_codes(by)
    query = (
        sa.select(Visit.draw_id)
        .join(merged, merged.c.former == Visit.entity_code)
        .join(Campaign, Campaign.id == Visit.campaign_id)
        .where(
            Visit.tenant_id == current_scope().tenant_id,
            Visit.state != VisitState.CANCELLED.value,
            Campaign.state.in_((CampaignState.DRAWN, CampaignState.VISITING)),
        )
    )
    return list(db.session.scalars(query.distinct().order_by(Visit.draw_id)))
