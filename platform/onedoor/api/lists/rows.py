"""Rows as they are told over the interface: each list with what it needs from beside it, by few reads however long the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from onedoor.entities.models import Entity
from onedoor.items import queries as item_queries
from onedoor.items.models import Item
from onedoor.kernel.errors import ClerkError
from onedoor.officers.models import Expert, Inspector
from onedoor.targets import queries as target_queries
from onedoor.targets.models import Target
from tenants import queries as tenants


def columns(one: Any, *but: str) -> dict[str, Any]:
    """What a row has, without these columns; nothing that is read apart."""
    kept = one.__table__.columns
    return {column.key: getattr(one, column.key) for column in kept if column.key not in but}


def units() -> dict[UUID | None, str]:
    """The names of the bureau's units."""
    return {unit.id: unit.name for unit in tenants.units()}


def unit_named(name: str) -> UUID:
    """The bureau's unit of that name. Raises ClerkError where there is none."""
    found = next((unit.id for unit in tenants.units() if unit.name == name), None)
    if found is None:
        raise ClerkError("没有这个科室。", fields={"unit": ["请写本单位一个科室的名称。"]})
    return found


def items(rows: Sequence[Item]) -> list[dict[str, Any]]:
    """Versions of items with the unit that keeps each, and what it was copied from."""
    names = units()
    sources = item_queries.templates.sources({one.source_id for one in rows if one.source_id})
    return [
        {**columns(one), "unit": names.get(one.unit_id), "source": sources.get(one.source_id)} for one in rows
    ]


def inspectors(rows: Sequence[Inspector]) -> list[dict[str, Any]]:
    """Officers with the unit of each."""
    names = units()
    return [{**columns(one), "unit": names.get(one.unit_id)} for one in rows]


def experts(rows: Sequence[Expert]) -> list[dict[str, Any]]:
    """Experts and institutes with the unit that keeps each."""
    names = units()
    return [{**columns(one), "unit": names.get(one.unit_id)} for one in rows]


def targets(rows: Iterable[tuple[Target, Entity]]) -> list[dict[str, Any]]:
    """Targets with entity, unit, the level of risk that holds, the tags the bureau sees, and its contact without the phone."""
    both = [(row[0], row[1]) for row in rows]
    ids, names = [entity.id for _target, entity in both], units()
    levels, tags = target_queries.levels_by_entity(ids), target_queries.tags_by_entity(ids)
    people = target_queries.contacts_by_entity(ids)
    return [
        {
            **columns(target),
            "entity": entity,
            "entity_code": entity.code,
            "entity_name": entity.name,
            "unit": names.get(target.unit_id),
            "risk": levels.get(entity.id, (None, ""))[0],
            "grounds": levels.get(entity.id, (None, ""))[1],
            "person": people.get(entity.id, ""),
            "tags": tags.get(entity.id, []),
        }
        for target, entity in both
    ]
