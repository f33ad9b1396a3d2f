"""Reads of products, projects and activities in a library."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.registry.models import Entity, TargetMatter


def matter(matter_id: UUID) -> TargetMatter:
    """A product, project or activity in the current bureau's library."""
    found = db.session.get(TargetMatter, matter_id)
    if found is None or found.tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个产品、项目或行为。")
    return found


def matters() -> sa.Select[Any, Any]:
    """The current bureau's products, projects and activities with their entities, for a list."""
    return (
        sa.select(TargetMatter, Entity)
        .join(Entity, Entity.id == TargetMatter.entity_id)
        .where(TargetMatter.tenant_id == current_scope().tenant_id)
    )


def matters_of(entity_id: UUID) -> list[TargetMatter]:
    """Those of one entity, what is still in the library first."""
    query = sa.select(TargetMatter).where(
        TargetMatter.tenant_id == current_scope().tenant_id, TargetMatter.entity_id == entity_id
    )
    return list(db.session.scalars(query.order_by(TargetMatter.ended_on.is_not(None), TargetMatter.name)))
