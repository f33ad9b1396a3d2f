"""Lists over the interface that are searched by word and filtered by column, beside those of entities (`registers`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from marshmallow import fields, validate

from onedoor.api.lists.arguments import Asked, PartArgs
from onedoor.edge.lists import reader
from onedoor.kernel.db import db
from tenants import queries as tenants
from tenants.models import Unit

Narrow = Callable[[sa.Select[Any], Any], sa.Select[Any]]


def equal(column: Any) -> Narrow:
    """Those whose column has the value."""
    return lambda query, value: query.where(column == plain(value))


def has(column: Any) -> Narrow:
    """Those whose column of words has the word."""
    return lambda query, value: query.where(sa.any_(column) == plain(value))


def until(column: Any) -> Narrow:
    """Those whose day is this one or earlier."""
    return lambda query, day: query.where(column <= day)


def of_unit(column: Any) -> Narrow:
    """Those of the unit of this name; `-`: of none (R-T5)."""

    def narrow(query: sa.Select[Any], name: str) -> sa.Select[Any]:
        named = sa.select(Unit.id).where(Unit.name == plain(name))
        return query.where(column.is_(None) if name == "-" else column.in_(named))

    return narrow


def in_place(column: Any) -> Narrow:
    """Those of this place or of any below it, as the rules of selection take one."""

    def narrow(query: sa.Select[Any], code: str) -> sa.Select[Any]:
        taken = tenants.places_under(plain(code))
        return query.where(column.in_(taken) if len(taken) > 1 else column == plain(code))

    return narrow


def plain(value: Any) -> Any:
    """A text as the database takes one."""
    return value.replace("\x00", "") if isinstance(value, str) else value


@dataclass(frozen=True)
class Library:
    """What is searched of a list, by what it can be put in order, and what each argument narrows."""

    key: Any
    search: tuple[Any, ...]
    sorts: Mapping[str, Any]
    filters: Mapping[str, Narrow]


class LibraryArgs(PartArgs):
    """What part of a list is asked for, with words to look for."""

    q = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "several words with spaces between, all of them"},
    )


@dataclass(frozen=True)
class _Asked(Asked):
    """What a caller asks of a library."""

    library: Library

    def narrow(self, query: sa.Select[Any], *, gather: bool = False) -> sa.Select[Any]:
        for name, by in self.library.filters.items():
            if name in self.given:
                query = by(query, self.given[name])
        for word in self.words.split():
            query = query.where(
                sa.or_(*(column.icontains(word, autoescape=True) for column in self.library.search))
            )
        return query


def page_of_library(query: sa.Select[Any], library: Library, args: dict[str, Any]) -> reader.Page:
    """The page that is asked for."""
    asked = _Asked(args, library.key, library.sorts, library)
    return reader.read_page(db.session(), query, asked)
