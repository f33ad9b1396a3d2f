"""Pages of visits: lists, the campaign's batch, one visit, its records and documents."""

from onedoor.web.visits import (
    batch,
    checks,
    documents,
    lists,
    photos,
    proposals,
    records,
    revisions,
    unpublished_results,
    visit,
)
from onedoor.web.visits.blueprint import pages

__all__ = [
    "batch",
    "checks",
    "documents",
    "lists",
    "pages",
    "photos",
    "proposals",
    "records",
    "revisions",
    "unpublished_results",
    "visit",
]
