"""Finding entities by part of a name, address or scope, by code and by initials, from one index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from onedoor.kernel.db import db
from onedoor.registry.models import Entity
from onedoor.registry.rules import search

_GRAMS = sa.func.entity_grams(Entity.name, Entity.address, Entity.scope, Entity.code, Entity.initials)
_TEXT = Entity.name + sa.func.chr(31) + Entity.address + sa.func.chr(31) + Entity.scope
_PLAN = sa.text(
    "EXPLAIN (FORMAT JSON) SELECT FROM entity"
    " WHERE entity_grams(name, address, scope, code, initials) @@ CAST(:asked AS tsquery)"
)
# What so many entities have is met soon enough by reading on; the index would first have to gather them all.
COMMON = 20_000


def matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of a query of entities those that have every word typed, in name, address, scope, code or initials."""
    words = search.words_of(typed)
    if not words:
        return query.where(sa.false())
    asked = search.question(words)
    if _estimate(asked) > COMMON:
        return query.where(*(_holds(word) for word in words))
    # Written out, so that the plan is made for these words and not for any.
    literal = sa.bindparam(None, asked, sa.Text(), literal_execute=True)
    longer = [_holds(word) for word in words if not search.is_exact(word)]
    return query.where(_GRAMS.bool_op("@@")(sa.cast(literal, TSQUERY)), *longer)


def _holds(word: str) -> sa.ColumnElement[bool]:
    """Whether the word stands there, read in the row itself."""
    plain = sa.func.translate(_TEXT, search.LEFT_OUT, "")
    text = plain if word.upper() == word else sa.func.lower(plain)
    found = [sa.func.strpos(text, word) > 0]
    if wide := search.wide(word):
        found.append(sa.func.strpos(sa.func.lower(plain), wide) > 0)
    if code := search.code_in(word):
        found += [
            sa.func.strpos(Entity.code, code.upper()) > 0,
            sa.func.strpos(Entity.initials, word) > 0,
        ]
    return sa.or_(*found)


def _estimate(asked: str) -> int:
    """How many entities the planner expects, from what it keeps of how often which grams occur."""
    plan = db.session.scalar(_PLAN, {"asked": asked})
    return int(plan[0]["Plan"]["Plan Rows"])
