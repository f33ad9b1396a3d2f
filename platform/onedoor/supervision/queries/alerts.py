"""预警: what is overdue or soon due across bureaus, whatever its kind, by its last day (R-S3, R-S4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from onedoor.kernel.clock import today
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.supervision.queries.records import Records, all_visits, followups, results
from onedoor.visits import queries as visits
from tenants import settings

KINDS = ("visit", "team", "report", "disclosure", "followup")


def alerts() -> Records:
    """Visits not done, teams not filled, reports not complete and results not public and follow-ups whose last day has passed or is near.

    Near is within three working days. `id` names the thing and its kind, `thing` the page to open.
    """
    visit, record, following = all_visits(), results(), followups()
    going = sa.or_(visit.states["before"], visit.states["begun"])
    parts = (
        _due("visit", visit, visit.rows.c.ends_on, going),
        _due(
            "team",
            visit,
            sa.func.coalesce(visit.rows.c.fill_by, visit.rows.c.ends_on),
            visit.states["unfilled"],
        ),
        _due("report", record, record.rows.c.report_due_on, sa.not_(record.states["reported"])),
        _due("disclosure", record, record.rows.c.disclose_due_on, sa.not_(record.states["public"])),
        _due(
            "followup", following, following.rows.c.due, following.states["open"], following.rows.c.record_id
        ),
    )
    rows = sa.union_all(*parts).subquery("alerts")
    overdue = rows.c.due_on < today()
    return Records(rows, {"all": sa.true(), "overdue": overdue, "near": sa.not_(overdue)})


def _due(
    kind: str, records: Records, due_on: Any, still: sa.ColumnElement[bool], thing: Any = None
) -> sa.Select[Any]:
    rows = records.rows.c
    key = sa.cast(rows.id, sa.Text) + sa.literal(f"-{kind}")
    return sa.select(
        key.label("id"),
        rows.bureau,
        rows.bureau_name,
        rows.year,
        sa.literal(kind).label("kind"),
        (rows.id if thing is None else thing).label("thing"),
        rows.entity_name,
        due_on.label("due_on"),
    ).where(still, due_on <= _horizon())


def _horizon() -> date:
    """The last day that is near; where the calendar ends before it, today (said, not guessed)."""
    try:
        return visits.calendar().add_working_days(today(), settings.value("deadline_warn_days"))
    except CalendarUnknown:
        return today()
