"""Pages of a list over the API: by key, never by number, and every list alike."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import request
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from onedoor.edge.lists import keyset
from onedoor.edge.lists.reader import MOST_COUNTED
from onedoor.kernel.db import db

CURSOR = "请原样填写本列表上一页给出的游标，或不填，从头读取。"


def list_name(sort: str = "") -> str:
    """What a cursor is made for: this address in this order. Another list's is refused."""
    return f"{request.endpoint} {sort}"


class CursorArgs(Schema):
    """How large a part is asked for, and from where."""

    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(
        validate=validate.Length(max=1_000), metadata={"description": "`next` of the page before"}
    )

    @validates_schema
    def _ours(self, given: dict[str, Any], **_options: Any) -> None:
        for name in ("after", "before"):
            if given.get(name) and keyset.unpack(list_name(given.get("sort", "")), given[name]) is None:
                raise ValidationError(CURSOR, name)


class PageArgs(CursorArgs):
    """What part of a list is asked for, the newest first."""


class ListPage(Schema):
    """Where a page stands: `count` is exact to 10,000, and 10,001 for any more."""

    count = fields.Integer()
    next = fields.String(allow_none=True, metadata={"description": "to be sent as `after`; null at the end"})


def page_of(
    query: sa.Select[Any], key: Any, args: dict[str, Any], *, ascending: bool = False
) -> dict[str, Any]:
    """Rows in descending order of `key` (a time-ordered id), how many there are, and the cursor to go on after.

    Of a query of one entity its objects; of one of columns rows, whose last column is the key.
    """
    size, after = args["size"], _key(args)
    counted = query.order_by(None).with_only_columns(key, maintain_column_froms=True).limit(MOST_COUNTED + 1)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(counted.subquery()))
    if after is not None:
        query = query.where(key > after if ascending else key < after)
    found = db.session.execute(
        query.add_columns(key.label("page_key"))
        .order_by(key.asc() if ascending else key.desc())
        .limit(size + 1)
    ).all()
    single = len(query.column_descriptions) == 1
    rows: list[Any] = [row[0] if single else row for row in found[:size]]
    more = len(found) > size
    cursor = keyset.pack(list_name(), None, found[size - 1].page_key) if more else None
    return {"items": rows, "count": count, "next": cursor}


def ordered_page(query: sa.Select[Any], column: Any, model: Any, args: dict[str, Any]) -> dict[str, Any]:
    """Objects of `model` by a column, what has none last; as `page_of`."""
    size, order = args["size"], keyset.Order(column, model.id)
    counted = query.order_by(None).with_only_columns(model.id).limit(MOST_COUNTED + 1)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(counted.subquery()))
    start = keyset.unpack(list_name(), args.get("after"))
    found = [row[0] for row in order.read(db.session(), query, start, size + 1, backwards=False)]
    shown = found[:size]
    more = len(found) > size
    cursor = keyset.pack(list_name(), getattr(shown[-1], column.key), shown[-1].id) if more else None
    return {"items": shown, "count": count, "next": cursor}


def _key(args: dict[str, Any]) -> UUID | None:
    start = keyset.unpack(list_name(), args.get("after"))
    return None if start is None else start[1]
