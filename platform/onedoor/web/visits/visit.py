"""One visit: who, when, for what, how far each bureau is, and what the lead can still change."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import Schema

from onedoor.campaigns import queries as campaigns
from onedoor.disclosure import queries as disclosures
from onedoor.draws import queries as draws
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.entities import queries as entity_queries
from onedoor.kernel import trace
from onedoor.visits import queries, service
from onedoor.visits.models import Visit
from onedoor.visits.rules.codes import grouped
from onedoor.visits.rules.states import RecordState, SubstitutionState, VisitState
from onedoor.visits.rules.substitution import Hindrance
from onedoor.visits.schemas import (
    AnnouncedSchema,
    DaySchema,
    FillSchema,
    NoticeLinesSchema,
    ReasonSchema,
    SubstituteSchema,
)
from onedoor.web.shell import forms, page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.pieces import NextStep
from onedoor.web.visits import assistants, checks, combined_door, replacements, substitutions
from onedoor.web.visits.blueprint import (
    deadline,
    entity_states,
    handling_name,
    kind_labels,
    pages,
    record_labels,
    result_names,
    visit_labels,
)
from onedoor.web.visits.methods import matter_ways
from onedoor.web.visits.steps import steps_of
from tenants import approvals
from tenants.rules import Permission


@pages.get("/<uuid:visit_id>")
@allow(Permission.BUREAU_READ)
def visit(visit_id: UUID) -> Any:
    """The visit's page."""
    return _page(queries.visit(visit_id))


def _page(found: Visit, status: int = 200, **given: Any) -> Any:
    standing, gone = queries.visit_state(found), queries.gone_entity(found)
    campaign = campaigns.campaign(found.campaign_id) if found.campaign_id else None
    asked, late = queries.substitutions(found.id), service.is_late(found)
    things = [found.id, found.draw_id, found.campaign_id, campaign.plan_line_id if campaign else None]
    context: dict[str, Any] = {
        "form": forms.empty(
            day=standing.day,
            hour=found.arrives_at.strftime("%H:%M") if found.arrives_at else "",
            contact=found.notice_contact,
            phone=found.notice_phone,
            papers="\n".join(found.notice_papers),
            **({"kind": Hindrance.NO_TEAM.value} if late else {}),
        ),
        "visit": found,
        "campaign": campaign,
        "gone": gone,
        "closed": queries.closed_place(found),
        "stands": entity_queries.merges.merged_into(gone) if gone else None,
        "entity_states": entity_states(),
        "draw": draws.draw(found.draw_id) if found.draw_id else None,
        "kinds": kind_labels(),
        "leads": found.tenant_id == current_user.tenant_id,
        "manages": _manages(found),
        "standing": standing,
        "parties": queries.parties(found.id),
        "parts": queries.parts(found.id),
        "matters": queries.matters(found.id),
        "team": queries.team(found.id),
        "renamed": queries.renamed_members(found.id),
        "former": [each for each in queries.team(found.id, former=True) if each.left_at],
        "records": {record.tenant_id: record for record in queries.records(found.id)},
        "scans": queries.scans(found.id, found.created_at.date()),
        "code": grouped(found.code),
        "code_url": service.code_address(found),
        "labels": visit_labels(),
        "record_labels": record_labels(),
        "result_names": result_names,
        "handling_name": handling_name,
        "deadline": deadline,
        "reports": _reports(found),
        "public": _public(found),
        "draw_url": url_if("draws.draw", draw_id=found.draw_id) if found.draw_id else None,
        "campaign_url": url_if("campaigns.campaign", campaign_id=campaign.id) if campaign else None,
        "steps": trace.of(*[thing for thing in things if thing]),
        "stepper": steps_of(found, standing.state, standing.day, queries.last_day_to_fill(found)),
        "next": _next(found),
        "hindrances": substitutions.choices(),
        "may_ask": _may_ask(found),
        "asked": substitutions.substitution_rows(asked, found),
        "late": late,
        "may_stay_away": _may_stay_away(found),
        "owed": url_if("owed.owed"),
        "fill_by": queries.last_day_to_fill(found),
        "ended": {each.tenant_id for each in asked if each.state == SubstitutionState.APPROVED},
        **(replacements.about(found) if found.drawn else checks.told(found)),
        **combined_door.told(found),
        **assistants.assistant_rows(found, standing.day),
        "ways": matter_ways(found),
        "entry": queries.needs_entry(found.id),
    }
    return page("visits/visit.html", status, **{**context, **given})


@pages.post("/<uuid:visit_id>/reschedule")
@allow(Permission.VISIT_MANAGE)
def reschedule(visit_id: UUID) -> Any:
    """The lead moves the visit."""
    return act(visit_id, DaySchema(), lambda data: service.reschedule(visit_id, **data), _("已改期。"))


@pages.post("/<uuid:visit_id>/postpone")
@allow(Permission.VISIT_MANAGE, Permission.VISIT_RECORD)
def postpone(visit_id: UUID) -> Any:
    """A bureau puts its part off."""
    service.expect_seat(visit_id, current_user.may)
    return act(
        visit_id, DaySchema(), lambda data: service.postpone(visit_id, **data), _("已改期，其他部门会看到。")
    )


@pages.post("/<uuid:visit_id>/notice-details")
@allow(Permission.VISIT_MANAGE)
def notice_details(visit_id: UUID) -> Any:
    """The hour, whom to ask and what to prepare, before the notice is written."""
    return act(
        visit_id,
        NoticeLinesSchema(),
        lambda data: service.set_notice_details(visit_id, {**data, "papers": data["papers"].splitlines()}),
        _("已保存，会写进通知书。"),
    )


@pages.post("/<uuid:visit_id>/announce")
@allow(Permission.VISIT_MANAGE)
def announce(visit_id: UUID) -> Any:
    """Whether the object is told beforehand."""
    return act(
        visit_id, AnnouncedSchema(), lambda data: service.set_announced(visit_id, **data), _("已保存。")
    )


@pages.post("/<uuid:visit_id>/cancel")
@allow(Permission.VISIT_MANAGE)
def cancel(visit_id: UUID) -> Any:
    """The lead calls the visit off."""
    return act(visit_id, ReasonSchema(), lambda data: service.cancel(visit_id, **data), _("已取消这次检查。"))


@pages.post("/<uuid:visit_id>/members/<uuid:member_id>/plead")
@allow(Permission.VISIT_MANAGE)
def plead(visit_id: UUID, member_id: UUID) -> Any:
    """Ask the supervisor for a further replacement at a place (draw.md)."""
    done = _("已报监督部门，同意后可以再次随机更换。")
    return act(visit_id, ReasonSchema(), lambda data: service.plead_for_member(member_id, **data), done)


@pages.post("/<uuid:visit_id>/substitute")
@allow(Permission.VISIT_MANAGE, Permission.VISIT_RECORD, Permission.DRAW_OPERATE)
def substitute(visit_id: UUID) -> Any:
    """Ask that another object come for this one, for one's own bureau's list."""
    may = current_user.permissions
    done = _("已提交，科室同意后由替补对象接替，并记入抽取登记簿。")
    return act(
        visit_id,
        SubstituteSchema(),
        lambda data: service.ask_substitute(visit_id, permissions=may, **data),
        done,
    )


@pages.post("/<uuid:visit_id>/fill")
@allow(Permission.VISIT_MANAGE)
def fill(visit_id: UUID) -> Any:
    """Draw an inspector for an empty place."""
    done = _("已随机补派人员，并记入抽取登记簿。")
    return act(visit_id, FillSchema(), lambda data: service.fill_slot(visit_id, **data), done)


def act(visit_id: UUID, schema: Schema, act: Any, done: str) -> Any:
    """Read the form, do it and return to the visit; or show the visit again with what is wrong."""
    found = queries.visit(visit_id)
    form = forms.read(schema)
    if form.ok:
        with form.submission():
            act(form.data)
            flash(done, "good")
            return redirect(url_for("visits.visit", visit_id=visit_id), 303)
    return _page(found, 422, form=form)


def _may_ask(found: Visit) -> bool:
    """Whether to offer asking for a substitute: to who arranges or draws for the bureau, or goes there."""
    person = current_user
    if not (
        person.may(Permission.VISIT_MANAGE)
        or person.may(Permission.DRAW_OPERATE)
        or (person.may(Permission.VISIT_RECORD) and queries.my_place(found.id))
    ):
        return False
    return substitutions.open_to(found, person.tenant_id)


def _may_stay_away(found: Visit) -> bool:
    """Whether to offer a partner to say that it cannot come (R-J5)."""
    person = current_user
    if found.drawn is None or found.tenant_id == person.tenant_id or not person.may(Permission.VISIT_MANAGE):
        return False
    part = queries.parts(found.id).get(person.tenant_id)
    mine = [one for one in queries.parties(found.id) if one.bureau_id == person.tenant_id]
    begun = part is not None and part.begun_at is not None
    return (
        bool(mine) and mine[0].deferred_reason is None and found.state != VisitState.CANCELLED and not begun
    )


def _to_the_phone(found: Visit) -> bool:
    """Whether this person goes there next; what was not drawn is submitted first, unless it begins before (R-V1)."""
    if not current_user.may(Permission.VISIT_RECORD) or not queries.my_place(found.id):
        return False
    begun = queries.visit_state(found).parts.begun
    return found.drawn is not None or not (
        begun if found.state == VisitState.PENDING else found.state == VisitState.PROPOSED
    )


def _manages(found: Visit) -> bool:
    return found.tenant_id == current_user.tenant_id and current_user.may(Permission.VISIT_MANAGE)


def _reports(found: Visit) -> dict[UUID, Any]:
    return {record.id: queries.report(record.id) for record in queries.records(found.id)}


def _public(found: Visit) -> dict[UUID, Any]:
    return {
        record.id: disclosures.of_subject("result", record.id)
        for record in queries.records(found.id)
        if record.state == RecordState.ACCEPTED
    }


def _next(found: Visit) -> NextStep | None:
    """The one thing this person does next here."""
    person = current_user
    record = queries.my_record(found.id)
    if record is not None and record.state == RecordState.SUBMITTED and person.may(Permission.VISIT_REVIEW):
        return NextStep(_("审核检查记录"), url_for("visits.record", record_id=record.id))
    if record is not None and record.state == RecordState.ACCEPTED and person.may(Permission.VISIT_RECORD):
        if queries.report(record.id) is None:
            return NextStep(_("完成检查报告"), url_for("visits.report", visit_id=found.id))
    elif _to_the_phone(found):
        problem = service.why_not_begin(found)
        blocked = [str(_(problem.message, **problem.params))] if problem else []
        return NextStep(_("到手机页面检查"), url_for("field.visit", visit_id=found.id), blocked=blocked)
    if found.drawn is None:
        return checks.next_step(found)
    batch = url_for("visits.batch", campaign_id=found.campaign_id)
    if _manages(found) and found.state == VisitState.PROPOSED:
        return NextStep(_("提交审批"), batch, hint=_("同一任务的检查一起报批。"))
    begun = queries.visit_state(found).parts.begun
    if _manages(found) and found.state == VisitState.APPROVED and found.announced and not begun:
        return NextStep(_("发出检查通知书"), batch, hint=_("同一任务的通知书一起制作。"))
    deciding = person.may(Permission.VISIT_REVIEW) or person.may(Permission.VISIT_APPROVE)
    if deciding and approvals.waiting_for("visits", found.required_campaign_id):
        return NextStep(_("审批这批检查"), url_if("desk.inbox") or batch)
    return None
