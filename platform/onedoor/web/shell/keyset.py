"""Paging by key: the next page begins after the last row seen, however deep, however the table grows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, Table, and_, or_

_TYPES: dict[str, tuple[type, Callable[[Any], str], Callable[[str], Any]]] = {
    "t": (datetime, datetime.isoformat, datetime.fromisoformat),
    "d": (date, date.isoformat, date.fromisoformat),
    "u": (UUID, str, UUID),
    "n": (Decimal, str, Decimal),
}


@dataclass(frozen=True)
class Order:
    """By ``column`` (empty values last), ties by ``key``, which is unique."""

    column: ColumnElement[Any]
    key: ColumnElement[Any]
    descending: bool = False

    def apply(self, query: Select[Any], backwards: bool = False) -> Select[Any]:
        """``query`` in this order, or in its reverse."""
        down = self.descending != backwards
        way = [item.desc() if down else item.asc() for item in (self.column, self.key)]
        if self._has_nulls:
            # Where there are none, no index is in the order of "is it empty".
            empty = self.column.is_(None)
            way.insert(0, empty.desc() if backwards else empty.asc())
        return query.order_by(None).order_by(*way)

    def beyond(self, value: Any, key: Any, backwards: bool = False) -> ColumnElement[bool]:
        """The rows after (or before) the one with this ``value`` and ``key``."""
        down = self.descending != backwards
        further = self.key < key if down else self.key > key
        if value is None:
            rest = and_(self.column.is_(None), further)
            return or_(self.column.is_not(None), rest) if backwards else rest
        ahead = self.column < value if down else self.column > value
        same = and_(self.column == value, further)
        # The bound says nothing new, and lets an index begin there instead of at its end.
        bound = self.column <= value if down else self.column >= value
        rest = and_(bound, or_(ahead, same))
        return rest if backwards or not self._has_nulls else or_(rest, self.column.is_(None))

    @property
    def _has_nulls(self) -> bool:
        """Whether the column may be empty: what is computed, and what comes by a join or a subquery, may."""
        column, key = (getattr(one, "expression", one) for one in (self.column, self.key))
        table, own = getattr(column, "table", None), getattr(key, "table", None)
        if not isinstance(table, Table) or not isinstance(own, Table) or table.name != own.name:
            return True
        return bool(getattr(column, "nullable", True))


def pack(sort: str, value: Any, key: Any) -> str:
    """A cursor for the address bar: where a page ended in the order ``sort``. Signed, so that only ours come back."""
    return str(_signer().dumps([sort, _write(value), _write(key)]))


def unpack(sort: str, cursor: str | None) -> tuple[Any, Any] | None:
    """The value and key of a cursor; None for none, for one of another order, or one that is not ours."""
    if not cursor:
        return None
    try:
        made_for, value, key = _signer().loads(cursor)
    except BadData:
        return None
    return (_read(value), _read(key)) if made_for == sort else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="list cursor")


def _write(value: Any) -> Any:
    for mark, (kind, write, _read) in _TYPES.items():
        if isinstance(value, kind):
            return {mark: write(value)}
    return value


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        ((mark, text),) = value.items()
        return _TYPES[mark][2](text)
    return value
