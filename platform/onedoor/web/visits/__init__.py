"""Pages of visits: lists, the campaign's batch, one visit, its records and documents."""

from onedoor.web.visits import (
    assistance,
    batch,
    checks,
    combinations,
    disclosure_days,
    documents,
    lists,
    member_replacements,
    methods,
    photos,
    proposals,
    records,
    revisions,
    unpublished_results,
    visit,
    visit_calendar,
)
from onedoor.web.visits.blueprint import pages

__all__ = [
    "assistance",
    "batch",
    "checks",
    "combinations",
    "disclosure_days",
    "documents",
    "lists",
    "member_replacements",
    "methods",
    "pages",
    "photos",
    "proposals",
    "records",
    "revisions",
    "unpublished_results",
    "visit",
    "visit_calendar",
]
