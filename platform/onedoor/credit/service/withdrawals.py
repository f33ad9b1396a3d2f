"""What ended or was corrected follows to every platform by itself, and what a platform does not confirm is chased (R-O3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from onedoor.credit import queries
from onedoor.credit.platforms import Schedule, in_use
from onedoor.credit.rules import Action
from onedoor.credit.service.batches import make_batches
from onedoor.kernel import jobs
from onedoor.kernel.clock import SHANGHAI, local_day, now, today
from onedoor.kernel.db import db
from onedoor.kernel.jobs import JobName
from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from tenants import settings
from tenants.rules import Permission


def enqueue_withdrawals() -> None:
    """Have what ended withdrawn at once, without waiting for the hour."""
    jobs.enqueue(JobName.WITHDRAW_EXPORTS, {}, title=Sentence("从各报送平台撤回"))


def follow_publications() -> int:
    """Send corrections and withdrawals of what the platforms have; tell of withdrawals nobody confirmed in time.

    Returns how many batches were made. Doing it again with nothing new does nothing.
    """
    made, _refused = make_batches(only_known=True)
    _chase()
    return len(made)


def send_on_schedule() -> int:
    """Batches for the platforms whose hour it is; returns how many were made. Nothing waits, nothing is made."""
    due = [one for one in in_use() if _is_due(Schedule(one.schedule), one.hour, queries.last_made(one.code))]
    return len(make_batches(to=due)[0]) if due else 0


def _is_due(schedule: Schedule, hour: int, last: datetime | None) -> bool:
    if schedule is Schedule.HOURLY:
        return last is None or last <= now() - timedelta(hours=1)
    if schedule is Schedule.DAILY:
        return now().astimezone(SHANGHAI).hour >= hour and (last is None or local_day(last) < today())
    return False


def _chase() -> None:
    waited = now() - timedelta(days=int(settings.value("repair.chase_days")))
    found = queries.unconfirmed(waited, today())
    for record in found:
        record.chased_on = today()
    if found:
        leaving = sum(one.action == Action.WITHDRAW for one in found)
        text = (
            Sentence("有 %(count)s 条撤回还没有得到报送平台确认，请联系平台催办", count=leaving)
            if leaving == len(found)
            else Sentence(
                "有 %(count)s 条报送还没有得到报送平台确认，其中撤回 %(leaving)s 条，请联系平台催办",
                count=len(found),
                leaving=leaving,
            )
        )
        messages.send_message(text, "/exports/records/", Permission.EXPORT)
    db.session.flush()
