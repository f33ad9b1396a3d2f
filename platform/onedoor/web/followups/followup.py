"""One follow-up: where it stands, its next step, and its way back to pool and plan (R-V7, R-D9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.credit.rules import GRAVITY_NAMES
from onedoor.disclosure import queries as disclosures
from onedoor.disclosure.models import Disclosure
from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.followups import queries, rules, service
from onedoor.followups.actions import HANDLERS, STEPS, open_steps
from onedoor.followups.models import (
    Case,
    CorrectionOrder,
    CorrectionProof,
    Penalty,
    PoliceTransfer,
    Recheck,
    Remedy,
)
from onedoor.followups.schemas import OpenSchema
from onedoor.kernel import files, trace
from onedoor.kernel.errors import NotFound
from onedoor.kernel.trace import TraceStep
from onedoor.messages import queries as messages
from onedoor.messages.models import Document
from onedoor.visits import queries as visits
from onedoor.visits.models import Followup
from onedoor.visits.models.parts import Record
from onedoor.visits.models.visits import Visit
from onedoor.visits.rules.results import CHOSEN, HANDLING_NAMES, Handling
from onedoor.web.documents import title_of
from onedoor.web.followups.actions import ACTIONS
from onedoor.web.followups.blueprint import (
    STATES,
    conclusion_name,
    pages,
    transfer_labels,
    transfer_now,
)
from onedoor.web.shell import exports, forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import deadline, handling_name, result_names
from tenants import queries as tenants
from tenants.rules import Permission


@pages.get("/<uuid:followup_id>", endpoint="followup")
@allow(Permission.BUREAU_READ)
def followup(followup_id: UUID) -> Any:
    """One follow-up with the form of its next step for who may."""
    found = queries.followup(followup_id)
    steps = open_steps(found) if _may() else []
    chosen = request.args.get("do")
    action = chosen if chosen in steps else next(iter(steps), None)
    form = forms.empty(**(service.suggested_penalty(followup_id) if action == "penalty" else {}))
    return _page(found, form, action)


def _route(name: str) -> None:
    @pages.post(f"/<uuid:followup_id>/{name.replace('_', '-')}", endpoint=f"followup_{name}")
    @allow(*HANDLERS)
    def act(followup_id: UUID) -> Any:
        return _act(queries.followup(followup_id), name)


for _name in ACTIONS:
    _route(_name)


def _act(found: Followup, name: str) -> Any:
    service.expect_in_hand(found, current_user.may)
    form = forms.read(STEPS[name].schema())
    if form.ok:
        with form.submission():
            _do(found.id, name, form.data)
    if not form.ok:
        return _page(found, form, name, 422)
    flash(str(ACTIONS[name].done), "good")
    return redirect(url_for("followups.followup", followup_id=found.id), 303)


def _do(followup_id: UUID, name: str, given: dict[str, Any]) -> None:
    sent = request.files.get("file")
    if name == "proof" and sent and sent.filename:
        service.add_proof(followup_id, given, (sent.filename, sent.mimetype, sent.read()))
    else:
        STEPS[name].do(followup_id, given)


def _may() -> bool:
    return any(current_user.may(permission) for permission in HANDLERS)


@dataclass(frozen=True, kw_only=True)
class FollowupPage:
    """What the page of one handling shows."""

    form: Form
    action: str | None
    actions: dict[Any, Any]
    followup: Followup
    record: Record
    visit: Visit
    unit: str
    order: CorrectionOrder | None
    proofs: list[CorrectionProof]
    rechecks: list[Recheck]
    case: Case | None
    penalty: Penalty | None
    remedies: list[Remedy]
    public_penalty: Disclosure | None
    gravities: list[Any]
    transfers: list[Any]
    police: PoliceTransfer | None
    rules: ModuleType
    states: dict[str, Label]
    labels: dict[Any, Label]
    transfer_now: Callable[..., str]
    conclusion_name: Callable[..., str]
    handling_name: Callable[..., str]
    result_names: Callable[..., str]
    deadline: Callable[..., Any]
    bureaus: list[Any]
    units: list[Any]
    papers: list[Document]
    paper_title: Callable[..., str]
    steps: list[TraceStep]


def _page(found: Followup, form: Form, action: str | None, status: int = 200) -> Any:
    visit, police = visits.visit(found.visit_id), queries.police(found.id)
    penalty = queries.penalty(found.id)
    sent = queries.transfers(found.id)
    return page(
        "followups/followup.html",
        status,
        FollowupPage(
            form=form,
            action=action,
            actions={name: ACTIONS[name].label for name in (open_steps(found) if _may() else [])},
            followup=found,
            record=visits.record(found.record_id),
            visit=visit,
            unit=next((one.name for one in tenants.units() if one.id == found.unit_id), ""),
            order=queries.order(found.id),
            proofs=queries.proofs(found.id),
            rechecks=queries.rechecks(found.id),
            case=queries.case(found.id),
            penalty=penalty,
            remedies=queries.remedies(penalty.id) if penalty else [],
            public_penalty=disclosures.of_subject("penalty", penalty.id) if penalty else None,
            gravities=[(one.value, _(name)) for one, name in GRAVITY_NAMES.items()],
            transfers=[(one, queries.answers(one.id), tenants.bureau(one.receiver_id)) for one in sent],
            police=police,
            rules=rules,
            states=STATES,
            labels=transfer_labels(),
            transfer_now=transfer_now,
            conclusion_name=conclusion_name,
            handling_name=handling_name,
            result_names=result_names,
            deadline=deadline,
            bureaus=[(one.id, one.name) for one in tenants.bureaus() if one.id != found.tenant_id],
            units=[(one.id, one.name) for one in tenants.units()],
            papers=messages.documents_of(found.id),
            paper_title=title_of,
            steps=trace.of(found.id),
        ),
    )


@pages.get("/<uuid:followup_id>/proofs/<uuid:proof_id>", endpoint="followup_proof_file")
@allow(Permission.BUREAU_READ)
def proof_file(followup_id: UUID, proof_id: UUID) -> Any:
    """The file the firm brought."""
    proof = queries.proof(proof_id)
    if proof.followup_id != followup_id or proof.file_id is None:
        raise NotFound("没有找到这个文件。")
    kept = files.get(proof.file_id)
    return exports.download(kept.content, kept.name, "application/octet-stream")


@pages.route("/open/<uuid:record_id>", methods=["GET", "POST"], endpoint="open")
@allow(*HANDLERS)
def open_more(record_id: UUID) -> Any:
    """One more handling of a record."""
    record, form = visits.record(record_id), forms.empty()
    if record.tenant_id != current_user.tenant_id:
        raise NotFound()
    if request.method == "POST":
        form = forms.read(OpenSchema())
        if form.ok:
            with form.submission():
                made = service.open_more(record_id, form.data)
                flash(_("已确定后续处置。"), "good")
                return redirect(url_for("followups.followup", followup_id=made.id), 303)
    kinds = [(kind.value, _(HANDLING_NAMES[kind])) for kind in CHOSEN if kind is not Handling.NONE]
    return page("followups/open.html", form.status, form=form, record=record, kinds=kinds)
