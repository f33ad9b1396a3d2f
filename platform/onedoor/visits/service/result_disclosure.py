"""Making results public: who checks, discloses (R-O1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from onedoor.campaigns import queries as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure import service as disclosure
from onedoor.disclosure.models import Withholding
from onedoor.draws import queries as draws
from onedoor.kernel.clock import local_day, today
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.sentences import Sentence
from onedoor.officers import queries as officers
from onedoor.plans import queries as plans
from onedoor.visits import queries
from onedoor.visits.models import Record, RecordItem, Visit, VisitMatter
from onedoor.visits.rules.conclusions import public_name
from onedoor.visits.rules.dates import due
from onedoor.visits.rules.kinds import KIND_NAMES, SOURCE_NAMES, Kind, Source
from onedoor.visits.rules.methods import said
from onedoor.visits.rules.results import HANDLING_NAMES, METHOD_NAMES, Handling, names
from onedoor.visits.rules.states import RecordState, VisitState
from onedoor.visits.service.audit_trail import own_bureau, record_step
from tenants import approvals, settings
from tenants import queries as tenants
from tenants.models import Approval
from tenants.rules import Permission

KIND = "result"


def disclose(record_ids: Iterable[UUID]) -> int:
    """Publish the results of accepted records; returns how many. What is public already is left alone."""
    records = [queries.record(record_id, lock=True) for record_id in record_ids]
    if not records:
        raise ClerkError("请先选择要公示的检查结果。")
    for record in records:
        _check(record)
    fresh = [record for record in records if disclosures.of_subject(KIND, record.id) is None]
    for record in fresh:
        publish(record)
    return len(fresh)


def publish(record: Record) -> None:
    """Publish one result, or its corrected version in place of the former."""
    visit = queries.visit(record.visit_id)
    disclosure.publish(
        KIND,
        record.id,
        f"{visit.called if visit.place_number else record.entity_name}：检查结果",
        public_content(record, visit),
        entity_code=record.entity_code,
        entity_name=record.entity_name,
        place=visit.entity_place,
    )
    record_step(visit, "disclosure", Sentence("公示检查结果"), "result.disclose", {"results": record.results})


def public_content(record: Record, visit: Visit) -> dict[str, Any]:
    """What the public reads of a result: the national system's fields, and where it came from (R-D9)."""
    assert record.ended_at is not None
    ways = queries.ways(visit.id, record.tenant_id)
    return {
        "visit_number": visit.number,
        **_way(visit),
        "bureau": tenants.my_bureau().name,
        **_entrusted(record, visit),
        # Which of the firm's places it was, where the draw was of places.
        **({"premises": visit.entity_address} if visit.place_number else {}),
        "finished_on": local_day(record.ended_at).isoformat(),
        "method": said(way.method.value for way in ways.values()),
        "entered": any(way.entry for way in ways.values()),
        "items": _items(record, visit),
        **_recognised(record, visit),
        "results": names(record.results),
        "result_codes": record.results,
        **_corrected(record),
        "followups": _followups(record),
        "handling": HANDLING_NAMES[Handling(record.handling or Handling.NONE)],
    }


def _recognised(record: Record, visit: Visit) -> dict[str, Any]:
    """Which published results of other bureaus stand for a check of one's own (R-J7); nothing where there are none."""
    matters = {one.id: one.name for one in queries.matters(visit.id, record.tenant_id)}
    found = [
        {
            "item": matters[one.matter_id],
            "bureau": one.origin,
            "visit_number": one.number,
            "finished_on": one.found_on.isoformat(),
            "disclosure_id": str(one.disclosure_id),
        }
        for one in queries.papers(record.id)
        if one.found_on is not None
    ]
    return {"recognised": found} if found else {}


def _entrusted(record: Record, visit: Visit) -> dict[str, Any]:
    """The entrusted bodies whose officers checked in this bureau's name (R-T5); nothing where there are none."""
    assert record.ended_at is not None
    mine = [each.inspector_id for each in queries.team(visit.id) if each.bureau_id == record.tenant_id]
    names = officers.entrusted_bodies.entrusted_names(mine, local_day(record.ended_at))
    return {"entrusted": names} if names else {}


def set_disclosure_day(record: Record, visit: Visit) -> bool:
    """Until when the result has to be public: counted from the campaign's completion, of a check without one, or one that
    was still owed then, from its own end (R-O1). Returns whether the day moved."""
    assert record.ended_at is not None
    ended = local_day(record.ended_at)
    complete = queries.completed_on(visit.campaign_id) if visit.campaign_id else None
    counted = max(ended, complete) if complete else ended
    if record.disclose_from == counted:
        return False
    days = settings.value("disclosure_days", on=ended)
    own = queries.own_disclosure_days(ended)
    found = due(queries.calendar(), counted, min(days, own) if own else days, today())
    record.disclose_from = counted
    record.disclose_due_on, record.disclose_warned = found.deadline.due if found.deadline else None, None
    return True


def propose_withholding(record_id: UUID, law: str, reason: str) -> Withholding:
    """Ask that a result stay unpublished as a law says; the head decides (R-O1)."""
    record = queries.record(record_id, lock=True)
    if record.tenant_id != own_bureau():
        raise NotFound()
    if record.state != RecordState.ACCEPTED.value:
        raise Conflict("检查记录经科室审核通过后，才能申请依法不予公示。")
    title = Sentence("%(name)s：依法不予公示检查结果", name=record.entity_name)
    made = disclosure.propose_withholding(KIND, record.id, record.entity_name, law, reason)
    approvals.ask("withholding", made.id, title, "approve", Permission.VISIT_APPROVE)
    return made


def decide_withholding(
    approval: Approval, approved: bool, reason: str, permissions: frozenset[Permission]
) -> None:
    """The head lets it stand, or returns it; a result that is public already leaves."""
    made = disclosures.withholding(approval.subject_id, lock=True)
    record = queries.record(made.subject_id, lock=True)
    approvals.decide(approval, approved, reason, permissions)
    disclosure.settle_withholding(made, approved, reason)
    text = (
        Sentence("依法不予公示检查结果：%(law)s", law=made.law)
        if approved
        else Sentence("退回不予公示的申请：%(reason)s", reason=reason.strip())
    )
    record_step(queries.visit(record.visit_id), "disclosure", text, "result.withhold", {"approved": approved})


def _way(visit: Visit) -> dict[str, Any]:
    """Kind and source of the check, and the campaign and draw, or the plan, that it goes back to; never a reason or a complainant (R-V9)."""
    kind, source = KIND_NAMES[Kind(visit.kind)], SOURCE_NAMES[Source(visit.source)]
    results = {
        "check_kind": visit.kind,
        "check_kind_name": kind,
        "source": visit.source,
        "source_name": source,
    }
    if not visit.by_draw:
        told = {"drawn": False, "team_drawn": visit.team_drawn_only, "exceptional": visit.exceptional}
        return {**results, **told, **plan_of(visit)}
    origin = queries.drawn_origin(visit)
    if origin is None or origin.drawn is None:
        asked = queries.source_of(visit.id)
        number = asked.reference if asked else ""
        # The matter was taken over: its campaign is another bureau's, and the draw stands for it.
        named = {
            "campaign_number": number,
            "campaign_name": source,
            "plan_number": number,
            "plan_name": source,
        }
        return {**results, "drawn": True, "draw_number": number, **named}
    campaign_id, draw_id = origin.drawn
    campaign = campaigns.campaign(campaign_id)
    return {
        **results,
        "drawn": True,
        "campaign_number": campaign.number,
        "campaign_name": campaign.name,
        "campaign_code": campaign.code,
        "directed": campaign.directed,
        "draw_number": draws.draw(draw_id).number,
        "draw_id": str(draw_id),
    }


def plan_of(visit: Visit) -> dict[str, str]:
    """Number and name of the plan that foresees a check that no draw made; of one outside the plan nothing."""
    source = queries.source_of(visit.id)
    if source is None:
        return {}
    if source.line_id is not None:
        line = plans.line(source.line_id)
        plan = plans.plan(line.plan_id)
        return {"plan_number": plan.number, "plan_name": plan.title, "line_name": line.name}
    if source.special_number:
        return {"plan_number": source.special_number, "plan_name": source.special_approval or ""}
    return {}


def _followups(record: Record) -> list[dict[str, Any]]:
    """What followed, when it ended and how, by the word of its code: the bureau's own words are not published (R-T7)."""
    return [
        {
            "name": HANDLING_NAMES[Handling(one.kind)],
            "ended_on": local_day(one.done_at).isoformat() if one.done_at else None,
            "outcome": public_name(one.conclusion) if one.done_at else "",
        }
        for one in queries.followups_of(record.id)
        if one.kind != Handling.NONE
    ]


def _corrected(record: Record) -> dict[str, Any]:
    """That this is a corrected text, since when and why: said in public with it (R-O3)."""
    last = queries.last_revision(record.id)
    if last is None or last.decided_at is None:
        return {}
    return {"corrected_on": local_day(last.decided_at).isoformat(), "corrected_because": last.reason}


def _items(record: Record, visit: Visit) -> list[dict[str, Any]]:
    """Each matter and its results; if the object was not found or refused, each has that result."""
    ways = queries.ways(visit.id, record.tenant_id)
    of = {matter_id: METHOD_NAMES[way.method] for matter_id, way in ways.items()}
    if record.whole is not None:
        found = [(matter, record.results) for matter in queries.matters(visit.id, record.tenant_id)]
        return [_item(matter, results, of[matter.id]) for matter, results in found]
    return [_item(item, item.results, of[item.matter_id]) for item in queries.items(record.id)]


def _item(thing: VisitMatter | RecordItem, results: list[str], method: str) -> dict[str, Any]:
    return {
        "number": thing.number,
        "name": thing.name,
        "basis": thing.basis,
        "results": names(results),
        "method": method,
    }


def _check(record: Record) -> None:
    if record.tenant_id != own_bureau():
        raise NotFound()
    if queries.visit(record.visit_id).state == VisitState.PENDING.value:
        raise Conflict("对%(name)s的检查还没有补办审批，批准以后才能公示。", name=record.entity_name)
    if record.state != RecordState.ACCEPTED.value:
        raise Conflict("%(name)s的检查记录还没有经科室审核通过，不能公示。", name=record.entity_name)
    if disclosures.withholding_of(KIND, record.id) is not None:
        raise Conflict("%(name)s的检查结果已申请依法不予公示，不能公示。", name=record.entity_name)
