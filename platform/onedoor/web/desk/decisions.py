"""What can be decided on the desk: by kind, the room's service that decides, and what it takes to decide.

A room with approvals of its own adds its kind to each of the three tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l

from onedoor.campaigns import queries as campaigns
from onedoor.plans import queries as plans
from onedoor.plans import service as plan_service
from onedoor.plans.queries import f6
from onedoor.plans.rules.states import PlanKind
from onedoor.registry import queries as registry
from onedoor.registry import service as registry_service
from onedoor.registry.rules.codes import ItemMode
from onedoor.visits import queries as visits
from onedoor.visits import service as visit_service
from onedoor.visits.rules.results import METHOD_NAMES
from onedoor.visits.rules.substitution import HINDRANCE_NAMES, Hindrance
from onedoor.web.plans.words import KINDS as PLAN_KINDS
from onedoor.web.registry import comparing
from onedoor.web.registry.words import SECTIONS
from onedoor.web.visits.blueprint import entity_states, result_names
from tenants.models import Approval
from tenants.rules import Permission

Decide = Callable[[Approval, bool, str, frozenset[Permission]], Any]

DECISIONS: dict[str, Decide] = {
    "plan": plan_service.decide,
    "items": registry_service.decide_list,
    "inspectors": registry_service.decide_proposal,
    "rulebook": registry_service.decide_rulebook,
    "visits": visit_service.decide,
    "record": visit_service.decide_record,
    "substitute": visit_service.decide_substitute,
}
# Of what several people write: whether whoever is to decide wrote some of it, though another handed it in (R-T5).
WROTE: dict[str, Callable[[Approval], bool]] = {
    "rulebook": lambda asked: registry_service.wrote_rulebook(registry.my_rulebook(asked.subject_id)),
}
KINDS: dict[str, Any] = {
    "plan": _l("检查计划"),
    "items": _l("事项清单"),
    "inspectors": _l("执法人员入库和离库"),
    "rulebook": _l("抽查细则"),
    "visits": _l("检查安排"),
    "record": _l("检查记录"),
    "substitute": _l("改由替补对象"),
}
STEPS: dict[str, Any] = {"review": _l("科室审核"), "approve": _l("负责人审批")}


def _plan(approval: Approval) -> str:
    plan = plans.plan(approval.subject_id)
    return render_template(
        "desk/plan.html",
        plan=plan,
        kind=PLAN_KINDS[PlanKind(plan.kind)],
        columns=f6.COLUMNS[1:],
        rows=list(zip(plans.lines(plan.id), (row[1:] for row in f6.rows(plan)), strict=True)),
        changes=f6.changes(plan),
    )


def _items(approval: Approval) -> str:
    made = registry.item_list(approval.subject_id)
    former, comparison = comparing.of_lists(made)
    modes = Counter(item.mode for item in registry.items_at(made))
    return render_template(
        "desk/items.html",
        made=made,
        former=former,
        comparison=comparison,
        unlisted=modes[ItemMode.UNLISTED],
        unfit=modes[ItemMode.UNFIT],
    )


def _inspectors(approval: Approval) -> str:
    made = registry.proposal(approval.subject_id)
    officers = registry.proposed_officers(made.id)
    return render_template("desk/inspectors.html", made=made, officers=officers)


def _rulebook(approval: Approval) -> str:
    found = registry.rulebook(approval.subject_id)
    former = next((one for one in registry.rulebook_versions(found) if one.state == "published"), None)
    return render_template(
        "desk/rulebook.html",
        rulebook=found,
        former=former,
        sections=SECTIONS,
        changes=comparing.of_texts(SECTIONS, former.sections, found.sections) if former else [],
    )


def _visits(approval: Approval) -> str:
    campaign = campaigns.campaign(approval.subject_id)
    found = [visit for visit in visits.of_campaign(campaign.id) if visit.state == "submitted"]
    return render_template(
        "desk/visits.html",
        campaign=campaign,
        visits=found,
        teams={visit.id: visits.team(visit.id) for visit in found},
        matters={visit.id: visits.matters(visit.id) for visit in found},
    )


def _record(approval: Approval) -> str:
    record = visits.record(approval.subject_id)
    return render_template(
        "desk/record.html",
        record=record,
        items=visits.items(record.id),
        methods=METHOD_NAMES,
        result_names=result_names,
    )


def _substitute(approval: Approval) -> str:
    asked = visits.substitution(approval.subject_id)
    visit = visits.visit(asked.visit_id)
    return render_template(
        "desk/substitute.html",
        asked=asked,
        visit=visit,
        reason=HINDRANCE_NAMES[Hindrance(asked.kind)],
        bureaus=[party.bureau_name for party in visits.parties(visit.id)],
        record=visits.my_record(visit.id),
        gone=visits.gone_entity(visit),
        closed=visits.closed_place(visit),
        entity_states=entity_states(),
        before=visits.my_decided_substitutions(visit.draw_id),
    )


BRIEFS: dict[str, Callable[[Approval], str]] = {
    "plan": _plan,
    "items": _items,
    "inspectors": _inspectors,
    "rulebook": _rulebook,
    "visits": _visits,
    "record": _record,
    "substitute": _substitute,
}
