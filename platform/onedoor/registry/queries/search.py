"""Finding entities by part of a name, address or scope, by code and by initials, from one index.

The planner cannot tell how often a rare pair of characters occurs, so none of these conditions may stand where it could
prefer an order or another filter and compute the pairs of every row: `gathering` keeps to itself.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from onedoor.kernel.db import db
from onedoor.registry.models import Entity
from onedoor.registry.rules import search

_GRAMS = sa.func.entity_grams(Entity.name, Entity.address, Entity.scope, Entity.code, Entity.initials)
_COLUMNS = (Entity.name, Entity.scope, Entity.address)
_TEXT = Entity.name + sa.func.chr(31) + Entity.address + sa.func.chr(31) + Entity.scope
_PLAN = sa.text(
    "EXPLAIN (FORMAT JSON) SELECT FROM entity"
    " WHERE entity_grams(name, address, scope, code, initials) @@ CAST(:asked AS tsquery)"
)
# What so many entities have is met soon enough by reading on; the index would first have to gather them all.
COMMON = 150_000


def matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of a query of entities those that have every word typed, in name, address, scope, code or initials."""
    return reading(query, typed) if is_common(typed) else gathering(query, typed)


def is_common(typed: str) -> bool:
    """Whether very many entities have what was typed. Known of single pairs only: those of longer words may stand apart."""
    words = search.words_of(typed)
    if not words or not all(search.is_exact(word) for word in words):
        return False
    plan = db.session.scalar(_PLAN, {"asked": search.question(words)})
    return int(plan[0]["Plan"]["Plan Rows"]) > COMMON


def gathering(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """The same by the index."""
    words = search.words_of(typed)
    if not words:
        return query.where(sa.false())
    # Written out, so that the plan is made for these words and not for any.
    asked = sa.bindparam(None, search.question(words), sa.Text(), literal_execute=True)
    longer = [_holds(word) for word in words if not search.is_exact(word)]
    found = (_GRAMS.bool_op("@@")(sa.cast(asked, TSQUERY)), *longer)
    if query.whereclause is None:
        return query.where(*found)
    # OFFSET 0: found before, and apart from, whatever else is asked.
    ids = sa.select(Entity.id).where(*found).offset(sa.literal_column("0")).subquery("found")
    return query.where(Entity.id == ids.c.id)


def reading(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """The same by looking at each row."""
    words = search.words_of(typed)
    return query.where(*(_holds(word) for word in words)) if words else query.where(sa.false())


def _holds(word: str) -> sa.ColumnElement[bool]:
    """Whether the word stands there, read in the row itself: as it is, which is quick, and only then in other writings."""
    found = [sa.func.strpos(column, word) > 0 for column in _COLUMNS]
    if code := search.code_in(word):
        found += [
            sa.func.strpos(Entity.code, code.upper()) > 0,
            sa.func.strpos(Entity.initials, word) > 0,
        ]
    if search.is_plain(word) and search.is_exact(word):
        # Nobody opens a bracket within so short a word, and looking for one takes ten times as long.
        return sa.or_(*found)
    text = (
        _TEXT if search.is_plain(word) else sa.func.lower(sa.func.normalize(_TEXT, sa.literal_column("NFKC")))
    )
    found.append(sa.func.strpos(sa.func.translate(text, search.LEFT_OUT, ""), word) > 0)
    return sa.or_(*found)
