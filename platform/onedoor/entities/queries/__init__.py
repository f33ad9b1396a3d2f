"""Reads of the shared register."""

from onedoor.entities.queries import merges, quality
from onedoor.entities.queries.corrections import (
    RECEIVED,
    correction,
    corrections,
    corrections_to_answer,
    keeper_of,
)
from onedoor.entities.queries.entities import entities, entity, entity_by_code, my_entity_kinds, names_of
from onedoor.entities.queries.places import place_at, places_named, standing_place
from onedoor.entities.queries.premises import belongings_history, licence, licences_of, premises, premises_of
from onedoor.entities.queries.provisional_numbers import (
    credit_code_now,
    numbers_of,
    provisional_number_of,
    waiting_for_code,
)
from onedoor.entities.queries.search import is_common, matching

__all__ = [
    "RECEIVED", "belongings_history", "correction", "corrections", "corrections_to_answer", "credit_code_now", "entities",
    "entity", "entity_by_code", "is_common", "keeper_of", "licence", "licences_of", "matching", "merges",
    "my_entity_kinds", "names_of", "numbers_of", "place_at", "places_named", "premises", "premises_of",
    "provisional_number_of", "quality", "standing_place", "waiting_for_code",
]  # fmt: skip
