"""Finding what a library lists beside entities, by words of its own and of the entity's (`belonging_search`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.entities.models import Premises
from onedoor.entities.queries import search as entities
from onedoor.entities.queries.premises_search import PLACE, Kind, by_grams, matching, stands
from onedoor.kernel.scope import current_scope
from onedoor.targets.models import TargetMatter


def matters_matching(query: sa.Select[Any], typed: str) -> sa.Select[Any]:
    """Of `queries.matters()` those that have every word typed: in name, number, note or a place's address, or in the words
    of the entity."""
    return matching(query, typed, _MATTERS)


def _own_matters(word: str, place: int) -> Any:
    mine = TargetMatter.tenant_id == current_scope().tenant_id
    chosen = sa.select(TargetMatter.id).where(mine)
    return sa.union(
        chosen.where(TargetMatter.entity_id.in_(entities.found(word, place))),
        chosen.where(TargetMatter.premises_id.in_(by_grams(Premises, word, *PLACE))),
        chosen.where(TargetMatter.premises_id.is_(None), stands(word, *_MATTER)),
    )


_MATTER = (TargetMatter.name, TargetMatter.number, TargetMatter.note)
_MATTERS = Kind(TargetMatter.id, _own_matters, lambda word: stands(word, *_MATTER, *PLACE))
