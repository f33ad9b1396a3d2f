"""By night: the days of disclosure count from completion, and what is due is told once (R-O1, R-V5, R-S3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from onedoor.followups.service.watch import near_day
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Record
from tenants.rules import Permission

REPORT_NEAR = Sentence("有 %(count)s 份检查报告临近期限，最早 %(day)s 到期")
REPORT_LATE = Sentence("有 %(count)s 份检查报告超过期限，最早的期限是 %(day)s")
PUBLIC_NEAR = Sentence("有 %(count)s 条检查结果临近公示期限，最早 %(day)s 到期")
PUBLIC_LATE = Sentence("有 %(count)s 条检查结果超过公示期限，最早的期限是 %(day)s")


def watch_result_deadlines(on: date | None = None) -> int:
    """Count the current bureau's days of disclosure anew, and tell what is due soon or overdue on a day (today).

    Returns how many records were told of; doing it again on the same day tells nothing.
    """
    day = on or today()
    for record, visit in visits.unpublished_of_campaigns():
        visiting.set_disclosure_day(record, visit)
    db.session.flush()
    near = near_day(day)
    reports = [row.Record for row in db.session.execute(visits.reports_due())]
    results = [row.Record for row in db.session.execute(visits.to_disclose())]
    return _tell(
        reports, "report", (near, day), (REPORT_NEAR, REPORT_LATE), "/visits/reports", Permission.VISIT_RECORD
    ) + _tell(
        results,
        "disclose",
        (near, day),
        (PUBLIC_NEAR, PUBLIC_LATE),
        "/visits/to-disclose",
        Permission.DISCLOSE,
    )


def _tell(
    records: Iterable[Record],
    what: str,
    days: tuple[date, date],
    texts: tuple[Sentence, Sentence],
    link: str,
    to: Permission,
) -> int:
    near, day = days
    told: dict[str, list[date]] = {"near": [], "overdue": []}
    for record in records:
        due: Any = getattr(record, f"{what}_due_on")
        if due is None or due > near:
            continue
        state = "overdue" if due < day else "near"
        if getattr(record, f"{what}_warned") not in (state, "overdue"):
            setattr(record, f"{what}_warned", state)
            told[state].append(due)
    for state, text in zip(told, texts, strict=True):
        if told[state]:
            said = Sentence(text.pattern, count=len(told[state]), day=min(told[state]))
            messages.send_message(said, link, to)
    db.session.flush()
    return sum(map(len, told.values()))
