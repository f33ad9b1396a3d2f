"""How far the visits of a campaign are, for its page: the room of visits stands above campaigns."""

from __future__ import annotations

from uuid import UUID

from onedoor.visits import queries as visits
from onedoor.visits.rules.states import VisitState

ENDED = (VisitState.CLOSED, VisitState.CANCELLED, VisitState.REFUSED, VisitState.NOT_FOUND)


def unfinished(campaign_id: UUID) -> int | None:
    """How many visits of the campaign have not come to their end; None if there are none at all."""
    counts = visits.counts(campaign_id)
    return counts["all"] - sum(counts.get(state.value, 0) for state in ENDED) if counts["all"] else None
