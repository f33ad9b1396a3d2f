"""Reads of target libraries."""

from onedoor.targets.queries import merge_preview, place_pools
from onedoor.targets.queries.library_changes import LibraryChanges, library_changes
from onedoor.targets.queries.matters import matter, matter_at, matters, matters_of
from onedoor.targets.queries.place_pools import (
    listed_places,
    place_pool_counts,
    place_pool_lines,
    place_pool_sample,
    places_per_code,
)
from onedoor.targets.queries.pools import LeftOut, pool_counts, pool_lines, pool_rows, pool_sample
from onedoor.targets.queries.risk import levels_by_entity, risk_codes, risk_of
from onedoor.targets.queries.risk_scale import risk_factor, risk_factors, risk_levels, risk_scale
from onedoor.targets.queries.selection import selection
from onedoor.targets.queries.suggestions import (
    listing_suggestion,
    listing_suggestions,
    suggestions_to_answer,
)
from onedoor.targets.queries.tags import my_tags, tag, tag_counts, tag_names, tags_by_entity, tags_of
from onedoor.targets.queries.targets import (
    active_rules,
    allowed_kinds,
    ceased,
    ceased_count,
    contacts_by_entity,
    joining,
    leaving,
    left_lately,
    left_lately_count,
    library,
    target,
    target_count,
    target_of,
    target_rule,
    targets,
)
from onedoor.targets.queries.uncovered_entities import uncovered, uncovered_count, uncovered_ids

__all__ = [
    "LeftOut", "LibraryChanges", "active_rules", "allowed_kinds", "ceased", "ceased_count",
    "contacts_by_entity", "joining", "leaving", "left_lately", "left_lately_count", "levels_by_entity", "library",
    "library_changes", "listed_places", "listing_suggestion", "listing_suggestions", "matter", "matter_at", "matters",
    "matters_of", "merge_preview", "my_tags",
    "place_pool_counts", "place_pool_lines", "place_pool_sample", "place_pools", "places_per_code",
    "pool_counts", "pool_lines", "pool_rows", "pool_sample", "risk_codes", "risk_factor", "risk_factors", "risk_levels",
    "risk_of", "risk_scale", "selection", "suggestions_to_answer", "tag", "tag_counts", "tag_names", "tags_by_entity",
    "tags_of", "target", "target_count", "target_of", "target_rule", "targets", "uncovered", "uncovered_count",
    "uncovered_ids",
]  # fmt: skip
