"""Reads of tags (标签)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import EntityTag, Tag


def tag(tag_id: UUID) -> Tag:
    """One of the current bureau's tags."""
    found = db.session.get(Tag, tag_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个标签。")
    return found


def my_tags(*, active: bool = True) -> list[Tag]:
    """The current bureau's vocabulary, shared ones first; with `active` only what may still be given."""
    query = sa.select(Tag).where(Tag.tenant_id == current_scope().tenant_id)
    if active:
        query = query.where(Tag.active)
    return list(db.session.scalars(query.order_by(Tag.shared.desc(), Tag.name)))


def tag_names() -> list[str]:
    """Every tag the current bureau may choose by: its own, and those others share; each name once."""
    return list(db.session.scalars(sa.select(Tag.name).where(Tag.active).distinct().order_by(Tag.name)))


def tag_counts() -> dict[UUID, int]:
    """How many entities carry each of the current bureau's tags."""
    query = sa.select(EntityTag.tag_id, sa.func.count()).where(
        EntityTag.tenant_id == current_scope().tenant_id
    )
    return {row[0]: row[1] for row in db.session.execute(query.group_by(EntityTag.tag_id))}


def tags_of(entity_id: UUID) -> list[EntityTag]:
    """What an entity carries: shared ones of any bureau, and the current bureau's own."""
    query = sa.select(EntityTag).where(EntityTag.entity_id == entity_id)
    return list(db.session.scalars(query.order_by(EntityTag.shared.desc(), EntityTag.name)))


def tags_by_entity(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The same of several by their names, in order; those that carry none are left out."""
    query = sa.select(EntityTag.entity_id, EntityTag.name).where(EntityTag.entity_id.in_(ids)).distinct()
    found: dict[UUID, list[str]] = {}
    for row in db.session.execute(query.order_by(EntityTag.entity_id, EntityTag.name)):
        found.setdefault(row.entity_id, []).append(row.name)
    return found


def carrying(names: Iterable[str]) -> sa.Select[Any]:
    """Ids of the entities that carry one of these tags."""
    return sa.select(EntityTag.entity_id).where(EntityTag.name.in_(list(names)))
