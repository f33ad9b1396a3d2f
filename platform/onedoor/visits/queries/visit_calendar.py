"""What stands in a calendar: visits, the deadlines of reports and disclosure, invitations to answer, the periods of campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.campaigns.rules import CampaignState
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.visits.models import Record, Visit, VisitMatter, VisitMember
from onedoor.visits.queries.records import reports_due
from onedoor.visits.queries.visits import with_state
from onedoor.visits.rules.states import VisitState

# What has not begun can be moved; what was called off stands in no calendar.
MOVABLE = frozenset(
    {
        VisitState.WAITING,
        VisitState.PROPOSED,
        VisitState.SUBMITTED,
        VisitState.APPROVED,
        VisitState.NOTICED,
        VisitState.POSTPONED,
    }
)
MOST = 2000


@dataclass(frozen=True)
class CalendarEntry:
    """Something on a day, or from one to another; `kind` is visit, deadline or period. `state` is a visit's, and `movable`
    says whether this bureau may move it to another day."""

    id: str
    kind: str
    first: date
    last: date
    title: Sentence
    link: str
    visit_id: UUID | None = None
    state: str = ""
    movable: bool = False


def calendar_entries(
    first: date, last: date, *, account_id: UUID | None = None, unit_id: UUID | None = None
) -> list[CalendarEntry]:
    """What this bureau has between two days: all, or of one officer (by account), or of one unit; by day.

    A visit that is not announced is told by its number alone (R-V1).
    """
    found = _visits(first, last, account_id, unit_id)
    found += _deadlines(first, last, account_id, unit_id)
    if account_id is None and unit_id is None:
        found += _campaigns(first, last)
    return sorted(found, key=lambda one: (one.first, one.kind, str(one.title)))


def _of(query: Any, account_id: UUID | None, unit_id: UUID | None) -> Any:
    """Only visits to which an officer goes, or of whose matters some are a unit's."""
    if account_id is not None:
        on_team = sa.exists().where(
            VisitMember.visit_id == Visit.id,
            VisitMember.account_id == account_id,
            VisitMember.left_at.is_(None),
        )
        query = query.where(on_team)
    if unit_id is not None:
        query = query.where(
            sa.exists().where(VisitMatter.visit_id == Visit.id, VisitMatter.unit_id == unit_id)
        )
    return query


def _visits(first: date, last: date, account_id: UUID | None, unit_id: UUID | None) -> list[CalendarEntry]:
    me = current_scope().tenant_id
    states = with_state().subquery()
    query = (
        sa.select(Visit, states.c.state_now, states.c.day)
        .join(states, states.c.id == Visit.id)
        .where(
            sa.or_(Visit.tenant_id == me, sa.literal(me) == sa.any_(Visit.party_ids)),
            states.c.day.between(first, last),
            states.c.state_now != VisitState.CANCELLED.value,
        )
    )
    rows = db.session.execute(_of(query, account_id, unit_id).order_by(states.c.day, Visit.id).limit(MOST))
    return [
        CalendarEntry(
            f"visit-{visit.id}",
            "visit",
            day,
            day,
            _name_of(visit),
            f"/visits/{visit.id}",
            visit.id,
            state,
            visit.tenant_id == me and VisitState(state) in MOVABLE,
        )
        for visit, state, day in rows
    ]


def _deadlines(first: date, last: date, account_id: UUID | None, unit_id: UUID | None) -> list[CalendarEntry]:
    """Reports that are still owed (R-V5)."""
    query = reports_due().where(Record.report_due_on.between(first, last))
    rows = db.session.execute(_of(query, account_id, unit_id).limit(MOST))
    return [
        CalendarEntry(
            f"report-{record.id}",
            "deadline",
            record.report_due_on,
            record.report_due_on,
            Sentence("检查报告到期：%(visit)s", visit=_name_of(visit)),
            f"/visits/records/{record.id}",
        )
        for record, visit in rows
    ]


def _campaigns(first: date, last: date) -> list[CalendarEntry]:
    over = (CampaignState.CANCELLED,)
    query = campaigns.visible().where(
        Campaign.state.not_in(over), Campaign.starts_on <= last, Campaign.ends_on >= first
    )
    going: list[Any] = list(db.session.scalars(query.limit(MOST)))
    found = [
        CalendarEntry(
            f"campaign-{one.id}",
            "period",
            one.starts_on,
            one.ends_on,
            Sentence("抽查“%(name)s”", name=one.name),
            f"/campaigns/{one.id}",
        )
        for one in going
    ]
    due = campaigns.unanswered().where(Campaign.answer_due.between(first, last))
    unanswered: list[Any] = list(db.session.scalars(due.limit(MOST)))
    return found + [
        CalendarEntry(
            f"answer-{one.id}",
            "deadline",
            one.answer_due,
            one.answer_due,
            Sentence("答复“%(name)s”的邀请", name=one.name),
            f"/campaigns/{one.id}",
        )
        for one in unanswered
    ]


def _name_of(visit: Visit) -> Sentence:
    if visit.announced:
        return Sentence("%(name)s（%(number)s）", name=visit.called, number=visit.number)
    return Sentence("检查 %(number)s", number=visit.number)
