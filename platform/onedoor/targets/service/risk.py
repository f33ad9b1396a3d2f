"""Risk levels: the scale, the factors, setting a level by hand (R-O4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from onedoor.entities.models import Entity
from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.targets import queries
from onedoor.targets.models import RiskFactor, RiskScale, TargetRisk
from onedoor.targets.queries.risk import holding
from onedoor.targets.rules.risk import read_scale
from onedoor.targets.rules.selection import read_conditions
from onedoor.targets.service.units import refuse_other_target


def save_scale(text: str) -> RiskScale:
    """The bureau's levels; computed ones follow when they are next computed. A level somebody holds by hand stays."""
    levels, scale = read_scale(text), queries.risk_scale()
    before = scale.levels if scale else None
    if scale is None:
        scale = RiskScale(id=new_id(), tenant_id=_mine())
        db.session.add(scale)
    scale.levels = levels
    audit.record("registry.risk.set", ("risk", scale.id), before={"levels": before}, after={"levels": levels})
    db.session.flush()
    return scale


def save_factor(
    name: str, points: int, conditions: Mapping[str, Any], factor: RiskFactor | None = None
) -> RiskFactor:
    """Add or change a factor."""
    asked = read_conditions({key: value for key, value in conditions.items() if key != "risk"})
    if asked.asks_nothing:
        raise ClerkError("请至少填写一个条件。")
    if any(one.name == name.strip() and one is not factor for one in queries.risk_factors()):
        raise ClerkError("已有同名的风险因素。", fields={"name": ["已有同名的风险因素，请换一个名称。"]})
    if factor is None:
        factor = RiskFactor(id=new_id(), tenant_id=_mine())
        db.session.add(factor)
    factor.name, factor.points, factor.conditions = name.strip(), points, asked.as_dict()
    after = {"points": points, "conditions": factor.conditions}
    audit.record("registry.factor.save", ("risk", factor.id), factor.name, after=after)
    db.session.flush()
    return factor


def delete_factor(factor: RiskFactor) -> None:
    """Count a factor no more."""
    factor.active = False
    audit.record("registry.factor.delete", ("risk", factor.id), factor.name)
    db.session.flush()


def set_risk(entity: Entity, level: str, reason: str) -> TargetRisk:
    """Set a target's level by hand, with the reason; computing leaves it until it is given up (`free_risk`)."""
    if queries.target_of(entity.id) is None:
        raise Conflict("“%(name)s”不在本单位的名录库里。", name=entity.name)
    refuse_other_target(entity.id)
    _check_grade(level, reason)
    before = _end_current(entity.id)
    made = TargetRisk(**_by_hand(entity.id, level, reason))
    db.session.add(made)
    after = {"level": level, "reason": reason.strip()}
    audit.record(
        "registry.target.grade", ("entity", entity.id), entity.name, before={"level": before}, after=after
    )
    db.session.flush()
    return made


def set_risks(entities: Sequence[Entity], level: str, reason: str) -> dict[UUID, ClerkError]:
    """Set one level by hand for targets in the library, in two statements; answers to which by id it was not done and why."""
    try:
        _check_grade(level, reason)
    except ClerkError as error:
        return {one.id: error for one in entities}
    if not entities:
        return {}
    ids = sorted(one.id for one in entities)
    ending = sa.update(TargetRisk).values(until=now()).where(holding(), TargetRisk.entity_id.in_(ids))
    db.session.execute(ending, execution_options={"synchronize_session": False})
    adding = postgresql.insert(TargetRisk).values([_by_hand(one, level, reason) for one in ids])
    adding = adding.on_conflict_do_nothing(
        index_elements=["tenant_id", "entity_id"], index_where=TargetRisk.until.is_(None)
    )
    graded = set(db.session.scalars(adding.returning(TargetRisk.entity_id)))
    if graded:
        after = {"count": len(graded), "level": level, "reason": reason.strip()}
        audit.record("registry.targets.grade", ("target_library", None), level, after=after)
        db.session.flush()
    return {
        one.id: Conflict("“%(name)s”的等级刚由别人评定，请核对后再评。", name=one.name)
        for one in entities
        if one.id not in graded
    }


def _check_grade(level: str, reason: str) -> None:
    if level not in queries.risk_levels():
        raise ClerkError("请从所列等级中选择。", fields={"level": ["请从所列等级中选择。"]})
    if not reason.strip():
        raise ClerkError("请写明理由。", fields={"reason": ["请写明理由。"]})


def _by_hand(entity_id: UUID, level: str, reason: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "tenant_id": _mine(),
        "entity_id": entity_id,
        "level": level,
        "factors": [],
        "by_hand": True,
        "reason": reason.strip(),
        "since": now(),
        "actor_name": current_scope().actor_name,
    }


def free_risk(entity: Entity) -> None:
    """Give up a level set by hand; the next computing sets it."""
    refuse_other_target(entity.id)
    before = _end_current(entity.id)
    if before is None:
        raise Conflict("这个检查对象还没有风险等级。")
    audit.record(
        "registry.target.grade",
        ("entity", entity.id),
        entity.name,
        before={"level": before},
        after={"level": None},
    )
    db.session.flush()


def _end_current(entity_id: UUID) -> str | None:
    current = db.session.scalar(sa.select(TargetRisk).where(holding(), TargetRisk.entity_id == entity_id))
    if current is None:
        return None
    current.until = now()
    db.session.flush()
    return current.level


def _mine() -> UUID:
    tenant = current_scope().tenant_id
    assert tenant is not None
    return tenant
