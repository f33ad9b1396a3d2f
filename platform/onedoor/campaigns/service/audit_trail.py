"""What every act of this room leaves behind: the audit entry and the step of the trace (R-T6, R-D9)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.campaigns.models import Campaign
from onedoor.campaigns.queries import parties
from onedoor.kernel import audit, trace
from onedoor.kernel.db import db


def record_step(
    campaign: Campaign,
    event: str,
    text: str,
    *,
    shared: bool = True,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record an act on a campaign; `shared` lets the invited partners and the lead read the step."""
    db.session.flush()
    readers = _readers(campaign) if shared else ()
    audit.record(
        f"campaigns.{event}",
        ("campaign", campaign.id),
        campaign.name,
        before=before,
        after=after,
        shared_with=readers,
    )
    trace.step(
        "campaign",
        text,
        about_of(campaign),
        link=f"/campaigns/{campaign.id}",
        shared_with=readers,
    )


def about_of(campaign: Campaign) -> list[UUID]:
    """The things on a campaign's way so far, for steps of the trace."""
    return [
        thing
        for thing in (campaign.id, campaign.plan_line_id, campaign.plan_id, campaign.draw_id)
        if thing is not None
    ]


def _readers(campaign: Campaign) -> list[UUID]:
    return [
        party.tenant_id
        for party in parties(campaign.id)
        if party.participation.part == "lead" or party.participation.invited_at is not None
    ]
