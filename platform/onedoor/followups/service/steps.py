"""What every use case here says at its end: the step of the trace and the line of the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.workdays import CalendarUnknown
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from onedoor.visits.models import Followup
from onedoor.visits.rules.results import HANDLING_NAMES, Handling
from tenants import units
from tenants.rules import Permission


def me() -> UUID:
    """The bureau of this scope."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return tenant_id


def of_kind(followup_id: UUID, *kinds: Handling) -> Followup:
    """An open follow-up of this bureau, locked, if its way is one of these."""
    followup = visiting.open_one(followup_id)
    if followup.kind not in kinds:
        raise Conflict(
            "这项后续处置是“%(kind)s”，不能这样办理。", kind=Sentence(HANDLING_NAMES[Handling(followup.kind)])
        )
    return followup


def expect_in_hand(followup: Followup, may: Callable[[Permission], bool]) -> None:
    """Raise `Forbidden` unless whoever works here has this in hand: on the check's team, of the unit that has it, or of the unit that
    manages the check."""
    if followup.unit_id is not None and units.my_unit() == followup.unit_id:
        return
    visiting.expect_seat(followup.visit_id, may)


def step(
    followup: Followup,
    text: Sentence,
    event: str,
    more: dict[str, Any] | None = None,
    *,
    also: Iterable[UUID] = (),
    shared_with: Iterable[UUID] = (),
) -> None:
    """Leave a step on the way of the visit and the follow-up, and a line in the audit."""
    about = [followup.visit_id, followup.id, *also]
    shared = [one for one in shared_with if one != me()]
    trace.step("result", text, about, link=f"/followups/{followup.id}", shared_with=shared)
    name = visits.record(followup.record_id).entity_name
    audit.record(f"followups.{event}", ("followup", followup.id), name, after=more)
    db.session.flush()


def due_after(days: Any, since: date | None = None) -> date | None:
    """So many working days after a day (today); None where the year has no calendar yet (R-S3). `days` is a setting's value."""
    try:
        return visits.calendar().add_working_days(since or today(), int(days))
    except CalendarUnknown:
        return None


def set_due(followup: Followup, day: date | None) -> None:
    """The day of the next step; a warning of the former one says nothing about it."""
    followup.due_on, followup.warned = day, None
    db.session.flush()
