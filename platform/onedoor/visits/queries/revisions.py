"""Reads of corrections of accepted records."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.visits.models import RecordRevision
from onedoor.visits.rules.states import RevisionState


def revision(revision_id: UUID, *, lock: bool = False) -> RecordRevision:
    """One correction of this bureau's."""
    found = db.session.get(RecordRevision, revision_id, with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound()
    return found


def revisions(record_id: UUID) -> list[RecordRevision]:
    """The corrections of a record, as they were proposed."""
    query = sa.select(RecordRevision).where(RecordRevision.record_id == record_id)
    return list(db.session.scalars(query.order_by(RecordRevision.created_at, RecordRevision.id)))


def last_revision(record_id: UUID) -> RecordRevision | None:
    """The correction that made the record what it is now; None if it is as it was accepted."""
    return next((one for one in reversed(revisions(record_id)) if one.state == RevisionState.APPROVED), None)


def corrected_count() -> int:
    """How many records of this bureau were corrected after they were accepted."""
    query = sa.select(sa.func.count(RecordRevision.record_id.distinct())).where(
        RecordRevision.tenant_id == current_scope().tenant_id, RecordRevision.state == RevisionState.APPROVED
    )
    return db.session.scalar(query) or 0
