"""What law keeps from the public (R-O1): the application, decided on the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.kernel.errors import NotFound
from onedoor.visits import queries, service
from onedoor.visits.schemas import WithholdingSchema
from onedoor.web.shell import forms, page
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission


@pages.route("/records/<uuid:record_id>/withhold", methods=["GET", "POST"], endpoint="record_withhold")
@allow(Permission.DISCLOSE)
def withhold(record_id: UUID) -> Any:
    """Ask that a result stay unpublished, as a law says."""
    record = queries.record(record_id)
    if record.tenant_id != current_user.tenant_id:
        raise NotFound()
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(WithholdingSchema())
        if form.ok and _proposed(record_id, form):
            return redirect(url_for("visits.record", record_id=record_id), 303)
    return page("visits/withhold.html", form.status, form=form, record=record)


def _proposed(record_id: UUID, form: forms.Form) -> bool:
    with form.submission():
        service.propose_withholding(record_id, **form.data)
        flash(_("已提交申请，由负责人审批。"), "good")
        return True
    return False
