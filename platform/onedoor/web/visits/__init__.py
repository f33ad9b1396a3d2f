"""Pages of visits: lists, the campaign's batch, one visit, its records and documents."""

from onedoor.web.visits import batch, documents, lists, photos, records, visit
from onedoor.web.visits.blueprint import pages

__all__ = ["batch", "documents", "lists", "pages", "photos", "records", "visit"]
