"""The daily watch: what is owed enters its list, checks that ended are noted, and the bureau is reminded (R-J5)."""

from __future__ import annotations

from datetime import date

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.messages import service as messages
from onedoor.owed_matters import queries
from onedoor.owed_matters.rules import State
from onedoor.owed_matters.service.checks import settle_check
from onedoor.owed_matters.service.registration import register_owed
from onedoor.visits import queries as visits
from tenants import settings
from tenants.rules import Permission


def watch_owed() -> int:
    """Enter, settle and remind in the current bureau; returns how many matters were told of.

    Doing it again on the same day tells nothing.
    """
    register_owed()
    standing = queries.standing()
    for visit_id in {one.check_visit_id for one in standing if one.state == State.CHECKING}:
        if visit_id is not None:
            settle_check(visit_id)
    since = _reminded_before()
    due = [
        one
        for one in queries.standing()
        if one.state == State.OPEN and (one.reminded_on or one.since) <= since
    ]
    if due:
        first = min(one.since for one in due)
        text = Sentence("有 %(number)s 个抽中的事项待补查，最早的从 %(day)s 起", number=len(due), day=first)
        messages.send_message(text, "/owed?state=open", Permission.VISIT_MANAGE)
    for one in due:
        one.reminded_on = today()
    db.session.flush()
    return len(due)


def _reminded_before() -> date:
    """What was last told of on this day or before is told of again; where the calendar ends, a day long past."""
    try:
        return visits.calendar().add_working_days(today(), -int(settings.value("owed_remind_days")))
    except CalendarUnknown:
        return date.min
