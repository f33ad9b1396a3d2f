"""Asking visits, which stand above this room, to bring their schedule in line with a campaign."""

from __future__ import annotations

from onedoor.campaigns.models import Campaign
from onedoor.kernel import jobs
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence


def schedule_visits(campaign: Campaign) -> None:
    """Have the visits made that are not there yet, and the matters put off of who withdrew (the lead's scope)."""
    jobs.enqueue(
        JobName.SCHEDULE_VISITS,
        {"campaign_id": str(campaign.id), "draw_id": str(campaign.draw_id)},
        title=Sentence("安排检查：%(name)s", name=campaign.name),
        subject=("campaign", campaign.id),
        for_bureau=campaign.tenant_id,
    )
