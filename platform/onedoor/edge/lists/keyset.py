"""Paging by key: the next page begins after the last row seen, however deep, however the table grows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import ColumnElement, Select, Table, and_, or_
from sqlalchemy.orm import Session

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
        rest = self._beyond_in_part(value, key, down)
        if value is None:
            rest = and_(self.column.is_(None), rest)
            return or_(self.column.is_not(None), rest) if backwards else rest
        return rest if backwards or not self._has_nulls else or_(rest, self.column.is_(None))

    def read(
        self, session: Session, query: Select[Any], start: tuple[Any, Any] | None, limit: int, backwards: bool
    ) -> list[Any]:
        """So many rows of ``query`` from ``start`` on. Each statement is one walk along an index of column and key,
        if there is one: rows without a value are read apart, since no index has them last in both directions."""
        found: list[Any] = []
        for part in self.selects(query, start, backwards):
            found += session.execute(part.limit(limit - len(found)))
            if len(found) == limit:
                break
        return found

    def selects(
        self, query: Select[Any], start: tuple[Any, Any] | None = None, backwards: bool = False
    ) -> Iterator[Select[Any]]:
        """The rows of ``query`` from ``start`` on: its parts if an index can have this order, or one select put in order."""
        if self.is_stored:
            yield from self.parts(query, start, backwards)
            return
        beyond = [] if start is None else [self.beyond(*start, backwards=backwards)]
        yield self.apply(query, backwards).where(*beyond)

    def parts(
        self, query: Select[Any], start: tuple[Any, Any] | None = None, backwards: bool = False
    ) -> Iterator[Select[Any]]:
        """The rows from ``start`` on, in the order in which the selects come: those with a value, those without."""
        down = self.descending != backwards
        way = [item.desc() if down else item.asc() for item in (self.column, self.key)]
        beyond = [] if start is None else [self._beyond_in_part(*start, down)]
        if not self._has_nulls:
            yield query.where(*beyond).order_by(None).order_by(*way)
            return
        filled = query.where(self.column.is_not(None)).order_by(None).order_by(*way)
        empty = query.where(self.column.is_(None)).order_by(None).order_by(way[1])
        parts = [empty, filled] if backwards else [filled, empty]
        if start is not None:
            parts = parts[1:] if (start[0] is None) != backwards else parts
            parts[0] = parts[0].where(*beyond)
        yield from parts

    def _beyond_in_part(self, value: Any, key: Any, down: bool) -> ColumnElement[bool]:
        further = self.key < key if down else self.key > key
        if value is None:
            return further
        ahead = self.column < value if down else self.column > value
        # The bound says nothing new, and lets an index begin there instead of at its end.
        bound = self.column <= value if down else self.column >= value
        return and_(bound, or_(ahead, and_(self.column == value, further)))

    @property
    def is_stored(self) -> bool:
        """Whether the rows can be in this order in an index: the column is a table's, and nothing computed."""
        return isinstance(getattr(getattr(self.column, "expression", self.column), "table", None), Table)

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
    return _signer_of(current_app.config["SECRET_KEY"])


@lru_cache(maxsize=8)
def _signer_of(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="list cursor")


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
