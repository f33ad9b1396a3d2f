"""检查负担与成效 for everybody: what a place publishes of what checks cost firms and found, with the data to take along (R-S6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from onedoor.disclosure import queries
from onedoor.edge.guard import public
from onedoor.kernel.db import db
from onedoor.statistics.rules.burden import MEASURES, read
from onedoor.web import burden as shown
from onedoor.web.portal import public_records
from onedoor.web.portal.blueprint import SEARCHES, pages
from onedoor.web.rate_limits import limiter
from onedoor.web.shell import page


def published() -> list[Any]:
    """What is published, the newest year first."""
    query = public_records.faces("burden").order_by(None)
    rows = db.session.execute(query).all()
    return sorted(rows, key=lambda row: (row.title, row.since), reverse=True)


@pages.get("/open/burden/<uuid:subject_id>")
@limiter.limit(SEARCHES)
@public
def burden(subject_id: UUID) -> Any:
    """A year's figures of a place, with charts, tables and the files."""
    thing = public_records.thing("burden", subject_id)
    found = read(thing.content)
    return page(
        "portal/burden.html",
        thing=thing,
        found=found,
        others=[row for row in published() if row.subject_id != thing.subject_id],
        files=queries.files(thing.id),
        tables=shown.tables(found, lambda *_where: None),
        charts=shown.charts(found),
        headlines=[(MEASURES[key], shown.shown(key, found.total)) for key in shown.HEADLINES],
        doors=[(MEASURES[key], shown.shown(key, found.total)) for key in shown.DOORS],
        measures=list(MEASURES.values()),
    )
