"""Reads of risk levels, and of the credit class beside them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import Target, TargetRisk
from onedoor.targets.queries.risk_scale import risk_levels
from onedoor.targets.rules.codes import NO_RISK


def holding() -> sa.ColumnElement[bool]:
    """Whether a risk level is the current bureau's and holds now."""
    return sa.and_(TargetRisk.tenant_id == current_scope().tenant_id, TargetRisk.until.is_(None))


def risk_of(entity_id: UUID) -> list[TargetRisk]:
    """The levels a target of the current bureau has had, the one that holds first."""
    query = sa.select(TargetRisk).where(
        TargetRisk.tenant_id == current_scope().tenant_id, TargetRisk.entity_id == entity_id
    )
    return list(
        db.session.scalars(query.order_by(TargetRisk.until.is_not(None), TargetRisk.since.desc()).limit(20))
    )


def risk_counts() -> dict[str, int]:
    """How many targets now in the current bureau's library have each level; by "" those without."""
    listed = sa.and_(Target.tenant_id == current_scope().tenant_id, Target.ended_on.is_(None))
    query = (
        sa.select(sa.func.coalesce(TargetRisk.level, ""), sa.func.count())
        .select_from(Target)
        .outerjoin(TargetRisk, sa.and_(TargetRisk.entity_id == Target.entity_id, holding()))
        .where(listed)
        .group_by(TargetRisk.level)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def at_risk(levels: tuple[str, ...]) -> sa.Select[Any]:
    """Ids of the entities that have one of these levels with the current bureau."""
    return sa.select(TargetRisk.entity_id).where(holding(), TargetRisk.level.in_(levels))


def levels_by_entity(ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """The level that each of these entities has with the current bureau, and why, where it has one."""
    query = sa.select(TargetRisk.entity_id, TargetRisk.level, TargetRisk.reason)
    found = db.session.execute(query.where(holding(), TargetRisk.entity_id.in_(ids)))
    return {row.entity_id: (row.level, row.reason) for row in found}


def risk_codes(codes: Collection[str]) -> dict[str, str]:
    """R1 and on, by the place of the level in the current bureau's scale, of those of these entities that have one."""
    places = {name: f"R{number}" for number, name in enumerate(risk_levels(), start=1)}
    query = sa.select(Entity.code, TargetRisk.level).join(TargetRisk, TargetRisk.entity_id == Entity.id)
    found = db.session.execute(query.where(holding(), Entity.code.in_(list(codes))))
    return {row.code: places[row.level] for row in found if row.level in places}


def risk_strata() -> dict[str, str]:
    """The strata by which the current bureau's closed pools can be divided, with its own names of the levels, the highest
    first; "" names those that have none of them."""
    own = {f"R{number}": name for number, name in enumerate(risk_levels(), start=1)}
    return {**dict(reversed(own.items())), NO_RISK: ""}


def risk_stratum() -> sa.ColumnElement[str]:
    """The stratum of the level that holds, where `TargetRisk` was joined by `holding`."""
    by_level = {name: code for code, name in risk_strata().items() if name}
    if not by_level:
        return sa.literal(NO_RISK)
    return sa.type_coerce(sa.case(by_level, value=TargetRisk.level, else_=NO_RISK), sa.Text())
