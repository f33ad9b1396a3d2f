"""Reads of a bureau's own days of disclosure (R-O1)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import DisclosureDays


def disclosure_days() -> list[DisclosureDays]:
    """What this bureau decided, the last first."""
    query = sa.select(DisclosureDays).where(DisclosureDays.tenant_id == current_scope().tenant_id)
    order = (DisclosureDays.since.desc(), DisclosureDays.decided_at.desc(), DisclosureDays.id.desc())
    return list(db.session.scalars(query.order_by(*order)))


def own_disclosure_days(on: date) -> int | None:
    """Within how many days results of checks that end on a day are public by the bureau's own word; None: as its place says."""
    return next((one.days for one in disclosure_days() if one.since <= on), None)
