"""One owed matter: what it is, what became of it, and what its bureau can do; and a partner that cannot come (R-J5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.kernel.trace import TraceStep
from onedoor.owed_matters import queries, service
from onedoor.owed_matters.models import OwedMatter
from onedoor.owed_matters.rules import OWED, State
from onedoor.owed_matters.schemas import AbsenceSchema, HandoverSchema, WriteOffSchema
from onedoor.visits import queries as visits
from onedoor.visits.models.visits import Visit
from onedoor.web.owed_matters.blueprint import answer_labels, cause_name, pages, state_labels
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label, NextStep
from onedoor.web.visits.visit import act
from tenants import queries as tenants
from tenants.models.bureaus import Bureau
from tenants.rules import Permission


@pages.get("/<uuid:owed_id>", endpoint="matter")
@allow(Permission.BUREAU_READ)
def matter(owed_id: UUID) -> Any:
    """The matter's page, for its bureau and for the lead."""
    return _page(queries.owed(owed_id), forms.empty(with_rest=True))


@pages.post("/<uuid:owed_id>/handover", endpoint="hand_over")
@allow(Permission.VISIT_MANAGE)
def hand_over(owed_id: UUID) -> Any:
    """Another bureau is asked to take it."""
    form = forms.read(HandoverSchema())
    done = _("已请对方接手；对方答复以前，事项仍是本单位的。")
    return _do(owed_id, form, lambda data: service.hand_over(owed_id, **data), done)


@pages.post("/<uuid:owed_id>/write-off", endpoint="write_off")
@allow(Permission.VISIT_APPROVE)
def write_off(owed_id: UUID) -> Any:
    """The head says that it is not checked any more."""
    form, may = forms.read(WriteOffSchema()), current_user.permissions
    done = _("已核销，不再补查。")
    return _do(owed_id, form, lambda data: service.write_off(owed_id, permissions=may, **data), done)


@pages.post("/visits/<uuid:visit_id>/absence", endpoint="stay_away")
@allow(Permission.VISIT_MANAGE)
def stay_away(visit_id: UUID) -> Any:
    """A partner cannot come to a visit; shown on the visit's page."""
    done = _("已登记，事项列入待补查，牵头部门会看到。")
    return act(visit_id, AbsenceSchema(), lambda data: service.stay_away(visit_id, **data), done)


def _do(owed_id: UUID, form: Form, act: Any, done: str) -> Any:
    found = queries.owed(owed_id)
    if form.ok:
        with form.submission():
            act(form.data)
            flash(done, "good")
            return redirect(url_for("owed.matter", owed_id=owed_id), 303)
    return _page(found, form, 422)


@dataclass(frozen=True, kw_only=True)
class OwedMatterPage:
    """What the page of an owed matter shows."""

    form: Form
    matter: OwedMatter
    rest: list[OwedMatter]
    bureau: Bureau
    lead: Bureau
    source: Bureau | None
    cause: str
    labels: dict[Any, Label]
    answers: dict[Any, Label]
    own: bool
    sees_visit: bool
    check: Visit | None
    asked: list[Any]
    bureaus: list[Any]
    may_hand_over: bool
    may_write_off: bool
    next: NextStep | None
    steps: list[TraceStep]


def _page(found: OwedMatter, form: Form, status: int = 200) -> Any:
    own = found.tenant_id == current_user.tenant_id
    is_open = own and found.state == State.OPEN
    rest = [one for one in queries.with_it(found, OWED) if one.id != found.id]
    return page(
        "owed_matters/matter.html",
        status,
        OwedMatterPage(
            form=form,
            matter=found,
            rest=rest,
            bureau=tenants.bureau(found.tenant_id),
            lead=tenants.bureau(found.lead_id),
            source=tenants.bureau(found.from_id) if found.from_id else None,
            cause=cause_name(found.cause),
            labels=state_labels(),
            answers=answer_labels(),
            own=own,
            sees_visit=found.from_id is None,
            check=visits.visit(found.check_visit_id) if own and found.check_visit_id else None,
            asked=[(one, said, tenants.bureau(one.receiver_id)) for one, said in queries.handovers(found.id)],
            bureaus=[
                (one.id, one.name)
                for one in tenants.bureaus()
                if one.active and one.id != current_user.tenant_id
            ],
            may_hand_over=is_open and current_user.may(Permission.VISIT_MANAGE),
            may_write_off=is_open and current_user.may(Permission.VISIT_APPROVE),
            next=_next(found) if is_open else None,
            steps=trace.of(found.id, found.visit_id),
        ),
    )


def _next(found: OwedMatter) -> NextStep | None:
    if not current_user.may(Permission.VISIT_MANAGE):
        return None
    return NextStep(_("登记补查"), url_for("owed.check", owed_id=found.id))
