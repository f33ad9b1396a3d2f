"""Records of supervised bureaus, kind by kind: a figure counts the rows that its list shows (R-S2).

Each kind is one subquery and its named states. The overview counts by a state, the list that the figure opens
filters by the same one, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from onedoor.campaigns.models import Campaign, CampaignDeviation
from onedoor.campaigns.rules.states import CampaignState
from onedoor.draws.models import Draw
from onedoor.draws.states import GOING_ON, DrawState
from onedoor.entities import queries as entity_queries
from onedoor.filing.models import Filing, FilingAnswer
from onedoor.followups import queries as followup_queries
from onedoor.kernel.clock import now, today
from onedoor.kernel.scope import current_scope
from onedoor.owed_matters import queries as owed_queries
from onedoor.owed_matters.rules import State
from onedoor.statistics import queries as statistics
from onedoor.visits import queries as visits
from onedoor.visits.models import Combination, CombinationAnswer, Record, Report, Visit, VisitParty
from onedoor.visits.rules.kinds import Kind
from onedoor.visits.rules.states import FollowupState, RecordState, VisitState
from tenants.models import Bureau

Condition = sa.ColumnElement[bool]
BUREAU = (Bureau.code.label("bureau"), Bureau.short_name.label("bureau_name"))
# A draw that was begun and is neither run nor given up after so many days hangs.
HANGS_AFTER_DAYS = 7
BEFORE = [
    VisitState.WAITING, VisitState.PROPOSED, VisitState.SUBMITTED, VisitState.PENDING,
    VisitState.APPROVED, VisitState.NOTICED, VisitState.POSTPONED,
]  # fmt: skip
DONE = [
    VisitState.RECORDED, VisitState.REPORTED, VisitState.CLOSED, VisitState.REFUSED, VisitState.NOT_FOUND,
]  # fmt: skip


@dataclass(frozen=True)
class Records:
    """One kind of record: its rows (with `id`, `bureau`, `bureau_name`, `year`) and its states by name.

    What is not `yearly` is what a bureau has now, in whatever year it is asked for.
    """

    rows: sa.Subquery
    states: Mapping[str, Condition]
    yearly: bool = True

    def of_year(self, year: int) -> Condition:
        """Whether a row is one of a year's."""
        return self.rows.c.year == year if self.yearly else sa.true()

    def select(self) -> sa.Select[Any]:
        """All rows, for a list."""
        return sa.select(*self.rows.c)

    def counts(self, year: int) -> sa.Select[Any]:
        """How many rows of a year are in each state, by bureau code."""
        counted = [
            sa.func.count().filter(condition).label(f"in_{name}") for name, condition in self.states.items()
        ]
        rows = self.rows
        return sa.select(rows.c.bureau, *counted).where(self.of_year(year)).group_by(rows.c.bureau)


def filings() -> Records:
    """What was filed with the current bureau (R-P4)."""
    rows = (
        sa.select(
            Filing.id,
            *BUREAU,
            _year(Filing.sent_on).label("year"),
            Filing.kind,
            Filing.title,
            Filing.version,
            Filing.review,
            Filing.sent_at,
            Filing.sent_on,
            Filing.due_on,
            Filing.replaced_at,
            FilingAnswer.accepted,
            FilingAnswer.answered_at,
        )
        .join(Bureau, Bureau.id == Filing.tenant_id)
        .outerjoin(FilingAnswer, FilingAnswer.filing_id == Filing.id)
        .where(Filing.receiver_id == current_scope().tenant_id)
        .subquery("filings")
    )
    column = rows.c
    return Records(
        rows,
        {
            "all": sa.true(),
            "waiting": sa.and_(column.accepted.is_(None), column.replaced_at.is_(None)),
            "accepted": column.accepted.is_(True),
            "returned": column.accepted.is_(False),
            "late": sa.func.coalesce(column.sent_on > column.due_on, False),
        },
    )


def campaigns() -> Records:
    """Campaigns with the figures of F8 and the three measures of their draws."""
    rows = statistics.campaigns()
    column = rows.c
    going = column.state != CampaignState.CANCELLED
    return Records(
        rows,
        {
            "all": going,
            "joint": sa.and_(going, column.joint),
            "drawn": column.draw_id.is_not(None),
            "saved": column.saved != 0,
            "deviating": column.id.in_(sa.select(CampaignDeviation.campaign_id)),
            "cancelled": column.state == CampaignState.CANCELLED,
        },
    )


def draws() -> Records:
    """Draws, those run again and those given up among them (R-D7)."""
    rows = (
        sa.select(
            Draw.id,
            *BUREAU,
            _year(_local(Draw.created_at)).label("year"),
            Draw.number,
            Draw.title,
            Draw.line,
            Draw.seq,
            Draw.state,
            Draw.reason,
            Draw.void_reason,
            Draw.created_at,
            Draw.ended_at,
            Draw.independent_doors,
            Draw.doors,
            Draw.matters,
            Draw.campaign_id,
        )
        .join(Bureau, Bureau.id == Draw.tenant_id)
        .subquery("draws")
    )
    column = rows.c
    return Records(
        rows,
        {
            "all": sa.true(),
            "going": column.state.in_(GOING_ON),
            "run": column.state == DrawState.DRAWN,
            "again": column.seq > 1,
            "void": column.state == DrawState.VOID,
            "hanging": sa.and_(
                column.state.in_(GOING_ON),
                column.created_at < now() - timedelta(days=HANGS_AFTER_DAYS),
            ),
        },
    )


def all_visits(*, led_elsewhere: bool = False) -> Records:
    """Visits by their lead, with what they are by now; `ends_on` is the last day of the campaign's period.

    Those that a bureau outside the grant leads count for its own supervisor: here they are with `led_elsewhere` alone.
    """
    found, merged = visits.with_state().subquery("standing"), entity_queries.merges.merged_codes()
    rows = (
        sa.select(
            found.c.id,
            *BUREAU,
            found.c.year,
            found.c.number,
            found.c.entity_code,
            # Of an entity that was merged since, for who looks for it by the one that stands for it (R-T4).
            sa.func.coalesce(merged.c.code, found.c.entity_code).label("code_now"),
            found.c.entity_name,
            found.c.place_number,
            found.c.campaign_id,
            found.c.kind,
            found.c.source,
            found.c.exceptional,
            visits.is_made_up_late(found).label("made_up_late"),
            found.c.state,
            found.c.state_now,
            found.c.day,
            found.c.ends_on,
            found.c.fill_by,
            found.c.parties,
            found.c.submitted,
            found.c.accepted,
            Campaign.name.label("campaign_name"),
        )
        .join(Bureau, Bureau.id == found.c.tenant_id)
        .outerjoin(merged, merged.c.former == found.c.entity_code)
        .outerjoin(Campaign, Campaign.id == found.c.campaign_id)
        .where(sa.true() if led_elsewhere else Bureau.id.in_(sa.text("SELECT supervised_bureaus()")))
        .subquery("visits")
    )
    column = rows.c
    before, begun = column.state_now.in_(_values(BEFORE)), column.state_now == VisitState.BEGUN.value
    return Records(
        rows,
        {
            "all": sa.true(),
            "due": column.state_now != VisitState.CANCELLED.value,
            "before": before,
            "begun": begun,
            "unfilled": column.state_now == VisitState.WAITING.value,
            "done": column.state_now.in_(_values(DONE)),
            "overdue": sa.and_(column.ends_on < today(), sa.or_(before, begun)),
            "cancelled": column.state_now == VisitState.CANCELLED.value,
            "not_drawn": column.kind != Kind.RANDOM.value,
            "exceptional": column.exceptional.is_not(None),
            "pending": column.state == VisitState.PENDING.value,
            "made_up_late": column.made_up_late,
        },
    )


def results() -> Records:
    """Records of each bureau's own part, with report and disclosure; the visit's number where it may be seen."""
    rows = (
        sa.select(
            Record.id,
            *BUREAU,
            _year(_local(Record.created_at)).label("year"),
            Record.visit_id,
            Record.entity_code,
            Record.entity_name,
            Record.state,
            Record.results,
            Record.handling,
            Record.ended_at,
            Record.report_due_on,
            Record.disclose_due_on,
            Report.completed_at.label("reported_at"),
            sa.func.coalesce(visits.disclosed(), False).label("is_public"),
            sa.func.coalesce(visits.withheld(), False).label("withheld"),
            statistics.with_problem().label("problem"),
            Visit.number.label("visit_number"),
        )
        .join(Bureau, Bureau.id == Record.tenant_id)
        .outerjoin(Visit, Visit.id == Record.visit_id)
        .outerjoin(Report, Report.record_id == Record.id)
        .subquery("results")
    )
    column = rows.c
    accepted = column.state == RecordState.ACCEPTED.value
    return Records(
        rows,
        {
            "all": sa.true(),
            "accepted": accepted,
            "reported": column.reported_at.is_not(None),
            "report_overdue": sa.and_(
                column.reported_at.is_(None), sa.func.coalesce(column.report_due_on < today(), False)
            ),
            "public": column.is_public,
            "public_overdue": sa.and_(
                sa.not_(column.is_public),
                sa.not_(column.withheld),
                sa.func.coalesce(column.disclose_due_on < today(), False),
            ),
            "problem": sa.and_(accepted, column.problem),
        },
    )


def followups() -> Records:
    """What follows the findings of supervised bureaus, whoever has it now (R-V7)."""
    rows = followup_queries.rows()
    is_open = rows.c.state == FollowupState.OPEN
    overdue = sa.and_(is_open, sa.func.coalesce(rows.c.due < today(), False))
    return Records(
        rows,
        {"all": sa.true(), "open": is_open, "overdue": overdue, "done": rows.c.state == FollowupState.DONE},
    )


def owed() -> Records:
    """Drawn matters that supervised bureaus did not check, and what became of them (R-J5)."""
    rows = owed_queries.rows()
    return Records(
        rows,
        {"all": sa.true(), "standing": rows.c.stands, **{s.value: rows.c.state == s.value for s in State}},
    )


def repeats() -> Records:
    """Entities with more than one visit in a year, whoever led them (R-S4, R-S6); those that go together are one (R-J4)."""
    merged, asker = entity_queries.merges.merged_codes(), aliased(Visit)
    came = sa.and_(CombinationAnswer.visit_id == Visit.id, CombinationAnswer.accepted)
    same_day = sa.and_(
        asker.id == Combination.visit_id,
        asker.scheduled_on == Visit.scheduled_on,
        asker.state != VisitState.CANCELLED.value,
    )
    number = sa.func.count(sa.func.coalesce(asker.id, Visit.id).distinct())
    # Entities that were merged since are one (R-T4).
    code = sa.func.coalesce(merged.c.code, Visit.entity_code)
    rows = (
        sa.select(
            (code + sa.literal("-") + sa.cast(Visit.year, sa.Text)).label("id"),
            sa.null().label("bureau"),
            Visit.year,
            code.label("entity_code"),
            sa.func.max(Visit.entity_name).label("entity_name"),
            number.label("visits"),
            sa.func.count(VisitParty.bureau_id.distinct()).label("bureaus"),
            sa.func.string_agg(VisitParty.bureau_name.distinct(), sa.literal("、")).label("names"),
            sa.func.min(Visit.scheduled_on).label("first_on"),
            sa.func.max(Visit.scheduled_on).label("last_on"),
        )
        .join(VisitParty, VisitParty.visit_id == Visit.id)
        .outerjoin(merged, merged.c.former == Visit.entity_code)
        .outerjoin(CombinationAnswer, came)
        .outerjoin(Combination, Combination.id == CombinationAnswer.combination_id)
        .outerjoin(asker, same_day)
        .where(Visit.state != VisitState.CANCELLED.value)
        .group_by(code, Visit.year)
        .having(number > 1)
        .subquery("repeats")
    )
    return Records(rows, {"all": sa.true()})


def _values(states: list[VisitState]) -> list[str]:
    return [state.value for state in states]


def _local(moment: Any) -> Any:
    return sa.func.timezone("Asia/Shanghai", moment)


def _year(day: Any) -> Any:
    return sa.cast(sa.extract("year", day), sa.Integer)
