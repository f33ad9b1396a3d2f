"""Pages of a list over the API: by key, never by number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from marshmallow import Schema, fields, validate

from onedoor.kernel.db import db


class PageArgs(Schema):
    """What part of a list is asked for."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.UUID(load_default=None, metadata={"description": "`next` of the page before"})


def page_of(query: sa.Select[Any], key: Any, limit: int, after: UUID | None) -> dict[str, Any]:
    """Rows in descending order of `key` (a time-ordered id), and the key to go on after.

    Of a query of one entity its objects; of one of columns, `id` among them, rows.
    """
    if after is not None:
        query = query.where(key < after)
    found = db.session.execute(query.order_by(key.desc()).limit(limit + 1))
    rows: list[Any] = list(found.scalars() if len(query.column_descriptions) == 1 else found)
    more = len(rows) > limit
    return {"items": rows[:limit], "next": rows[limit - 1].id if more else None}
