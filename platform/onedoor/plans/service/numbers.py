"""Running numbers of plans and lines, given to one at a time."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import locks
from onedoor.kernel.db import db
from onedoor.plans.models import Plan, PlanLine


def lock_numbers(bureau_id: UUID, year: int) -> None:
    """Hold the bureau's numbers of a year until the end of the transaction."""
    locks.hold(f"plan numbers {bureau_id} {year}")


def next_number(bureau_id: UUID, year: int) -> int:
    """The next plan's running number in the bureau's year."""
    query = sa.select(sa.func.count(sa.distinct(Plan.series_id)))
    return (db.session.scalar(query.where(Plan.tenant_id == bureau_id, Plan.year == year)) or 0) + 1


def next_line_number(bureau_id: UUID, year: int) -> int:
    """The next line's running number in the bureau's year; a number once used is not used again."""
    query = sa.select(sa.func.max(PlanLine.number)).join(Plan, Plan.id == PlanLine.plan_id)
    return (db.session.scalar(query.where(Plan.tenant_id == bureau_id, Plan.year == year)) or 0) + 1
