"""Reads of shared items, and of what was copied from them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm

from onedoor.items.models import Item, ItemList, ItemTemplate
from onedoor.items.rules.codes import ItemState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import Bureau


def shared_items() -> sa.Select[Any]:
    """What bureaus share now: each template with the version of its item in force, as rows (ItemTemplate, Item)."""
    shared = sa.and_(Item.tenant_id == ItemTemplate.tenant_id, Item.number == ItemTemplate.number)
    query = sa.select(ItemTemplate, Item).join(Item, shared)
    return cast(
        "sa.Select[Any]", query.where(ItemTemplate.ended_at.is_(None), Item.state == ItemState.PUBLISHED)
    )


def item_template(template_id: UUID) -> tuple[ItemTemplate, Item]:
    """One that is shared now, with its item as it is in force."""
    found = db.session.execute(shared_items().where(ItemTemplate.id == template_id)).one_or_none()
    if found is None:
        raise NotFound("没有找到这个共享事项，它可能已经停止共享。")
    return found.ItemTemplate, found.Item


def my_template(template_id: UUID) -> tuple[ItemTemplate, Item]:
    """The same of the current bureau's own."""
    found = item_template(template_id)
    if found[0].tenant_id != current_scope().tenant_id:
        raise NotFound("没有找到这个共享事项，它可能已经停止共享。")
    return found


def template_of(item: Item) -> ItemTemplate | None:
    """As what an item is shared now, if it is."""
    query = sa.select(ItemTemplate).where(
        ItemTemplate.tenant_id == item.tenant_id,
        ItemTemplate.number == item.number,
        ItemTemplate.ended_at.is_(None),
    )
    return db.session.scalar(query)


def copy_of(source: Item) -> Item | None:
    """The current bureau's item, as it stands, that was copied from any version of a shared one."""
    versions = sa.select(Item.id).where(Item.tenant_id == source.tenant_id, Item.number == source.number)
    query = sa.select(Item).where(
        Item.tenant_id == current_scope().tenant_id,
        Item.source_id.in_(versions),
        Item.state.in_((ItemState.DRAFT, ItemState.PUBLISHED)),
    )
    return db.session.scalars(query.order_by(Item.version.desc())).first()


def copies() -> dict[tuple[UUID, str], Item]:
    """By bureau and number of what was copied, the current bureau's items as they stand that are copies."""
    source = orm.aliased(Item)
    query: Any = sa.select(source.tenant_id, source.number, Item).join(source, source.id == Item.source_id)
    query = query.where(
        Item.tenant_id == current_scope().tenant_id, Item.state.in_((ItemState.DRAFT, ItemState.PUBLISHED))
    ).order_by(Item.version)
    return {(row[0], row[1]): row[2] for row in db.session.execute(query)}


def source_of(item: Item) -> tuple[Item, Item] | None:
    """The version an item was copied from, and the one in force now (the same, or newer); None: no copy, or it ended."""
    before = db.session.get(Item, item.source_id) if item.source_id else None
    if before is None:
        return None
    query = sa.select(Item).where(
        Item.tenant_id == before.tenant_id, Item.number == before.number, Item.state == ItemState.PUBLISHED
    )
    after = db.session.scalar(query)
    return (before, after) if after is not None else None


def source_gone(item: Item) -> Item | None:
    """The version an item was copied from, if its bureau has the item in its list no more."""
    before = db.session.get(Item, item.source_id) if item.source_id else None
    return before if before is not None and source_of(item) is None else None


def behind(how: str = "") -> sa.ColumnElement[bool]:
    """Whether one of the current bureau's items is a copy whose source has a version that can be followed (`newer`), or has
    left its bureau's list (`gone`); without either word, what is to be looked at: those, unless one's own is to end too, and
    of the gone those that nobody has changed since."""
    before, inforce = orm.aliased(Item), orm.aliased(Item)
    same = sa.and_(inforce.tenant_id == before.tenant_id, inforce.number == before.number)
    stands = sa.exists().where(same, inforce.state == ItemState.PUBLISHED)
    followed = sa.exists().where(
        before.id == Item.source_id,
        same,
        inforce.state == ItemState.PUBLISHED,
        inforce.id != before.id,
        ItemTemplate.tenant_id == before.tenant_id,
        ItemTemplate.number == before.number,
        ItemTemplate.ended_at.is_(None),
    )
    left = sa.exists().where(before.id == Item.source_id, ~stands.correlate(before))
    since = sa.exists().where(
        before.id == Item.source_id,
        same,
        inforce.state == ItemState.ENDED,
        ItemList.id == inforce.list_id,
        ItemList.published_at > Item.updated_at,
    )
    to_look_at = sa.and_(~Item.ending, sa.or_(followed, sa.and_(left, since)))
    return {"newer": followed, "gone": left}.get(how, to_look_at)


def adopted() -> dict[UUID, UUID]:
    """By the version it was copied from, the current bureau's items that are copies."""
    query = sa.select(Item.source_id, Item.id).where(
        Item.tenant_id == current_scope().tenant_id,
        Item.source_id.is_not(None),
        Item.state.in_((ItemState.DRAFT, ItemState.PUBLISHED)),
    )
    return {source: item for source, item in db.session.execute(query) if source is not None}


def sources(ids: Collection[UUID]) -> dict[UUID | None, dict[str, Any]]:
    """By its id what a version is that items were copied from: bureau, number, version, and whether it is in force yet."""
    if not ids:
        return {}
    query: Any = sa.select(Item.id, Bureau.name.label("bureau"), Item.number, Item.version, Item.state)
    found = db.session.execute(query.join(Bureau, Bureau.id == Item.tenant_id).where(Item.id.in_(ids)))
    return {
        row.id: {
            "bureau": row.bureau,
            "number": row.number,
            "version": row.version,
            "in_force": row.state == ItemState.PUBLISHED,
        }
        for row in found
    }
