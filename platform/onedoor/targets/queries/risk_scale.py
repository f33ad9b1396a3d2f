"""Reads of a bureau's scale of risk and its factors."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import RiskFactor, RiskScale


def risk_scale() -> RiskScale | None:
    """The current bureau's scale, if it made one."""
    return db.session.scalar(sa.select(RiskScale).where(RiskScale.tenant_id == current_scope().tenant_id))


def risk_levels() -> list[str]:
    """The names of its levels, ascending."""
    scale = risk_scale()
    return [one["name"] for one in scale.levels] if scale else []


def risk_factor(factor_id: UUID) -> RiskFactor:
    """One of the current bureau's factors."""
    found = db.session.get(RiskFactor, factor_id)
    if found is None or found.tenant_id != current_scope().tenant_id or not found.active:
        raise NotFound("没有找到这个风险因素。")
    return found


def risk_factors() -> list[RiskFactor]:
    """The current bureau's factors in force, the heaviest first."""
    query = sa.select(RiskFactor).where(RiskFactor.tenant_id == current_scope().tenant_id, RiskFactor.active)
    return list(db.session.scalars(query.order_by(RiskFactor.points.desc(), RiskFactor.name)))
