"""What changed in the item list since a cursor (`change_feed`)."""

from __future__ import annotations

import sqlalchemy as sa

from onedoor.imports.queries.change_feed import Page, of_renamed_units, own_rows_since
from onedoor.items.models import Item
from onedoor.items.rules.codes import ItemState


def items(cursor: str, limit: int) -> Page:
    """Versions of the own items that were published."""
    return own_rows_since(
        Item, sa.select(Item).where(Item.state != ItemState.DRAFT), cursor, limit, of_renamed_units(Item)
    )
