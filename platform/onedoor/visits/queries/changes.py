"""What changed in the visits since a cursor (`change_feed`)."""

from __future__ import annotations

from onedoor.imports.queries.change_feed import Page, of_written, rows_since
from onedoor.visits.models import Visit, VisitPart, VisitParty
from onedoor.visits.queries.visits import with_state

_BESIDE = of_written((Visit.id, VisitParty.visit_id), (Visit.id, VisitPart.visit_id))


def visits(cursor: str, limit: int) -> Page:
    """Rows of `with_state`, of the visits that the current bureau leads or is on."""
    return rows_since(Visit, with_state(), cursor, limit, _BESIDE, several=True)
