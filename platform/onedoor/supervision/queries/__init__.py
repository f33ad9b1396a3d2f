"""Reads of a supervisor in role `onedoor_supervisor`, through `tenants.crossing`; and of what it wrote, in its bureau's own."""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa

from onedoor.kernel.scope import current_scope
from onedoor.supervision.queries import (
    alert_rules,
    assessments,
    burden,
    causes,
    inspections,
    orders,
    timetable,
    trends,
)
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
from onedoor.supervision.queries.duties import DutiesView, duties, plans_due
from onedoor.supervision.queries.duty_records import (
    capped,
    exports,
    items,
    outside,
    owed_plans,
    owed_returns,
    rulebooks,
    trainees,
)
from onedoor.supervision.queries.ledger import ledger, outside_check
from onedoor.supervision.queries.libraries import LibraryView, libraries, uncovered
from onedoor.supervision.queries.outside_causes import OutsideCauses, outside_causes
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
    "OutsideCauses",
    "Overview",
    "Records",
    "Saved",
    "alert_rules",
    "alerts",
    "all_visits",
    "assessments",
    "burden",
    "campaign",
    "campaigns",
    "capped",
    "causes",
    "draw",
    "draw_file",
    "draws",
    "duties",
    "exports",
    "filing",
    "filings",
    "followups",
    "inspections",
    "items",
    "joint",
    "ledger",
    "libraries",
    "looks",
    "objects",
    "orders",
    "outside",
    "outside_causes",
    "outside_check",
    "overview",
    "owed",
    "owed_plans",
    "owed_returns",
    "plans_due",
    "reading",
    "record",
    "repeats",
    "results",
    "rulebooks",
    "stand_ins",
    "timetable",
    "trainees",
    "trends",
    "uncovered",
    "visit",
]


def reading(purpose: str) -> AbstractContextManager[Reader]:
    """One look at a list, kept with its purpose; the reader stands in for a session."""
    return crossing.cross_bureau_read(purpose)


def looks() -> sa.Select[CrossingEntry]:
    """What people of the current bureau looked at across bureaus, for a list (R-T1): its own log."""
    return sa.select(CrossingEntry).where(CrossingEntry.tenant_id == current_scope().tenant_id)
