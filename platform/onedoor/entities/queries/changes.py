"""What changed in the shared register since a cursor (`change_feed`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import BelongingChange, Entity, EntityChange, Licence, Premises
from onedoor.imports.queries.change_feed import Page, page_of, read_cursor, since


def entities(cursor: str, limit: int) -> Page:
    """Rows (what, at, id of the entity, entity or None, what it was): first every entity, then what became of them."""
    at = read_cursor(cursor)
    if at.part == "a":
        query = sa.select(Entity).where(Entity.id > at.last).order_by(Entity.id)
        page = page_of(at, query, limit, lambda one: (at.at, one.id))
        shown = [("present", one.updated_at, one.id, one, None) for one in page.rows]
        return page._replace(rows=shown)
    changes: Any = (
        sa.select(EntityChange, Entity)
        .outerjoin(Entity, Entity.id == EntityChange.entity_id)
        .where(*since(at, EntityChange))
        .order_by(EntityChange.at, EntityChange.id)
    )
    page = page_of(at, changes, limit, lambda row: (row.EntityChange.at, row.EntityChange.id), rows=True)
    return page._replace(
        rows=[(one.what, one.at, one.entity_id, entity, one.before) for one, entity in page.rows]
    )


def premises(cursor: str, limit: int) -> Page:
    """Rows of `belongings`, of places of business."""
    return belongings(Premises, cursor, limit)


def licences(cursor: str, limit: int) -> Page:
    """Rows of `belongings`, of licences."""
    return belongings(Licence, cursor, limit)


def belongings(model: Any, cursor: str, limit: int, *, written_at: str = "updated_at") -> Page:
    """Rows (what, at, id, code of the entity, the thing or None): first every one, then what became of them."""
    at = read_cursor(cursor)
    if at.part == "a":
        every: Any = sa.select(model, Entity.code).join(Entity, Entity.id == model.entity_id)
        whole = every.where(model.id > at.last).order_by(model.id)
        page = page_of(at, whole, limit, lambda row: (at.at, row[0].id), rows=True)
        return page._replace(
            rows=[("present", getattr(one, written_at), one.id, code, one) for one, code in page.rows]
        )
    of = sa.func.coalesce(model.entity_id, BelongingChange.entity_id)
    changes: Any = (
        sa.select(BelongingChange, model, Entity.code)
        .outerjoin(model, model.id == BelongingChange.part_id)
        .outerjoin(Entity, Entity.id == of)
        .where(BelongingChange.part == model.__tablename__, *since(at, BelongingChange))
        .order_by(BelongingChange.at, BelongingChange.id)
    )
    page = page_of(
        at, changes, limit, lambda row: (row.BelongingChange.at, row.BelongingChange.id), rows=True
    )
    return page._replace(
        rows=[(one.what, one.at, one.part_id, code, thing) for one, thing, code in page.rows]
    )
