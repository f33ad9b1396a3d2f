"""Caps and the cap ledger (R-P6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.scope import current_scope
from onedoor.plans.models import CapEntry, VisitCap


def post_to_ledger(entity_code: str, year: int, visit_id: UUID, kind: str, *, entered: bool = True) -> None:
    """Count a visit of the current bureau to an entity; the same visit counts once, however often it is posted.

    One that nobody `entered` for is counted apart (R-V3), until they go in after all.
    """
    row = {
        "id": new_id(),
        "tenant_id": current_scope().tenant_id,
        "entity_code": entity_code,
        "year": year,
        "visit_id": visit_id,
        "kind": kind,
        "entered": entered,
        "posted_at": now(),
    }
    db.session.execute(insert(CapEntry).values(row).on_conflict_do_nothing())
    if entered:
        apart = (
            CapEntry.tenant_id == current_scope().tenant_id,
            CapEntry.visit_id == visit_id,
            ~CapEntry.entered,
        )
        db.session.execute(sa.update(CapEntry).where(*apart).values(entered=True))


class OutsideEntry(NamedTuple):
    """A visit that this platform did not see, by the check that stands for it."""

    check_id: UUID
    entity_code: str
    year: int
    kind: str
    entered: bool = True


def post_outside(entries: Iterable[OutsideEntry]) -> None:
    """Count visits that were made outside this platform, each once; those that nobody entered for apart (R-V3)."""
    rows = [
        {
            "id": new_id(),
            "tenant_id": current_scope().tenant_id,
            "entity_code": one.entity_code,
            "year": one.year,
            "visit_id": one.check_id,
            "kind": one.kind,
            "outside": True,
            "entered": one.entered,
            "posted_at": now(),
        }
        for one in entries
    ]
    if rows:
        db.session.execute(insert(CapEntry).values(rows).on_conflict_do_nothing())


def take_back_outside(check_ids: Collection[UUID]) -> None:
    """Count these no longer, for they are taken back or are others now."""
    ids = sa.any_(sa.literal(list(check_ids), sa.ARRAY(sa.Uuid())))
    mine = (CapEntry.tenant_id == current_scope().tenant_id, CapEntry.outside, CapEntry.visit_id == ids)
    db.session.execute(sa.delete(CapEntry).where(*mine), execution_options={"synchronize_session": False})


def set_cap(year: int, entity_kind: str, visits: int, basis: str) -> VisitCap:
    """Say how often a year this bureau visits one entity of a kind (`*`: of any other), and on what basis."""
    mine = sa.select(VisitCap).where(
        VisitCap.tenant_id == current_scope().tenant_id,
        VisitCap.year == year,
        VisitCap.entity_kind == entity_kind,
    )
    cap = db.session.scalar(mine.with_for_update())
    before = {"visits": cap.visits, "basis": cap.basis} if cap else None
    if cap is None:
        cap = VisitCap(
            id=new_id(),
            tenant_id=current_scope().tenant_id,
            year=year,
            entity_kind=entity_kind,
            visits=visits,
        )
        db.session.add(cap)
    cap.visits, cap.basis = visits, basis.strip()
    db.session.flush()
    audit.record(
        "plans.cap.set", ("visit_cap", cap.id), before=before, after={"year": year, "visits": visits}
    )
    return cap
