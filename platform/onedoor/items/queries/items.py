"""Reads of the item list (R-L1 to R-L4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import distinct_on

from onedoor.items.models import Item, ItemList
from onedoor.items.rules.codes import ItemListState, ItemState
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from tenants.models import Owned


def item(item_id: UUID) -> Item:
    """One version of an item: mine, or another bureau's once published."""
    found = db.session.get(Item, item_id)
    if found is None:
        raise NotFound("没有找到这个检查事项。")
    return found


def items() -> sa.Select[Any]:
    """The current bureau's items as they stand: drafts where there are any, else what is published."""
    draft = orm.aliased(Item)
    newer = sa.exists().where(
        draft.tenant_id == Item.tenant_id, draft.number == Item.number, draft.state == ItemState.DRAFT
    )
    return sa.select(Item).where(
        Item.tenant_id == current_scope().tenant_id,
        sa.or_(Item.state == ItemState.DRAFT, sa.and_(Item.state == ItemState.PUBLISHED, sa.not_(newer))),
    )


def my_items() -> list[Item]:
    """The current bureau's items as they stand, in order of number."""
    return list(db.session.scalars(items().order_by(Item.number)))


def published_items(bureau_id: UUID | None = None) -> list[Item]:
    """The published items of all bureaus or of one, by bureau and number."""
    query = sa.select(Item).where(Item.state == ItemState.PUBLISHED).order_by(Item.tenant_id, Item.number)
    return list(db.session.scalars(query.where(Item.tenant_id == bureau_id) if bureau_id else query))


def all_published() -> sa.Select[Any]:
    """The published items of all bureaus, for a list."""
    return sa.select(Item).where(Item.state == ItemState.PUBLISHED)


def is_mine(wanted: Owned) -> bool:
    """Whether an item or a rulebook is the current bureau's."""
    return wanted.tenant_id == current_scope().tenant_id


def my_item(item_id: UUID) -> Item:
    """One of the current bureau's items, to change."""
    found = item(item_id)
    if not is_mine(found):
        raise NotFound("没有找到这个检查事项。")
    return found


def has_drafts() -> bool:
    """Whether the current bureau's list has changes that are not published."""
    query = sa.select(
        sa.exists().where(Item.tenant_id == current_scope().tenant_id, Item.state == ItemState.DRAFT)
    )
    return bool(db.session.scalar(query))


def items_of_list(list_id: UUID) -> list[Item]:
    """The items that a version of the list adds, changes or ends, by number."""
    return list(db.session.scalars(sa.select(Item).where(Item.list_id == list_id).order_by(Item.number)))


def items_at(made: ItemList) -> list[Item]:
    """The list as that version has it, by number: of every item the last version by then, unless that ends it."""
    before = sa.select(ItemList.id).where(
        ItemList.tenant_id == made.tenant_id,
        ItemList.state == ItemListState.PUBLISHED,
        ItemList.version < made.version,
    )
    query = sa.select(Item).where(
        Item.tenant_id == made.tenant_id, sa.or_(Item.list_id == made.id, Item.list_id.in_(before))
    )
    latest = query.ext(distinct_on(Item.number)).order_by(Item.number, Item.version.desc())
    return [one for one in db.session.scalars(latest) if not one.ending]


def ending_items(list_id: UUID) -> list[Item]:
    """The items that a version of the list ends, each with its reason in `remark`."""
    query = sa.select(Item).where(Item.list_id == list_id, Item.ending)
    return list(db.session.scalars(query.order_by(Item.number)))


def published_lists(bureau_id: UUID) -> list[ItemList]:
    """The versions of a bureau's list that were published, newest first."""
    query = sa.select(ItemList).where(
        ItemList.tenant_id == bureau_id, ItemList.state == ItemListState.PUBLISHED
    )
    return list(db.session.scalars(query.order_by(ItemList.version.desc())))


def lists_of(bureau_id: UUID | None) -> sa.Select[Any]:
    """The versions of the current bureau's list (None), in whatever state, or those that another published."""
    mine = current_scope().tenant_id
    if bureau_id in (None, mine):
        return sa.select(ItemList).where(ItemList.tenant_id == mine)
    return sa.select(ItemList).where(
        ItemList.tenant_id == bureau_id, ItemList.state == ItemListState.PUBLISHED
    )


def former_list(made: ItemList) -> ItemList | None:
    """The version that stood before this one was published, or stands while it waits."""
    return next((one for one in published_lists(made.tenant_id) if one.version < made.version), None)


def versions_of(wanted: Item) -> list[Item]:
    """All versions of an item one may read, newest first."""
    query = sa.select(Item).where(Item.tenant_id == wanted.tenant_id, Item.number == wanted.number)
    return list(db.session.scalars(query.order_by(Item.version.desc())))


def newest(wanted: Item) -> Item:
    """The version of one of the current bureau's items that is to be changed: the draft if there is one; itself if it stands no more."""
    number = items().where(Item.number == wanted.number)
    return db.session.scalar(number) or wanted


def item_list(list_id: UUID) -> ItemList:
    """One version of a list: mine, or another bureau's once published."""
    found = db.session.get(ItemList, list_id)
    if found is None:
        raise NotFound("没有找到这一版事项清单。")
    return found


def item_lists() -> list[ItemList]:
    """The versions of the current bureau's list, newest first."""
    query = sa.select(ItemList).where(ItemList.tenant_id == current_scope().tenant_id)
    return list(db.session.scalars(query.order_by(ItemList.version.desc())))


def latest_list() -> ItemList | None:
    """The newest version of the current bureau's list, in whatever state."""
    return next(iter(item_lists()), None)
