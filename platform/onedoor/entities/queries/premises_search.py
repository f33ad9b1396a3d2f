"""Finding what belongs to an entity by words of its own and of the entity's: places, licences.

Each word stands in the one or in the other: a place's name with its owner's, a licence's number with nothing else. Rare
words are gathered by the indexes, and apart from whatever else is asked (`queries.search`); common ones are read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from onedoor.entities.models import Licence, Premises
from onedoor.entities.queries import search as entities
from onedoor.entities.rules import search

# Of the texts an entity has, the index of grams takes the first two for what these have.
_NOTHING: sa.ColumnElement[str] = sa.literal_column("''")


class Kind(NamedTuple):
    """One kind of what is searched: its id, the rows a word is found in by the indexes, and whether it stands in a row itself."""

    key: Any
    found: Callable[[str, int], Any]
    holds: Callable[[str], sa.ColumnElement[bool]]


def premises_matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of `queries.all_premises()` those that have every word typed: in name or address, or in those of the entity."""
    return matching(query, typed, _PREMISES)


def licences_matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of `queries.licences()` the same: in kind or number, or in the words of the entity."""
    return matching(query, typed, _LICENCES)


def matching(query: sa.Select[Any], typed: str, kind: Kind) -> sa.Select[Any]:
    """Of a query of one kind those that have every word typed."""
    words = search.words_of(typed)
    if not words:
        return query.where(sa.false())
    rare: list[Any] = []
    for place, word in enumerate(words):
        if entities.is_common(word):
            query = query.where(sa.or_(kind.holds(word), entities.holds(word, place)))
        else:
            rare.append(kind.found(word, place))
    if rare:
        found: Any = sa.intersect(*rare) if len(rare) > 1 else rare[0]
        query = query.where(kind.key == found.subquery("found").c.id)
    return query


def stands(word: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Whether the word stands in one of the columns, in whatever width and case, with its brackets or without."""
    plain = [sa.func.lower(sa.func.normalize(one, sa.literal_column("NFKC"))) for one in columns]
    return sa.or_(*(sa.func.strpos(sa.func.translate(one, search.LEFT_OUT, ""), word) > 0 for one in plain))


def by_grams(model: Any, word: str, *columns: Any) -> sa.Select[Any]:
    """The rows that have the word in one of the columns, by the index."""
    asked = sa.literal(search.question((word,)), TSQUERY())
    grams = sa.func.entity_grams(*columns, *[_NOTHING] * 3).bool_op("@@")(asked)
    longer = [] if search.is_exact(word) else [stands(word, *columns)]
    return sa.select(model.id).where(grams, *longer)


def _of_entity(model: Any, word: str, place: int) -> sa.Select[Any]:
    return sa.select(model.id).where(model.entity_id.in_(entities.found(word, place)))


PLACE = (Premises.name, Premises.address)
_LICENCE = (Licence.kind, Licence.number)
_PREMISES = Kind(
    Premises.id,
    lambda word, place: sa.union(_of_entity(Premises, word, place), by_grams(Premises, word, *PLACE)),
    lambda word: stands(word, *PLACE),
)
_LICENCES = Kind(
    Licence.id,
    lambda word, place: sa.union(_of_entity(Licence, word, place), by_grams(Licence, word, *_LICENCE)),
    lambda word: stands(word, *_LICENCE),
)
