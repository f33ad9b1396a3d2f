"""Entities that stand in no bureau's library (监管真空, R-L6)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.entities.models import Entity
from onedoor.entities.queries.entities import FEW
from onedoor.kernel.db import db


def uncovered() -> sa.Select[Any]:
    """Entities of this bureau's trade that stand in no bureau's library (监管真空, R-L6).

    Few are named by their ids, found once; of more than a list counts each is asked for as the list comes to it.
    """
    found = sa.select(sa.func.uncovered_entities(FEW + 1).column_valued("id"))
    ids = list(db.session.scalars(found))
    if len(ids) > FEW:
        return sa.select(Entity).where(sa.func.is_uncovered(Entity.id))
    return sa.select(Entity).where(Entity.id == sa.any_(sa.cast(ids, ARRAY(sa.Uuid()))))


def uncovered_ids() -> sa.Select[Any]:
    """Their ids, to one more than a list counts, for a figure beside it."""
    return sa.select(sa.func.uncovered_entities(FEW + 1).column_valued("id"))


def uncovered_count() -> int:
    """How many those are; it stops where a list stops counting."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(uncovered_ids().subquery())) or 0
