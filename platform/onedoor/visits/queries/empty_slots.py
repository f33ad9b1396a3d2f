"""Visits that wait for people, and until which day (draw.md, "Inspectors")."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.visits.models import Visit
from onedoor.visits.rules.states import VisitState


def last_day_to_fill(visit: Visit) -> date:
    """The last day to fill an empty slot of a visit; of one made before there were such days, the end of its campaign."""
    return visit.fill_by or visit.ends_on


def waiting(*, late: bool = False) -> sa.Select[Any]:
    """The visits this bureau leads or is on that wait for people; with `late` those whose day has passed."""
    query = sa.select(Visit.id).where(Visit.state == VisitState.WAITING.value)
    return query.where(sa.func.coalesce(Visit.fill_by, Visit.ends_on) < today()) if late else query
