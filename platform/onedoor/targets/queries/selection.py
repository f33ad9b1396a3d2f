"""The entities a rule of selection chooses (R-L5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import Entity
from onedoor.entities.queries.credit_class import of_class
from onedoor.entities.queries.entities import places_under
from onedoor.entities.queries.premises import licensed
from onedoor.entities.rules.industries import words_within
from onedoor.targets.queries.risk import at_risk
from onedoor.targets.queries.tags import carrying
from onedoor.targets.rules.selection import Conditions, read_conditions


def selection(conditions: Mapping[str, Any] | Conditions) -> sa.Select[Any]:
    """The entities a rule chooses (R-L5). Raises ClerkError for conditions that say nothing sensible."""
    asked = conditions if isinstance(conditions, Conditions) else read_conditions(conditions)
    return sa.select(Entity).where(*clauses_of(asked))


def clauses_of(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    """What holds of the entities a rule chooses."""
    if asked.places:
        yield Entity.jurisdiction_code.in_(places_under(asked.places))
    for column, values in (
        (Entity.kind, asked.kinds),
        (Entity.industry, words_within(asked.industries)),
        (Entity.entity_type, asked.types),
        (Entity.status, asked.statuses),
    ):
        if values:
            yield column.in_(values)
    if asked.codes:
        yield Entity.code.in_(asked.codes)
    if asked.scope:
        yield _contains(Entity.scope, asked.scope)
    if asked.scope_without:
        yield sa.not_(_contains(Entity.scope, asked.scope_without))
    if asked.name:
        yield _contains(Entity.name, asked.name)
    yield from _beside(asked)
    if asked.registered_from:
        yield Entity.registered_on >= date.fromisoformat(asked.registered_from)
    if asked.registered_until:
        yield Entity.registered_on <= date.fromisoformat(asked.registered_until)


def _beside(asked: Conditions) -> Iterator[sa.ColumnElement[bool]]:
    """What is said of an entity in tables beside its own."""
    if asked.tags:
        yield Entity.id.in_(carrying(asked.tags))
    if asked.risk:
        yield Entity.id.in_(at_risk(asked.risk))
    if asked.classes:
        yield Entity.id.in_(of_class(asked.classes))
    if asked.licences:
        yield Entity.id.in_(licensed(asked.licences))


def _contains(column: Any, words: tuple[str, ...]) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(word, autoescape=True) for word in words))
