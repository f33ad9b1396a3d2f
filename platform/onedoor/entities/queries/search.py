"""Finding entities by part of a name, address or scope, by code and by initials, from one index.

The planner cannot tell how often a rare pair of characters occurs, so none of these conditions may stand where it could
prefer an order or another filter and compute the pairs of every row: `gathering` keeps to itself.
"""

from __future__ import annotations

import time
from collections.abc import Hashable
from math import sqrt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from onedoor.entities.models import Entity
from onedoor.entities.rules import search
from onedoor.kernel.db import db

_GRAMS = sa.func.entity_grams(Entity.name, Entity.address, Entity.scope, Entity.code, Entity.initials)
_COLUMNS = (Entity.name, Entity.scope, Entity.address)
_TEXT = Entity.name + sa.func.chr(31) + Entity.address + sa.func.chr(31) + Entity.scope
_PLAN = (
    "EXPLAIN (FORMAT JSON) SELECT FROM entity"
    " WHERE entity_grams(name, address, scope, code, initials) @@ CAST(%(asked)s AS tsquery)"
)
_SIZE = "SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'entity'::regclass"
_NONE: sa.ColumnElement[int] = sa.literal_column("0")
# What so many of N entities have, times the root of N, is met soon enough by reading on: to meet as many as are counted takes
# N divided by their number, and the index would first have to gather them all. Of a million these are 150,000.
COMMON = 150.0
# What the planner has not met among the common it takes for so many of all (its DEFAULT_TS_MATCH_SEL); they are fewer.
_UNMET = 1 / 200
# How long what the planner thinks of some words is taken for true, in seconds, and of how many.
_ESTIMATE_HOLDS, _MOST_ESTIMATES = 600.0, 10_000


class _Estimate(NamedTuple):
    """How many of how many are thought to have some words; for so long."""

    until: float
    number: int
    size: float

    def is_common(self) -> bool:
        return self.number > COMMON * sqrt(self.size)

    def is_rare(self) -> bool:
        return self.number <= self.size * _UNMET + 1


_estimates: dict[str, _Estimate] = {}


def matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of a query of entities those that have every word typed, in name, address, scope, code or initials."""
    return reading(query, typed) if is_common(typed) else gathering(query, typed)


def is_common(typed: str) -> bool:
    """Whether very many entities have what was typed. Known of single pairs only: those of longer words may stand apart."""
    words = search.words_of(typed)
    if not words or not all(search.is_exact(word) for word in words):
        return False
    asked = search.question(words)
    known = _known(asked)
    if known is None:
        if len(_estimates) > _MOST_ESTIMATES:
            _estimates.clear()
        known = _estimates[asked] = _estimated(asked)
    return known.is_common()


def is_known_common(typed: str) -> bool:
    """Whether `is_common` was asked of it lately, and so it was."""
    known = _known(search.question(search.words_of(typed)))
    return known is not None and known.is_common()


def is_known_rare(typed: str) -> bool:
    """Whether `is_common` was asked of it lately, and next to nobody had it."""
    known = _known(search.question(search.words_of(typed)))
    return known is not None and known.is_rare()


def _known(asked: str) -> _Estimate | None:
    known = _estimates.get(asked)
    return known if known and known.until >= time.monotonic() else None


def _estimated(asked: str) -> _Estimate:
    """By the planner; the size of the table is asked for once in so long."""
    ask = db.session.connection().exec_driver_sql
    until = time.monotonic() + _ESTIMATE_HOLDS
    plan = ask(_PLAN, {"asked": asked}).scalar_one()
    sized = _estimates.get("")  # under no words stands the size alone
    if sized is None or sized.until < time.monotonic():
        sized = _estimates[""] = _Estimate(until, 0, ask(_SIZE).scalar_one())
    return _Estimate(until, int(plan[0]["Plan"]["Plan Rows"]), sized.size)


def asked(typed: str) -> tuple[Hashable, dict[str, str]]:
    """The form of the words, and the values that stand for them by name in `gathering` and in `reading`."""
    words = search.words_of(typed)
    values = {"w_asked": search.question(words)} if words else {}
    for place, word in enumerate(words):
        values |= _values(word, place)
    form = tuple((search.is_exact(word), search.is_plain(word), bool(search.code_in(word))) for word in words)
    return form, values


def gathering(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """The same by the index."""
    words = search.words_of(typed)
    if not words:
        return query.where(sa.false())
    sought = sa.bindparam("w_asked", search.question(words), TSQUERY())
    longer = [holds(word, place) for place, word in enumerate(words) if not search.is_exact(word)]
    found = (_GRAMS.bool_op("@@")(sought), *longer)
    if query.whereclause is None:
        return query.where(*found)
    # OFFSET 0: found before, and apart from, whatever else is asked.
    ids = sa.select(Entity.id).where(*found).offset(sa.literal_column("0")).subquery("found")
    return query.where(Entity.id == ids.c.id)


def reading(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """The same by looking at each row."""
    words = search.words_of(typed)
    if not words:
        return query.where(sa.false())
    return query.where(*(holds(word, place) for place, word in enumerate(words)))


def found(word: str, place: int) -> sa.Select[Any]:
    """The ids of those that have one word, by the index; `place` counts the words of one query."""
    sought = sa.literal(search.question((word,)), TSQUERY())
    longer = [] if search.is_exact(word) else [holds(word, place)]
    return sa.select(Entity.id).where(_GRAMS.bool_op("@@")(sought), *longer)


def _values(word: str, place: int) -> dict[str, str]:
    code = search.code_in(word)
    return {f"w_{place}": word, **({f"w_{place}_code": code.upper()} if code else {})}


def holds(word: str, place: int) -> sa.ColumnElement[bool]:
    """Whether the word stands there, read in the row itself: as it is, which is quick, and only then in other writings."""
    values = _values(word, place)
    sought, code = (sa.bindparam(name, value, sa.Text()) for name, value in [*values.items(), ("", "")][:2])
    found = [sa.func.strpos(column, sought) > _NONE for column in _COLUMNS]
    if len(values) > 1:
        found += [sa.func.strpos(Entity.code, code) > _NONE, sa.func.strpos(Entity.initials, sought) > _NONE]
    if search.is_plain(word) and search.is_exact(word):
        # Nobody opens a bracket within so short a word, and looking for one takes ten times as long.
        return sa.or_(*found)
    text = (
        _TEXT if search.is_plain(word) else sa.func.lower(sa.func.normalize(_TEXT, sa.literal_column("NFKC")))
    )
    found.append(sa.func.strpos(sa.func.translate(text, search.LEFT_OUT, ""), sought) > _NONE)
    return sa.or_(*found)
