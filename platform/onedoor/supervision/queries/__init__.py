"""Reads of a supervisor in role `onedoor_supervisor`, through `tenants.crossing`; and of what it wrote, in its bureau's own."""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa

from onedoor.kernel.scope import current_scope
from onedoor.supervision.queries import assessments, burden, causes, orders
from onedoor.supervision.queries.alerts import alerts
from onedoor.supervision.queries.details import (
    campaign,
    draw,
    draw_file,
    filing,
    joint,
    objects,
    record,
    visit,
)
from onedoor.supervision.queries.duties import DutiesView, duties, owed_plans
from onedoor.supervision.queries.ledger import ledger, outside_check
from onedoor.supervision.queries.libraries import LibraryView, libraries, uncovered
from onedoor.supervision.queries.overview import Overview, Saved, overview
from onedoor.supervision.queries.records import (
    Records,
    all_visits,
    campaigns,
    draws,
    filings,
    followups,
    owed,
    repeats,
    results,
)
from onedoor.supervision.queries.stand_ins import stand_ins
from tenants import crossing
from tenants.crossing import Reader
from tenants.models import CrossingEntry

__all__ = [
    "DutiesView",
    "LibraryView",
    "Overview",
    "Records",
    "Saved",
    "alerts",
    "all_visits",
    "assessments",
    "burden",
    "campaign",
    "campaigns",
    "causes",
    "draw",
    "draw_file",
    "draws",
    "duties",
    "filing",
    "filings",
    "followups",
    "joint",
    "ledger",
    "libraries",
    "looks",
    "objects",
    "orders",
    "outside_check",
    "overview",
    "owed",
    "owed_plans",
    "reading",
    "record",
    "repeats",
    "results",
    "stand_ins",
    "uncovered",
    "visit",
]


def reading(purpose: str) -> AbstractContextManager[Reader]:
    """One look at a list, kept with its purpose; the reader stands in for a session."""
    return crossing.cross_bureau_read(purpose)


def looks() -> sa.Select[CrossingEntry]:
    """What people of the current bureau looked at across bureaus, for a list (R-T1): its own log."""
    return sa.select(CrossingEntry).where(CrossingEntry.tenant_id == current_scope().tenant_id)
