"""What one bureau asks another to take: its page for both and for the lead, and the answer (R-J5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel import trace
from onedoor.owed_matters import queries, service
from onedoor.owed_matters.models import Handover
from onedoor.owed_matters.schemas import HandoverAnswerSchema
from onedoor.web.owed_matters.blueprint import answer_labels, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants.rules import Permission


@pages.get("/handovers/<uuid:handover_id>", endpoint="handover")
@allow(Permission.BUREAU_READ)
def handover(handover_id: UUID) -> Any:
    """What was asked, and the answer."""
    return _page(queries.handover(handover_id), forms.empty())


@pages.post("/handovers/<uuid:handover_id>/answer", endpoint="handover_answer")
@allow(Permission.VISIT_MANAGE)
def answer(handover_id: UUID) -> Any:
    """Accept, or decline with the reason."""
    found, form = queries.handover(handover_id), forms.read(HandoverAnswerSchema())
    if form.ok:
        with form.submission():
            service.answer_handover(handover_id, form.data["decision"] == "accept", form.data["reason"])
            flash(_("已答复，送出单位会看到。"), "good")
            return redirect(url_for("owed.handover", handover_id=handover_id), 303)
    return _page(found, form, 422)


def _page(found: Handover, form: Form, status: int = 200) -> Any:
    said = queries.answer(found.id)
    received = found.receiver_id == current_user.tenant_id
    return page(
        "owed_matters/handover.html",
        status,
        form=form,
        asked=found,
        said=said,
        labels=answer_labels(),
        received=received,
        may_answer=received and said is None and current_user.may(Permission.VISIT_MANAGE),
        sender=tenants.bureau(found.tenant_id),
        receiver=tenants.bureau(found.receiver_id),
        lead=tenants.bureau(found.lead_id),
        steps=trace.of(found.id),
    )
