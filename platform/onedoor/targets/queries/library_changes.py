"""How the current bureau's library changed (draw.md, "Who could cheat")."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from onedoor.entities.models import EntityChange
from onedoor.kernel.clock import SHANGHAI
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import Target

# What a firm is asked for by most scopes: where it is, what it is, what it does.
DECIDES_SCOPE = ("jurisdiction_code", "kind", "scope")


class LibraryChanges(NamedTuple):
    """How a library changed: how many came, how many left by the reason told, and in how many that are there what decides a scope changed."""

    joined: int
    left: dict[str, int]
    moved: int


def library_changes(since: date) -> LibraryChanges:
    """What came into the current bureau's library and what left it since a day (draw.md, "Who could cheat")."""
    mine = Target.tenant_id == current_scope().tenant_id
    joined = sa.select(sa.func.count()).where(mine, Target.listed_on >= since)
    left = (
        sa.select(Target.ended_reason, sa.func.count())
        .where(mine, Target.ended_on >= since)
        .group_by(Target.ended_reason)
        .order_by(sa.func.count().desc())
    )
    changed = sa.select(EntityChange.entity_id).where(
        EntityChange.what == "changed",
        EntityChange.at >= datetime.combine(since, time(), SHANGHAI),
        EntityChange.after.op("?|")(sa.literal([*DECIDES_SCOPE], ARRAY(sa.Text()))),
    )
    moved = sa.select(sa.func.count()).where(mine, Target.ended_on.is_(None), Target.entity_id.in_(changed))
    return LibraryChanges(
        db.session.scalar(joined) or 0,
        {row[0] or "": row[1] for row in db.session.execute(left)},
        db.session.scalar(moved) or 0,
    )
