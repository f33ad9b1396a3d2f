"""What every use case here says at its end: the step of the trace and the line of the audit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, trace
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope
from onedoor.kernel.sentences import Sentence
from onedoor.owed_matters import queries
from onedoor.owed_matters.models import OwedMatter
from onedoor.owed_matters.rules import State, expect_open


def me() -> UUID:
    """The bureau of this scope."""
    tenant_id = current_scope().tenant_id
    assert tenant_id is not None
    return tenant_id


def open_matters(owed_id: UUID, with_rest: bool) -> list[OwedMatter]:
    """The matter, locked, if this bureau owes it and nothing is under way; with the rest all such of the same visit."""
    found = queries.owed(owed_id, lock=True)
    if found.tenant_id != me():
        raise NotFound("没有找到这个待补查事项，或它不属于本单位。")
    expect_open(found.state)
    return queries.with_it(found, [State.OPEN], lock=True) if with_rest else [found]


def end(found: OwedMatter, state: State, reason: str) -> None:
    """It stands in the list no more, since when and by whom."""
    found.state, found.ended_on, found.end_reason = state.value, today(), reason
    found.ended_by = current_scope().actor_name


def step(
    found: OwedMatter,
    text: Sentence,
    event: str,
    more: dict[str, Any] | None = None,
    *,
    about: Iterable[UUID] = (),
    shared_with: Iterable[UUID] = (),
) -> None:
    """Leave a step on the way of the visit and of the matter, which the lead reads, and a line in the audit."""
    shared = {found.lead_id, *shared_with} - {me()}
    things = [found.visit_id, found.id, *about]
    trace.step("visit", text, things, link=f"/owed/{found.id}", shared_with=sorted(shared))
    name = f"{found.visit_number} {found.entity_name} {found.item_name}"
    audit.record(f"owed.{event}", ("owed_matter", found.id), name, after=more)
    db.session.flush()
