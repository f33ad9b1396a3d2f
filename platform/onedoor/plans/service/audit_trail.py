"""What every step of a plan leaves behind: the audit and the trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onedoor.kernel import audit, trace
from onedoor.plans import queries
from onedoor.plans.models import Plan


def record_step(
    plan: Plan,
    verb: str,
    text: str,
    *,
    before: dict[str, Any] | None = None,
    everyone: bool = False,
    **after: Any,
) -> None:
    """Keep an act on the whole plan; the step stands on the page of every line of it."""
    audit.record(f"plans.plan.{verb}", ("plan", plan.id), plan.title, before=before, after=after or None)
    trace.step("plan", text, about(plan), link=f"/plans/{plan.id}", everyone=everyone)


def about(plan: Plan) -> Iterable[UUID]:
    """The things a step of a plan is about: the version, its series, its lines."""
    return dict.fromkeys((plan.id, plan.series_id, *(line.id for line in queries.lines(plan.id))))
