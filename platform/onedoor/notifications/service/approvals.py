"""Who is told of what waits for a decision, and of the decision (R-T5)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from onedoor.notifications import queries
from onedoor.notifications.service.notices import Notice, Occurrence
from onedoor.visits import queries as visits
from tenants import approvals
from tenants.models import Approval
from tenants.rules import ApprovalState, Permission

# Where what was decided is seen, by the kind of the approval.
PAGES = {
    "plan": "/plans/{}",
    "visits": "/visits/campaigns/{}",
    "visit_parts": "/visits/campaigns/{}",
    "check": "/visits/{}",
    "record": "/visits/records/{}",
}
STEPS = {"review": N_("科室审核"), "approve": N_("负责人审批")}


def waiting(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who may decide on it, but not who asked; a unit's review is its own reviewers', or those of no unit."""
    asked = approvals.waiting_for(occurrence.kind, occurrence.thing)
    if asked is None:
        return
    people = queries.people_who_may(Permission(asked.permission))
    if asked.step == approvals.REVIEW:
        units = queries.units_of({*people, asked.submitted_for or asked.submitted_by})
        unit = units.get(asked.submitted_for or asked.submitted_by)
        people = {one for one in people if unit is None or units.get(one) in (None, unit)}
    text = Sentence(
        "“%(what)s”等待%(step)s", what=_subject(asked), step=Sentence(STEPS.get(asked.step, STEPS["approve"]))
    )
    hands = {asked.submitted_by, asked.submitted_for}
    yield Notice(frozenset(people - hands), text, f"/desk/inbox/{asked.id}", str(asked.id))


def decided(occurrence: Occurrence) -> Iterable[Notice]:
    """Those who submitted it, of a return; of an approval once it was the last."""
    way = [one for one in approvals.history(occurrence.thing) if one.kind == occurrence.kind]
    last = way[-1] if way else None
    if last is None or last.state not in (ApprovalState.APPROVED, ApprovalState.RETURNED):
        return
    if (
        last.state == ApprovalState.APPROVED
        and last.step == approvals.REVIEW
        and occurrence.kind in REVIEWED_FIRST
    ):
        return
    # Of a return all who handed it on are told, of an approval whoever began.
    steps = _round(way) if last.state == ApprovalState.RETURNED else _round(way)[-1:]
    people = queries.active([one for step in steps for one in (step.submitted_by, step.submitted_for)])
    what = _subject(last)
    text = (
        Sentence("“%(what)s”已批准", what=what)
        if last.state == ApprovalState.APPROVED
        else Sentence("“%(what)s”被退回：%(reason)s", what=what, reason=last.reason or "")
    )
    page = PAGES.get(occurrence.kind, "/desk/").format(occurrence.thing)
    yield Notice(frozenset(people), text, page, str(last.id))


# A review is the first step of these, and their head's approval follows; of any other it is the last word.
REVIEWED_FIRST = frozenset({"plan", "visits", "visit_parts", "check"})


def _round(way: list[Approval]) -> list[Approval]:
    """The steps of the last round, which a review begins."""
    found: list[Approval] = []
    for one in reversed(way):
        if found and one.state != ApprovalState.APPROVED:
            break
        found.append(one)
        if one.step == approvals.REVIEW:
            break
    return found


def _subject(asked: Approval) -> Any:
    """Its title; of a check that nobody announces to the firm the number alone."""
    if asked.kind == "check":
        visit = visits.visit(asked.subject_id)
        if not visit.announced:
            return visit.number
    if asked.kind == "substitute":
        visit = visits.visit(visits.substitution(asked.subject_id).visit_id)
        if not visit.announced:
            return visit.number
    return _sentence(asked.title_said) if asked.title_said else asked.title


def _sentence(part: Any) -> Any:
    """A kept sentence as it was made, so that it is said in each reader's language."""
    if isinstance(part, dict):
        pattern = part["say"]
        return Sentence(pattern, **{name: _sentence(one) for name, one in part["with"].items()})
    return [_sentence(one) for one in part] if isinstance(part, list) else part
