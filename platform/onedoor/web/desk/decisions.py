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
from onedoor.campaigns.models import Campaign
from onedoor.credit import queries as credit
from onedoor.credit import service as credit_service
from onedoor.disclosure import queries as disclosures
from onedoor.followups import queries as followups
from onedoor.followups import service as followup_service
from onedoor.followups.rules import GROUND_NAMES, Ground
from onedoor.items import queries as item_queries
from onedoor.items import service as item_service
from onedoor.items.rules.codes import ItemMode, RulebookState
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.queries.proposals import lines_of
from onedoor.officers.service.officer_changes import change_words
from onedoor.plans import queries as plans
from onedoor.plans import service as plan_service
from onedoor.plans.queries import f6
from onedoor.plans.rules.states import PlanKind
from onedoor.visits import queries as visits
from onedoor.visits import service as visit_service
from onedoor.visits.models import Visit
from onedoor.visits.rules.checklists import shown
from onedoor.visits.rules.results import METHOD_NAMES
from onedoor.visits.rules.states import VisitState
from onedoor.visits.rules.substitution import HINDRANCE_NAMES, Hindrance
from onedoor.web.items import text_diff
from onedoor.web.plans.labels import CAP_KINDS
from onedoor.web.plans.labels import KINDS as PLAN_KINDS
from onedoor.web.registry_words import SECTIONS
from onedoor.web.visits import checks
from onedoor.web.visits.blueprint import deadline, entity_states, handling_name, result_names
from tenants.models import Approval
from tenants.rules import Permission

Decide = Callable[[Approval, bool, str, frozenset[Permission]], Any]

DECISIONS: dict[str, Decide] = {
    "plan": plan_service.decide,
    "items": item_service.decide_list,
    "inspectors": officer_service.decide_proposal,
    "rulebook": item_service.decide_rulebook,
    "visits": visit_service.decide,
    "visit_parts": visit_service.decide_parts,
    "check": visit_service.decide_check,
    "record": visit_service.decide_record,
    "substitute": visit_service.decide_substitute,
    "police": followup_service.decide_police,
    "revision": followup_service.decide_revision,
    "withholding": visit_service.decide_withholding,
    "visit_cap": plan_service.decide_cap,
    "repair": credit_service.decide_repair,
}
# Of what several people write: whether whoever is to decide wrote some of it, though another handed it in (R-T5).
WROTE: dict[str, Callable[[Approval], bool]] = {
    "rulebook": lambda asked: item_service.wrote_rulebook(item_queries.my_rulebook(asked.subject_id)),
}
# What is to have been on the screen before it is approved: the digest of it, and what refuses another.
SHOWN: dict[str, Callable[[Approval], str]] = {
    "record": lambda asked: visit_service.shown_digest(visits.record(asked.subject_id)),
}
EXPECT_SHOWN: dict[str, Callable[[Approval, str], None]] = {
    "record": lambda asked, digest: visit_service.expect_shown(visits.record(asked.subject_id), digest),
}
KINDS: dict[str, Any] = {
    "plan": _l("检查计划"),
    "items": _l("事项清单"),
    "inspectors": _l("执法人员入库、离库和变更"),
    "rulebook": _l("抽查细则"),
    "visits": _l("检查安排"),
    "visit_parts": _l("参与的联合检查"),
    "check": _l("不经抽取的检查"),
    "record": _l("检查记录"),
    "substitute": _l("改由替补对象"),
    "police": _l("移送公安机关"),
    "revision": _l("更正检查记录"),
    "withholding": _l("依法不予公示"),
    "visit_cap": _l("入企次数上限"),
    "repair": _l("信用修复"),
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
    made = item_queries.item_list(approval.subject_id)
    former, comparison = text_diff.of_lists(made)
    modes = Counter(item.mode for item in item_queries.items_at(made))
    return render_template(
        "desk/items.html",
        made=made,
        former=former,
        comparison=comparison,
        unlisted=modes[ItemMode.UNLISTED],
        unfit=modes[ItemMode.UNFIT],
    )


def _inspectors(approval: Approval) -> str:
    made = officer_queries.proposal(approval.subject_id)
    officers = officer_queries.proposed_officers(made.id)
    changes = [(line, change_words(line)) for line in lines_of(made.id)]
    return render_template("desk/inspectors.html", made=made, officers=officers, changes=changes)


def _rulebook(approval: Approval) -> str:
    found = item_queries.rulebook(approval.subject_id)
    former = next(
        (one for one in item_queries.rulebook_versions(found) if one.state == RulebookState.PUBLISHED), None
    )
    return render_template(
        "desk/rulebook.html",
        rulebook=found,
        former=former,
        sections=SECTIONS,
        changes=text_diff.of_texts(SECTIONS, former.sections, found.sections) if former else [],
    )


def _visits(approval: Approval) -> str:
    campaign = campaigns.campaign(approval.subject_id)
    return _of_visits(
        campaign, [visit for visit in visits.of_campaign(campaign.id) if visit.state == VisitState.SUBMITTED]
    )


def _visit_parts(approval: Approval) -> str:
    return _of_visits(
        campaigns.campaign(approval.subject_id), visits.my_unapproved_parts(approval.subject_id)
    )


def _of_visits(campaign: Campaign, found: list[Visit]) -> str:
    return render_template(
        "desk/visits.html",
        campaign=campaign,
        visits=found,
        teams={visit.id: visits.team(visit.id) for visit in found},
        matters={visit.id: visits.matters(visit.id) for visit in found},
    )


def _check(approval: Approval) -> str:
    visit = visits.visit(approval.subject_id)
    return render_template(
        "desk/check.html",
        visit=visit,
        team=visits.team(visit.id),
        matters=visits.matters(visit.id),
        deadline=deadline,
        **checks.facts_of(visit),
    )


def _record(approval: Approval) -> str:
    """All there is, warnings on top, on one screen: nobody accepts what they did not see."""
    record = visits.record(approval.subject_id)
    items = visits.items(record.id)
    return render_template(
        "desk/record.html",
        record=record,
        items=items,
        methods=METHOD_NAMES,
        result_names=result_names,
        handling_name=handling_name,
        answer_text=shown,
        photos=visits.photos(record.id),
        points_of={item.matter_id: [each["point"] for each in item.answers] for item in items},
        warnings=visit_service.warnings(record),
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
        before=visits.my_decided_substitutions(visit.required_draw_id),
    )


def _police(approval: Approval) -> str:
    police = followups.police_transfer(approval.subject_id)
    followup = followups.followup(police.followup_id)
    record = visits.record(followup.record_id)
    ground = GROUND_NAMES[Ground(police.ground)]
    return render_template("desk/police.html", police=police, followup=followup, record=record, ground=ground,
                           result_names=result_names)  # fmt: skip


def _revision(approval: Approval) -> str:
    revision = visits.revision(approval.subject_id)
    record = visits.record(revision.record_id)
    return render_template("desk/revision.html", revision=revision, record=record, items=visits.items(record.id),
                           result_names=result_names)  # fmt: skip


def _withholding(approval: Approval) -> str:
    asked = disclosures.withholding(approval.subject_id)
    record = visits.record(asked.subject_id)
    return render_template("desk/withholding.html", asked=asked, record=record, result_names=result_names)


def _visit_cap(approval: Approval) -> str:
    cap = plans.cap(approval.subject_id)
    return render_template("desk/visit_cap.html", cap=cap, kinds=CAP_KINDS)


def _repair(approval: Approval) -> str:
    return render_template("desk/repair.html", repair=credit.repair(approval.subject_id))


BRIEFS: dict[str, Callable[[Approval], str]] = {
    "plan": _plan,
    "items": _items,
    "inspectors": _inspectors,
    "rulebook": _rulebook,
    "visits": _visits,
    "visit_parts": _visit_parts,
    "check": _check,
    "record": _record,
    "substitute": _substitute,
    "police": _police,
    "revision": _revision,
    "withholding": _withholding,
    "visit_cap": _visit_cap,
    "repair": _repair,
}
