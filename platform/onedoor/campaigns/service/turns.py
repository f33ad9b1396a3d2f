"""Turns: parties answer side by side, but nobody while the lead begins the draw (R-D2).

A party may not lock the campaign's row, which is the lead's; so both take an advisory lock by its id, and
read the campaign only after it.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db


def together(campaign_id: UUID) -> None:
    """Write a party's part: others may too, the freeze waits for all of them."""
    _take("pg_advisory_xact_lock_shared", campaign_id)


def alone(campaign_id: UUID) -> None:
    """Begin the freeze: whoever is writing finishes first, whoever comes later finds it begun."""
    _take("pg_advisory_xact_lock", campaign_id)


def _take(lock: str, campaign_id: UUID) -> None:
    key = sa.func.hashtextextended(f"campaign:{campaign_id}", 3)
    db.session.execute(sa.select(getattr(sa.func, lock)(key)))
