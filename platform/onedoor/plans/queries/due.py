"""By when plans are filed, and who has not: each bureau's yearly plan and, outside the market, both halves (R-P1, R-P2, R-S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from onedoor.filing import queries as filings
from onedoor.filing.models import Filing
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.db import db
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.plans.models import Plan
from onedoor.plans.queries import plans
from onedoor.plans.rules import states
from onedoor.plans.rules.states import HALF_YEARLY, DueState, PlanKind
from tenants import settings
from tenants.models import Bureau
from tenants.settings import calendars

OWED = (PlanKind.YEARLY, PlanKind.FIRST_HALF, PlanKind.SECOND_HALF)


@dataclass(frozen=True)
class Owed:
    """A plan that a bureau has to file in a year: by when, how it stands, and what was filed of it with whoever looks."""

    bureau: Bureau
    kind: PlanKind
    due_on: date
    state: DueState
    filing: Filing | None


def last_day(plan: Plan) -> date | None:
    """The last day of filing a plan: of a first version the rule's; of the version after a return so many working days
    after it (R-P4); else none. None too where that reaches into a year without a calendar (R-S3)."""
    if plan.version == 1:
        return _due(PlanKind(plan.kind), plan.year, None)
    former = plans.former(plan)
    answers = [one.answer for one in filings.of_subject(former.id)] if former is not None else []
    returned = [local_day(one.answered_at) for one in answers if one is not None and not one.accepted]
    if not returned:
        return None
    try:
        return calendars.work_calendar().add_working_days(max(returned), settings.value("filings.again_days"))
    except CalendarUnknown:
        return None


def first_day(kind: str, year: int, place: str) -> date | None:
    """The last day of filing a first version of such a plan at a place; None where no rule sets one."""
    return _due(PlanKind(kind), year, place) if PlanKind(kind) in OWED else None


def owed(bureaus: Sequence[Bureau], year: int) -> list[Owed]:
    """What each of these bureaus has to file in a year, in order of bureau and day; filings as this scope sees them."""
    newest = _newest([one.id for one in bureaus], year)
    made = []
    for bureau in bureaus:
        for kind in OWED:
            if kind in HALF_YEARLY and bureau.domain == "market":
                continue
            due_on = _due(kind, year, bureau.jurisdiction_code)
            assert due_on is not None
            filing = newest.get((bureau.id, kind.value))
            made.append(Owed(bureau, kind, due_on, _state(filing, due_on, bureau.jurisdiction_code), filing))
    return made


def _state(filing: Filing | None, due_on: date, place: str) -> DueState:
    returned = filing is not None and filing.answer is not None and not filing.answer.accepted
    try:
        warn = calendars.work_calendar().add_working_days(
            due_on, -settings.value("plans.warn_days", place=place)
        )
    except CalendarUnknown:
        # A calendar that ends before it: from the day's month on (said, not guessed, by the operator's page).
        warn = due_on.replace(day=1)
    last = (filing.due_on or due_on) if filing is not None else due_on
    return states.due_state(filing.sent_on if filing else None, returned, last, warn, today())


def _newest(bureau_ids: list[object], year: int) -> dict[tuple[object, str], Filing]:
    """The newest filing of each bureau's plan of a kind in a year."""
    query = (
        sa.select(Filing, Plan.kind)
        .join(Plan, Plan.id == Filing.subject_id)
        .where(Filing.kind == "plan", Plan.year == year, Plan.tenant_id.in_(bureau_ids))
        .order_by(Filing.version, Filing.sent_at)
    )
    return {(row[0].tenant_id, row[1]): row[0] for row in db.session.execute(query)}


def _due(kind: PlanKind, year: int, place: str | None) -> date | None:
    second = kind is PlanKind.SECOND_HALF
    day = (
        settings.day_of("plans.second_half_due", year, place=place)
        if second
        else settings.day_of("plans.yearly_due", year, place=place)
    )
    return states.due_on(kind, day, day)
