"""Caps and the cap ledger (R-P6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel import audit
from onedoor.kernel.clock import now, today
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.plans import queries
from onedoor.plans.models import CapEntry, VisitCap
from onedoor.plans.rules.states import CapState
from tenants import approvals
from tenants.models import Approval
from tenants.rules import Permission


def post_to_ledger(
    entity_code: str,
    year: int,
    visit_id: UUID,
    kind: str,
    *,
    entered: bool = True,
    door_id: UUID | None = None,
) -> None:
    """Count a visit of the current bureau to an entity; the same visit counts once, however often it is posted.

    One that nobody `entered` for is counted apart (R-V3), until they go in after all. `door_id` is the visit with which it went
    together through one door (R-J4).
    """
    row = {
        "id": new_id(),
        "tenant_id": current_scope().tenant_id,
        "entity_code": entity_code,
        "year": year,
        "visit_id": visit_id,
        "kind": kind,
        "entered": entered,
        "door_id": door_id,
        "posted_at": now(),
    }
    db.session.execute(insert(CapEntry).values(row).on_conflict_do_nothing())
    if entered:
        apart = (
            CapEntry.tenant_id == current_scope().tenant_id,
            CapEntry.visit_id == visit_id,
            ~CapEntry.entered,
        )
        db.session.execute(sa.update(CapEntry).where(*apart).values(entered=True, door_id=door_id))


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


def propose_cap(
    year: int,
    entity_kind: str,
    visits: int,
    basis: str,
    industry: str = "",
    since: date | None = None,
) -> VisitCap:
    """Hand a cap to the head: how often a year this bureau visits one entity of a kind, of an industry if one is named,
    from a day on (R-P6). Raises ClerkError for a day outside the year, Conflict where that day's cap is approved already.
    """
    first = since or max(today(), date(year, 1, 1))
    if first.year != year:
        text = Sentence("施行日期应在 %(year)s 年之内。", year=year)
        raise ClerkError(text, fields={"since": [text]})
    there = db.session.scalar(_same(year, entity_kind, industry.strip(), first).with_for_update())
    if there is not None and there.state == CapState.APPROVED:
        raise Conflict("从这一天起的上限已经批准，请另填施行日期。")
    if there is not None and there.state == CapState.SUBMITTED:
        approvals.withdraw("visit_cap", there.id)
    cap = _written(there, year, entity_kind, visits, basis, industry.strip(), first)
    cap.state, cap.submitted_by = "submitted", current_scope().actor_id
    db.session.flush()
    title = Sentence("%(year)s 年入企次数上限：每年 %(visits)s 次", year=year, visits=visits)
    approvals.ask("visit_cap", cap.id, title, "approve", Permission.PLAN_APPROVE)
    audit.record("plans.cap.submit", ("visit_cap", cap.id), after=_facts(cap))
    return cap


def decide_cap(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> VisitCap:
    """The head lets a cap hold from its day on, or returns it; nobody decides on what they submitted (R-T5)."""
    cap = queries.cap(approval.subject_id)
    if cap.state != CapState.SUBMITTED:
        raise Conflict("这项上限已经有人处理过了，请刷新页面查看结果。")
    approvals.refuse_own(cap.submitted_by)
    approvals.decide(approval, approved, reason, permissions)
    cap.state = "approved" if approved else "returned"
    db.session.flush()
    verb = "approve" if approved else "return"
    audit.record(f"plans.cap.{verb}", ("visit_cap", cap.id), after={**_facts(cap), "reason": reason.strip()})
    return cap


def _same(year: int, entity_kind: str, industry: str, since: date) -> sa.Select[VisitCap]:
    return sa.select(VisitCap).where(
        VisitCap.tenant_id == current_scope().tenant_id,
        VisitCap.year == year,
        VisitCap.entity_kind == entity_kind,
        VisitCap.industry == industry,
        VisitCap.since == since,
    )


def _written(
    cap: VisitCap | None, year: int, entity_kind: str, visits: int, basis: str, industry: str, since: date
) -> VisitCap:
    if cap is None:
        cap = VisitCap(
            id=new_id(),
            tenant_id=current_scope().tenant_id,
            year=year,
            entity_kind=entity_kind,
            industry=industry,
            since=since,
        )
        db.session.add(cap)
    cap.visits, cap.basis = visits, basis.strip()
    return cap


def _facts(cap: VisitCap) -> dict[str, Any]:
    return {
        "year": cap.year,
        "kind": cap.entity_kind,
        "industry": cap.industry,
        "visits": cap.visits,
        "since": cap.since.isoformat(),
    }


def set_cap(year: int, entity_kind: str, visits: int, basis: str) -> VisitCap:
    """What a bureau's head decided before it came here: it holds for the whole year at once."""
    mine = _same(year, entity_kind, "", date(year, 1, 1))
    cap = db.session.scalar(mine.with_for_update())
    before = {"visits": cap.visits, "basis": cap.basis} if cap else None
    cap = _written(cap, year, entity_kind, visits, basis, "", date(year, 1, 1))
    cap.state = CapState.APPROVED
    db.session.flush()
    audit.record(
        "plans.cap.set", ("visit_cap", cap.id), before=before, after={"year": year, "visits": visits}
    )
    return cap
