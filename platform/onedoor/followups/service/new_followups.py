"""One more handling of a record, and the end of what has no way of its own (R-V7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from onedoor.followups import queries
from onedoor.followups.rules import check_coming
from onedoor.followups.service.steps import of_kind
from onedoor.kernel.clock import today
from onedoor.kernel.errors import Conflict
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup
from onedoor.visits.rules.conclusions import Conclusion
from onedoor.visits.rules.results import Handling


def open_more(record_id: UUID, given: Mapping[str, Any]) -> Followup:
    """One more handling of an accepted record; a day that is given is to come."""
    due_on = given.get("due_on")
    if due_on is not None:
        check_coming("due_on", due_on, today())
    record = visits.record(record_id, lock=True)
    return visiting.open_followup(record, Handling(given["kind"]), due_on, given.get("note") or "")


def end_other(followup_id: UUID, outcome: str) -> Followup:
    """End what has no way of its own, or what was told to a unit and needs no answer any more, with what became of it."""
    followup = of_kind(followup_id, Handling.OTHER, Handling.STOP)
    if queries.latest_transfer(followup.id) is not None:
        raise Conflict("已经送出，由接收的单位或者科室答复后办结。")
    return visiting.end_followup(followup_id, outcome, Conclusion.OTHER.value)
