"""What a large list asks is built once for each form of the question and kept as text; then only the values are bound.

To build a statement, name it for SQLAlchemy's cache and make twenty objects takes longer than the server needs for a page.
A list that has a name for its query may have its statements kept. Nothing is kept across bureaus or roles, whatever of the
address is not bound by name is part of the form, and the statement speaks in the same transaction as any other.
"""

from __future__ import annotations

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import Enum
from threading import Lock
from typing import Any, NamedTuple, Protocol

import psycopg
import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from onedoor.kernel.db import planned_once
from onedoor.kernel.scope import current_scope

MOST = 2_000
Make = Callable[[], Select[Any] | None]


class PlanUse(Enum):
    """How often a statement is planned: for each asker's values; once for all; or once, to look up row by row what few rows lead to."""

    EACH = 0
    ONCE = 1
    BY_KEYS = 2


Plan = Callable[[], PlanUse]


class Question(NamedTuple):
    """What is asked: its form, and the values that are bound by name in it."""

    form: Hashable
    values: Mapping[str, Any]


class RowSource(Protocol):
    """Who brings the rows of the statements a page is made of."""

    def rows(self, step: Hashable, make: Make, plan: Plan | None = None) -> Sequence[Any] | None:
        """The rows of what `make` makes, or None if it makes nothing; each `step` of a page has one statement.

        `plan` says how it is planned, for each if nobody says.
        """


class FreshStatements:
    """Every statement is built when it is asked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, step: Hashable, make: Make, plan: Plan | None = None) -> Sequence[Any] | None:
        statement = make()
        return None if statement is None else list(self._session.execute(statement))


class CachedStatements:
    """Statements by name of the list's query, form of the question and step; rows as plain tuples."""

    def __init__(
        self, session: Session, name: str, query: Callable[[], Select[Any]], question: Question
    ) -> None:
        scope = current_scope()
        # Statements go past the Session, which would have written what waits in it first.
        session.flush()
        self._link, self._query, self._values = session.connection(), query, question.values
        self._form = (name, scope.role, scope.tenant_id, question.form)
        shape = _shapes.get(name)
        if shape is None:
            shape = _shapes[name] = Shape(query(), self._link.dialect)
        self._shape, self.row = shape, shape.row

    def rows(self, step: Hashable, make: Make, plan: Plan | None = None) -> Sequence[Any] | None:
        known = _statements.get((self._form, step))
        if known is None:
            known = _written(make(), self._link.dialect)
            # What this asker typed is not kept: each brings their own.
            own = {name: value for name, value in known.given.items() if name not in self._values}
            known = _statements.put(
                (self._form, step), known._replace(given=own, planned=plan() if plan else PlanUse.EACH)
            )
        if known.text is None:
            return None
        given = {**known.given, **self._values}
        if known.planned is PlanUse.EACH:
            return self._fetched(known.text, given)
        with planned_once(by_keys=known.planned is PlanUse.BY_KEYS):
            return self._fetched(known.text, given)

    def _fetched(self, text: str, given: Mapping[str, Any]) -> Sequence[Any]:
        """By the driver itself: what SQLAlchemy makes of a result's columns takes longer than the rows do. Its errors are SQLAlchemy's."""
        driver: Any = self._link.connection.driver_connection
        try:
            with driver.cursor() as cursor:
                rows: Sequence[Any] = cursor.execute(text, given).fetchall()
                return rows
        except psycopg.Error as error:
            lost = bool(driver.closed)
            if lost:
                self._link.invalidate(error)
            raise DBAPIError.instance(
                text, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=lost
            ) from error

    def flat(self) -> Select[Any]:
        """The query, column by column."""
        return self._query().with_only_columns(*self._shape.columns, maintain_column_froms=True)


class _Written(NamedTuple):
    """A statement's text, None where there is none, what else is bound in it, and how it is planned."""

    text: str | None
    given: Mapping[str, Any]
    planned: PlanUse = PlanUse.EACH


class _Statements:
    """So many at most; those that were not asked for longest are forgotten."""

    def __init__(self) -> None:
        self._by_key: OrderedDict[Hashable, _Written] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> _Written | None:
        with self._lock:
            found = self._by_key.get(key)
            if found is not None:
                self._by_key.move_to_end(key)
            return found

    def put(self, key: Hashable, written: _Written) -> _Written:
        with self._lock:
            self._by_key[key] = written
            if len(self._by_key) > MOST:
                self._by_key.popitem(last=False)
        return written


_statements = _Statements()


def _written(statement: Select[Any] | None, dialect: Dialect) -> _Written:
    if statement is None:
        return _Written(None, {})
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    for bound in compiled.binds.values():
        if bound.type.dialect_impl(dialect).bind_processor(dialect) is not None:
            raise TypeError(f"{bound.key}: the driver does not take a {bound.type} as it is")
    return _Written(str(compiled), dict(compiled.params))


class Shape:
    """A query's rows column by column instead of as objects, and how plain rows with the same names are made of them.

    What the driver does not give as SQLAlchemy would (arrays) is left out: no large list shows any.
    """

    def __init__(self, query: Select[Any], dialect: Dialect) -> None:
        self.columns: list[Any] = []
        self._parts: list[tuple[Any, int, int, int]] = []
        described = query.column_descriptions
        for one in described:
            first = len(self.columns)
            if not isinstance(one["expr"], type):
                self.columns.append(one["expr"])
                self._parts.append((None, first, first, first))
                continue
            mapper: Any = sa.inspect(one["expr"])
            names = [each.key for each in mapper.column_attrs if _as_it_is(each.columns[0], dialect)]
            self.columns += [getattr(one["expr"], name) for name in names]
            key = names.index(mapper.get_property_by_column(mapper.primary_key[0]).key)
            self._parts.append((namedtuple(one["name"], names), first, len(self.columns), first + key))  # type: ignore[misc]
        self._row: Any = namedtuple("Row", [one["name"] for one in described]) if len(described) > 1 else None  # type: ignore[misc]

    def row(self, found: Sequence[Any]) -> Any:
        """What the query's own row would be; what an outer join did not find is None."""
        parts = [
            found[first] if kind is None else None if found[key] is None else kind._make(found[first:last])
            for kind, first, last, key in self._parts
        ]
        return parts[0] if self._row is None else self._row._make(parts)


def _as_it_is(column: Any, dialect: Dialect) -> bool:
    return column.type.dialect_impl(dialect).result_processor(dialect, None) is None


_shapes: dict[str, Shape] = {}
