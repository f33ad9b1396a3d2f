"""Reads of how matters are checked and of the papers of a record (R-V3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits.models import MatterMethod, Record, RecordPaper, Visit, VisitMatter, VisitParty
from onedoor.visits.queries.assistants import assistants
from onedoor.visits.rules.methods import lacking_paper
from onedoor.visits.rules.results import Method
from tenants import settings


@dataclass(frozen=True)
class MatterWay:
    """How one matter is checked, and whether that needs an entry."""

    method: Method
    entry: bool


def ways(visit_id: UUID, bureau_id: UUID | None = None) -> dict[UUID, MatterWay]:
    """How each matter of a visit is checked, by matter: as its bureau chose, else as planned."""
    query = (
        sa.select(
            VisitMatter.id,
            sa.func.coalesce(MatterMethod.method, VisitMatter.planned),
            sa.func.coalesce(MatterMethod.entry, VisitMatter.entry),
        )
        .outerjoin(MatterMethod, MatterMethod.matter_id == VisitMatter.id)
        .where(VisitMatter.visit_id == visit_id)
    )
    if bureau_id is not None:
        query = query.where(VisitMatter.bureau_id == bureau_id)
    return {row[0]: MatterWay(Method(row[1]), row[2]) for row in db.session.execute(query)}


def needs_entry(visit_id: UUID, bureau_id: UUID | None = None) -> bool:
    """Whether anybody enters, for the visit or for one bureau's part; what has no matter is entered."""
    going = sa.select(VisitParty.bureau_id).where(
        VisitParty.visit_id == visit_id, VisitParty.deferred_reason.is_(None)
    )
    entry = sa.func.coalesce(MatterMethod.entry, VisitMatter.entry)
    query = (
        sa.select(sa.func.bool_or(entry))
        .select_from(VisitMatter)
        .outerjoin(MatterMethod, MatterMethod.matter_id == VisitMatter.id)
        .where(VisitMatter.visit_id == visit_id)
    )
    query = query.where(
        VisitMatter.bureau_id.in_(going) if bureau_id is None else VisitMatter.bureau_id == bureau_id
    )
    return db.session.scalar(query) is not False


def papers(record_id: UUID, matter_id: UUID | None = None) -> list[RecordPaper]:
    """The papers of a record, or of one of its matters, as they were added."""
    query = sa.select(RecordPaper).where(RecordPaper.record_id == record_id)
    if matter_id is not None:
        query = query.where(RecordPaper.matter_id == matter_id)
    return list(db.session.scalars(query.order_by(RecordPaper.added_at, RecordPaper.id)))


def recognisable(visit: Visit) -> list[Disclosure]:
    """What other bureaus published of the same object lately, the latest first: what may stand for a check (R-J7)."""
    since = today() - timedelta(days=int(settings.value("visit_recognition_days")))
    found = Disclosure.content["finished_on"].as_string()
    query = disclosures.search("result").where(
        Disclosure.entity_code == visit.entity_code,
        Disclosure.tenant_id != current_scope().tenant_id,
        found >= since.isoformat(),
        # What its partners found at this very visit is no check before it.
        Disclosure.content["visit_number"].as_string() != visit.number,
    )
    return list(db.session.scalars(query.order_by(None).order_by(found.desc(), Disclosure.id).limit(50)))


def paper(paper_id: UUID) -> RecordPaper:
    """One paper of this bureau's."""
    found = db.session.get(RecordPaper, paper_id)
    if found is None:
        raise NotFound("没有找到这份材料，它可能已被删去。")
    return found


def missing_paper(record: Record, matter: VisitMatter) -> Sentence | None:
    """What a matter checked without the door still lacks before its record is submitted."""
    method = ways(record.visit_id, record.tenant_id)[matter.id].method
    received = {one.kind for one in papers(record.id, matter.id) if one.received_at is not None}
    signed = [
        one
        for one in assistants(record.visit_id)
        if one.tenant_id == record.tenant_id and one.signed_on is not None
    ]
    return lacking_paper(method, received, len(signed))
