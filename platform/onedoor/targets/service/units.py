"""Which unit of the bureau a target belongs to, and what people of another unit leave alone (R-T5)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.kernel import audit
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.targets import queries
from onedoor.targets.models import Target, TargetRule
from tenants import units


def set_target_unit(targets: Sequence[tuple[Target, Entity]], unit_id: UUID | None) -> dict[UUID, ClerkError]:
    """Give targets to a unit, or to the whole bureau; answers to which by id it was not done and why."""
    try:
        units.check_unit(unit_id)
    except ClerkError as error:
        return {target.id: error for target, _ in targets}
    name = units.unit(unit_id).name if unit_id else ""
    refused: dict[UUID, ClerkError] = dict(of_others([target for target, _ in targets]))
    changed = []
    for target, entity in targets:
        if target.id in refused:
            continue
        if target.ended_on is not None:
            refused[target.id] = Conflict("已移出名录库。")
        elif target.unit_id == unit_id:
            refused[target.id] = Conflict("已经属于这个科室。")
        else:
            target.unit_id = unit_id
            changed.append(entity.code)
    if changed:
        after = {"unit": name, "count": len(changed), "codes": changed[:100]}
        audit.record("registry.targets.set", ("target_library", None), name, after=after)
    db.session.flush()
    return refused


def move_chosen(rule: TargetRule, unit_id: UUID | None) -> None:
    """What a rule brought in and nobody gave to another unit goes with the rule."""
    moving = sa.update(Target).values(unit_id=unit_id)
    moving = moving.where(
        Target.tenant_id == current_scope().tenant_id,
        Target.rule_id == rule.id,
        Target.ended_on.is_(None),
        Target.unit_id.is_not_distinct_from(rule.unit_id),
    )
    db.session.execute(moving, execution_options={"synchronize_session": "fetch"})


def of_others(targets: Collection[Target]) -> dict[UUID, ClerkError]:
    """Those that belong to another unit than whoever works here, each with the refusal."""
    mine = units.my_unit()
    if mine is None:
        return {}
    return {one.id: units.others(one.unit_id) for one in targets if one.unit_id and one.unit_id != mine}


def refuse_others_among(ids: Sequence[UUID]) -> None:
    """Raise `Forbidden` if one of these targets belongs to another unit."""
    if units.my_unit() is None:
        return
    whose = queries.targets().where(Target.id.in_(ids)).with_only_columns(Target.unit_id).distinct()
    for unit_id in db.session.scalars(whose):
        units.refuse_others(unit_id)


def listed_by_others(ids: Collection[UUID]) -> dict[UUID, ClerkError]:
    """Of entities those that are listed as another unit's targets, by the entity's id, each with the refusal."""
    mine = units.my_unit()
    if mine is None:
        return {}
    theirs = queries.targets().where(
        Target.entity_id.in_(ids), Target.ended_on.is_(None), Target.unit_id != mine
    )
    found = db.session.execute(theirs.with_only_columns(Target.entity_id, Target.unit_id))
    return {row.entity_id: units.others(row.unit_id) for row in found}


def refuse_other_target(entity_id: UUID) -> None:
    """Raise `Forbidden` if this entity is listed as another unit's target."""
    target = queries.target_of(entity_id)
    if target is not None:
        units.refuse_others(target.unit_id)
