"""Running numbers of plans and lines, given to one at a time."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.plans.models import Plan, PlanLine


def one_at_a_time(bureau_id: UUID, year: int) -> None:
    """Hold the bureau's numbers of a year until the end of the transaction."""
    key = f"plans:{bureau_id}:{year}"
    db.session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


def next_number(bureau_id: UUID, year: int) -> int:
    """The next plan's running number in the bureau's year."""
    query = sa.select(sa.func.count(sa.distinct(Plan.series_id)))
    return (db.session.scalar(query.where(Plan.tenant_id == bureau_id, Plan.year == year)) or 0) + 1


def next_line_number(bureau_id: UUID, year: int) -> int:
    """The next line's running number in the bureau's year; a number once used is not used again."""
    query = sa.select(sa.func.max(PlanLine.number)).join(Plan, Plan.id == PlanLine.plan_id)
    return (db.session.scalar(query.where(Plan.tenant_id == bureau_id, Plan.year == year)) or 0) + 1
