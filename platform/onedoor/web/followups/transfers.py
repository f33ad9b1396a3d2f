"""What was passed on: its page for sender and receiver, and the receiver's answer (R-V7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.followups import queries, service
from onedoor.followups.actions import HANDLERS
from onedoor.followups.models import Transfer, TransferAnswer
from onedoor.followups.rules import MODE_NAMES, Answer, Mode, may_answer
from onedoor.followups.schemas import AnswerSchema
from onedoor.kernel import trace
from onedoor.kernel.trace import TraceStep
from onedoor.messages import queries as messages
from onedoor.messages.models import Document
from onedoor.web.documents import title_of
from onedoor.web.followups.blueprint import pages, transfer_labels, transfer_now
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import deadline, result_names
from tenants import queries as tenants
from tenants.models.bureaus import Bureau
from tenants.rules import Permission

ANSWERERS = (*HANDLERS, Permission.OVERSIGHT_ANSWER)


@pages.get("/transfers/<uuid:transfer_id>", endpoint="transfer")
@allow(Permission.BUREAU_READ, Permission.OVERSIGHT_ANSWER)
def transfer(transfer_id: UUID) -> Any:
    """What was passed on, with every step of the receiver's."""
    return _page(queries.transfer(transfer_id), forms.empty())


@pages.post("/transfers/<uuid:transfer_id>/answer", endpoint="transfer_answer")
@allow(*ANSWERERS)
def answer(transfer_id: UUID) -> Any:
    """The receiver's next word."""
    found, form = queries.transfer(transfer_id), forms.read(AnswerSchema())
    if form.ok:
        with form.submission():
            service.answer_transfer(transfer_id, form.data)
            flash(_("已答复，送出单位会看到。"), "good")
            return redirect(url_for("followups.transfer", transfer_id=transfer_id), 303)
    return _page(found, form, 422)


@dataclass(frozen=True, kw_only=True)
class TransferPage:
    """What the page of a transfer shows."""

    form: Form
    transfer: Transfer
    mode: Any
    said: list[TransferAnswer]
    words: list[Any]
    Answer: Callable[..., Answer]
    received: bool
    own: bool
    sender: Bureau
    receiver: Bureau
    unit: str
    named: dict[Any, Any]
    labels: dict[Any, Label]
    now: str
    result_names: Callable[..., str]
    deadline: Callable[..., Any]
    due: date | None
    bureaus: list[Any]
    papers: list[Document]
    paper_title: Callable[..., str]
    steps: list[TraceStep]


def _page(found: Transfer, form: Form, status: int = 200) -> Any:
    said = queries.answers(found.id)
    last = said[-1].kind if said else None
    received = found.receiver_id == current_user.tenant_id
    words = may_answer(found.mode, last, found.designated_by is not None)
    may = received and any(current_user.may(permission) for permission in ANSWERERS)
    return page(
        "followups/transfer.html",
        status,
        TransferPage(
            form=form,
            transfer=found,
            mode=_(MODE_NAMES[Mode(found.mode)]),
            said=said,
            words=sorted(words) if may else [],
            Answer=Answer,
            received=received,
            own=found.tenant_id == current_user.tenant_id,
            sender=tenants.bureau(found.tenant_id),
            receiver=tenants.bureau(found.receiver_id),
            unit=next((one.name for one in tenants.units() if one.id == found.unit_id), ""),
            named={one.named_id: tenants.bureau(one.named_id).name for one in said if one.named_id},
            labels=transfer_labels(),
            now=transfer_now(last),
            result_names=result_names,
            deadline=deadline,
            due=found.answer_by if last == "accept" else found.accept_by or found.answer_by,
            bureaus=[(one.id, one.name) for one in tenants.bureaus() if one.id != found.receiver_id],
            papers=messages.documents_of(found.followup_id),
            paper_title=title_of,
            steps=trace.of(found.id),
        ),
    )
