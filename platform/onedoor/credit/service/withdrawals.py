"""What ended or was corrected follows to every platform by itself, and what a platform does not confirm is chased (R-O3)."""

from __future__ import annotations

from datetime import timedelta

from onedoor.credit import queries
from onedoor.credit.service.batches import make_batches
from onedoor.kernel import jobs
from onedoor.kernel.clock import now, today
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


def _chase() -> None:
    waited = now() - timedelta(days=int(settings.value("repair.chase_days")))
    found = queries.unconfirmed(waited, today())
    for record in found:
        record.chased_on = today()
    if found:
        text = Sentence("有 %(count)s 条撤回还没有得到报送平台确认，请联系平台催办", count=len(found))
        messages.send_message(text, "/exports/records/", Permission.EXPORT)
    db.session.flush()
