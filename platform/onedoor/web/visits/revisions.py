"""Correcting a record that was accepted (R-O3): the form, and what becomes of it on the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.models import Record
from onedoor.visits.rules.results import OF_AN_ITEM, RESULT_NAMES
from onedoor.visits.rules.states import RecordState
from onedoor.visits.schemas import RevisionSchema
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission


@pages.route("/records/<uuid:record_id>/correct", methods=["GET", "POST"], endpoint="record_correct")
@allow(Permission.VISIT_RECORD, Permission.VISIT_MANAGE)
def correct(record_id: UUID) -> Any:
    """Propose a correction of an accepted record."""
    record = queries.record(record_id)
    if record.tenant_id != current_user.tenant_id or record.state != RecordState.ACCEPTED:
        raise NotFound("检查记录审核通过以后才需要更正。")
    form = _as_it_is(record)
    if request.method == "POST":
        form = forms.read(RevisionSchema())
        if form.ok and _proposed(record, form):
            return redirect(url_for("visits.record", record_id=record_id), 303)
    choices = [(one.value, _(RESULT_NAMES[one])) for one in OF_AN_ITEM]
    return page(
        "visits/correct.html",
        form.status,
        form=form,
        record=record,
        items=queries.items(record_id),
        choices=choices,
    )


def _as_it_is(record: Record) -> Form:
    values: dict[str, Any] = {"note": record.note}
    for item in queries.items(record.id):
        values |= {f"results-{item.id}": item.results, f"note-{item.id}": item.note}
    return forms.empty(**values)


def _proposed(record: Record, form: Form) -> bool:
    items = {
        str(item.id): {
            "results": request.form.getlist(f"results-{item.id}"),
            "note": request.form.get(f"note-{item.id}", ""),
        }
        for item in queries.items(record.id)
    }
    with form.submission():
        service.propose_revision(record.id, items=items, **form.data)
        flash(_("已提交更正，由另一人审批。"), "good")
        return True
    return False
