"""What changed in the ledger since a cursor (`change_feed`)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from onedoor.disclosure.models import Disclosure
from onedoor.imports.queries.change_feed import Cursor, Page, of_written, page_of, read_cursor, written
from onedoor.ledger.models import OutsideCheck, OutsideCorrection
from onedoor.ledger.queries.lines import mine
from onedoor.visits.models import Followup, MatterMethod, Record, Visit, VisitMember, VisitPart

_OF_A_VISIT = (VisitPart, MatterMethod, Record, VisitMember, Followup)
_BESIDE = of_written(*[(Visit.id, beside.visit_id) for beside in _OF_A_VISIT])
_PUBLIC = of_written((Record.id, Disclosure.subject_id))
_CORRECTED = of_written((OutsideCheck.id, OutsideCorrection.check_id))


def lines(cursor: str, limit: int) -> Page:
    """Lines of the current bureau's ledger: checks that were begun, and those made outside the platform."""
    at = read_cursor(cursor)
    found = mine()
    query = sa.select(*found.c).where(found.c.id > at.last)
    if at.part == "c":
        query = query.where(found.c.id.in_(sa.union_all(_visits(at), _outside(at))))
    return page_of(at, query.order_by(found.c.id), limit, lambda row: (at.at, row.id), rows=True)


def _visits(at: Cursor) -> sa.Select[Any]:
    public = sa.select(Record.visit_id).where(*_PUBLIC(at))
    return sa.select(Visit.id).where(sa.or_(written(Visit) >= at.since, *_BESIDE(at), Visit.id.in_(public)))


def _outside(at: Cursor) -> sa.Select[Any]:
    return sa.select(OutsideCheck.id).where(sa.or_(written(OutsideCheck) >= at.since, *_CORRECTED(at)))
