"""What is due tomorrow and what is overdue: invitations to answer, and visits; each told once of its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.campaigns import queries as campaigns
from onedoor.campaigns.models import Campaign
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.notifications import queries
from onedoor.notifications.service.acts import send
from onedoor.notifications.service.notices import Notice
from onedoor.notifications.service.visits import name_of
from onedoor.visits import queries as visits
from onedoor.visits.models import Visit, VisitMember
from onedoor.visits.rules.states import VisitState
from tenants.rules import Permission

NOT_BEGUN = (VisitState.APPROVED.value, VisitState.NOTICED.value, VisitState.POSTPONED.value)
# What is so long overdue was told long ago.
LOOKED_BACK = timedelta(days=30)


def watch() -> int:
    """Tell the current bureau's people; returns how many were told of something new."""
    moment = today()
    tomorrow = [*_invitations(Campaign.answer_due == moment + timedelta(days=1)), *_visits_tomorrow(moment)]
    late = Campaign.answer_due.between(moment - LOOKED_BACK, moment - timedelta(days=1))
    overdue = [*_invitations(late), *_visits_overdue(moment)]
    return sum(send("overdue_tomorrow", one) for one in tomorrow) + sum(
        send("overdue", one) for one in overdue
    )


def _invitations(due: Any) -> Iterable[Notice]:
    found: list[Any] = list(
        db.session.scalars(campaigns.unanswered().where(Campaign.invited_at.is_not(None), due))
    )
    people = frozenset(queries.people_who_may(Permission.CAMPAIGN_ANSWER)) if found else frozenset()
    for campaign in found:
        text = Sentence(
            "“%(name)s”的答复期限是 %(day)s，本单位还没有答复", name=campaign.name, day=campaign.answer_due
        )
        page, occasion = f"/campaigns/{campaign.id}", f"{campaign.id} {campaign.answer_due}"
        yield Notice(people, text, page, occasion)


def _visits_tomorrow(moment: date) -> Iterable[Notice]:
    """How many each officer has; one word a day."""
    day = moment + timedelta(days=1)
    found = [visit.id for visit, _ in _not_begun(day, day)]
    share = Counter(person for team in _officers(found).values() for person in team)
    for count in sorted(set(share.values())):
        people = frozenset(person for person, number in share.items() if number == count)
        text = Sentence("您明天（%(day)s）有 %(count)s 次检查", day=day, count=count)
        yield Notice(people, text, "/field", str(day))


def _visits_overdue(moment: date) -> Iterable[Notice]:
    found = _not_begun(moment - LOOKED_BACK, moment - timedelta(days=1))
    teams = _officers([visit.id for visit, _ in found])
    managers = queries.people_who_may(Permission.VISIT_MANAGE) if found else set()
    for visit, day in found:
        people = teams.get(visit.id, set()) | (
            managers if visit.tenant_id == current_scope().tenant_id else set()
        )
        text = Sentence("%(visit)s安排在 %(day)s，到期没有开始", visit=name_of(visit), day=day)
        yield Notice(frozenset(people), text, f"/visits/{visit.id}", f"{visit.id} {day}")


def _not_begun(first: date, last: date) -> list[tuple[Visit, date]]:
    """Visits of these days that are to be begun, by what their parties have done so far."""
    found = visits.with_state().subquery()
    query = (
        sa.select(Visit, found.c.day)
        .join(found, found.c.id == Visit.id)
        .where(found.c.state_now.in_(NOT_BEGUN), found.c.day.between(first, last))
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(found.c.day, Visit.id))]


def _officers(visit_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """By visit the accounts of the current bureau's officers on its team."""
    query = sa.select(VisitMember.visit_id, VisitMember.account_id).where(
        VisitMember.visit_id.in_(visit_ids),
        VisitMember.bureau_id == current_scope().tenant_id,
        VisitMember.left_at.is_(None),
        VisitMember.account_id.is_not(None),
    )
    rows = db.session.execute(query).all()
    active = queries.active([row.account_id for row in rows])
    found: dict[UUID, set[UUID]] = {}
    for row in rows:
        if row.account_id in active:
            found.setdefault(row.visit_id, set()).add(row.account_id)
    return found
