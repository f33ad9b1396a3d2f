"""The nightly watch: what is due soon or overdue is told once to those who have it in hand (R-S3, R-V7)."""

from __future__ import annotations

from datetime import date

from onedoor.followups import queries
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.messages import service as messages
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import HANDLING_NAMES, Handling
from tenants import settings
from tenants.rules import Permission


def watch_followups(on: date | None = None) -> int:
    """Tell what of the current bureau is due soon, or overdue, on a day (today); returns how many.

    Doing it again on the same day tells nothing.
    """
    day = on or today()
    found = queries.unwarned(near_day(day), day)
    for row in found:
        late = row.due < day
        pattern = (
            Sentence("%(name)s的“%(what)s”已超过期限 %(day)s", **_of(row))
            if late
            else Sentence("%(name)s的“%(what)s”将于 %(day)s 到期", **_of(row))
        )
        messages.send_message(pattern, f"/followups/{row.id}", Permission.VISIT_MANAGE)
        db.session.get_one(Followup, row.id).warned = "overdue" if late else "near"
    db.session.flush()
    return len(found)


def _of(row: object) -> dict[str, object]:
    what = Sentence(HANDLING_NAMES[Handling(row.kind)])  # type: ignore[attr-defined]
    return {"name": row.entity_name, "what": what, "day": row.due}  # type: ignore[attr-defined]


def near_day(day: date) -> date:
    """The last day that is near; where the calendar ends before it, the day itself."""
    try:
        return visits.calendar().add_working_days(day, settings.value("deadline_warn_days"))
    except CalendarUnknown:
        return day
