"""What changed in a library of targets since a cursor (`change_feed`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import BelongingChange, Entity, EntityContact
from onedoor.entities.queries.changes import belongings
from onedoor.imports.queries.change_feed import (
    LONGEST,
    Cursor,
    Page,
    of_renamed_units,
    own_rows_since,
    written,
)
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import EntityTag, Target, TargetRisk


def tags(cursor: str, limit: int) -> Page:
    """Rows of `belongings`, of tags on entities: shared ones, and the current bureau's own."""
    return belongings(EntityTag, cursor, limit, written_at="at")


def targets(cursor: str, limit: int) -> Page:
    """Rows (target, entity) of the own library, those that left it among them."""
    query: Any = sa.select(Target, Entity).join(Entity, Entity.id == Target.entity_id)
    return own_rows_since(Target, query, cursor, limit, _beside_targets, several=True)


def _beside_targets(at: Cursor) -> Iterator[sa.ColumnElement[bool]]:
    """What is told of a target and stands elsewhere: its level, its tags, its contact, its unit's name."""
    mine = TargetRisk.tenant_id == current_scope().tenant_id
    graded = sa.select(TargetRisk.entity_id).where(mine, written(TargetRisk) >= at.since)
    yield Target.entity_id.in_(graded)
    reached = sa.select(EntityContact.entity_id).where(
        EntityContact.tenant_id == current_scope().tenant_id, written(EntityContact) >= at.since
    )
    yield Target.entity_id.in_(reached)
    tagged = sa.select(BelongingChange.entity_id).where(
        BelongingChange.part == EntityTag.__tablename__,
        BelongingChange.at > at.moment - LONGEST,
        written(BelongingChange) >= at.since,
    )
    yield Target.entity_id.in_(tagged)
    yield from of_renamed_units(Target)(at)
