"""What may be done to many targets and to many entities of the register at once (R-L5, R-O4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.imports.service.bulk_actions import Action, Refused
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.targets import queries
from onedoor.targets.models import Target
from onedoor.targets.service.responsibility import suggest_bureau
from onedoor.targets.service.risk import set_risks
from onedoor.targets.service.tags import tag_many
from onedoor.targets.service.targets import add_targets, end_targets
from onedoor.targets.service.units import of_others, set_target_unit

_ENDED = "已移出名录库。"


def _entities(ids: Sequence[UUID]) -> list[Entity]:
    return list(db.session.scalars(sa.select(Entity).where(Entity.id.in_(ids)).order_by(Entity.code)))


def _names(ids: Sequence[UUID]) -> Mapping[UUID, str]:
    return {one.id: one.name for one in _entities(ids)}


def _targets(ids: Sequence[UUID]) -> list[tuple[Target, Entity]]:
    rows = db.session.execute(queries.targets().where(Target.id.in_(ids)).order_by(Entity.code))
    return [(row[0], row[1]) for row in rows]


def _target_names(ids: Sequence[UUID]) -> Mapping[UUID, str]:
    return {target.id: entity.name for target, entity in _targets(ids)}


def _tag(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return tag_many(_entities(ids), queries.tag(UUID(params["tag_id"])))


def _untag(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return tag_many(_entities(ids), queries.tag(UUID(params["tag_id"])), off=True)


def _add(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return add_targets(_entities(ids))


def _tag_targets(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return _of_targets(ids, lambda found: _tag(found, params))


def _untag_targets(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return _of_targets(ids, lambda found: _untag(found, params))


def _of_targets(ids: Sequence[UUID], act: Any) -> Refused:
    found = _targets(ids)
    others = of_others([target for target, _ in found])
    of = {entity.id: target.id for target, entity in found if target.id not in others}
    return {**others, **{of[entity_id]: error for entity_id, error in act(list(of)).items()}}


def _end(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    found = [target for target, _ in _targets(ids)]
    others = of_others(found)
    end_targets([one.id for one in found if one.ended_on is None and one.id not in others], params["reason"])
    return {**others, **{one.id: Conflict(_ENDED) for one in found if one.ended_on is not None}}


def _unit(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    return set_target_unit(_targets(ids), UUID(params["unit_id"]) if params["unit_id"] else None)


def _grade(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    every = _targets(ids)
    others = of_others([target for target, _ in every])
    found = [(target, entity) for target, entity in every if target.id not in others]
    of = {entity.id: target.id for target, entity in found if target.ended_on is None}
    listed = [entity for target, entity in found if target.ended_on is None]
    gone: dict[UUID, ClerkError] = {one.id: Conflict(_ENDED) for one, _ in found if one.ended_on is not None}
    refused = set_risks(listed, params["level"], params["reason"])
    return {**others, **gone, **{of[entity_id]: error for entity_id, error in refused.items()}}


TARGETS: dict[str, Action] = {
    "unit": Action("设定检查对象的科室", _unit, _target_names),
    "tag": Action("给检查对象加标签", _tag_targets, _target_names),
    "untag": Action("取下检查对象的标签", _untag_targets, _target_names),
    "grade": Action("评定检查对象的风险等级", _grade, _target_names),
    "end": Action("移出检查对象名录库", _end, _target_names),
}


def _suggest(ids: Sequence[UUID], params: Mapping[str, Any]) -> Refused:
    suggest_bureau(_entities(ids), UUID(params["bureau_id"]), params["reason"])
    return {}


ENTITIES: dict[str, Action] = {
    "add": Action("列入检查对象名录库", _add, _names),
    "tag": Action("给经营主体加标签", _tag, _names),
    "untag": Action("取下经营主体的标签", _untag, _names),
}
UNCOVERED: dict[str, Action] = {
    **ENTITIES,
    "suggest": Action("提请有关单位列入名录库", _suggest, _names, together=True),
}
