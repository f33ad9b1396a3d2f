"""Reads of a supervisor, in role `onedoor_supervisor`, all of them through `tenants.crossing`."""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa

from onedoor.kernel.scope import current_scope
from onedoor.supervision.queries.alerts import alerts
from onedoor.supervision.queries.duties import DutiesView, duties
from onedoor.supervision.queries.overview import Overview, Saved, overview
from onedoor.supervision.queries.records import (
    Records,
    all_visits,
    campaigns,
    draws,
    filings,
    repeats,
    results,
)
from onedoor.supervision.queries.stand_ins import stand_ins
from onedoor.supervision.queries.things import (
    campaign,
    draw,
    draw_file,
    filing,
    joint,
    objects,
    record,
    visit,
)
from tenants import crossing
from tenants.crossing import Reader
from tenants.models import CrossingEntry

__all__ = [
    "DutiesView",
    "Overview",
    "Records",
    "Saved",
    "alerts",
    "all_visits",
    "campaign",
    "campaigns",
    "draw",
    "draw_file",
    "draws",
    "duties",
    "filing",
    "filings",
    "joint",
    "looks",
    "objects",
    "overview",
    "reading",
    "record",
    "repeats",
    "results",
    "stand_ins",
    "visit",
]


def reading(purpose: str) -> AbstractContextManager[Reader]:
    """One look at a list, kept with its purpose; the reader stands in for a session."""
    return crossing.reading(purpose)


def looks() -> sa.Select[CrossingEntry]:
    """What people of the current bureau looked at across bureaus, for a list (R-T1): its own log."""
    return sa.select(CrossingEntry).where(CrossingEntry.tenant_id == current_scope().tenant_id)
