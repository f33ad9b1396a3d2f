"""Officers and entities that do not go together (回避, R-D5): noting a recusal, and ending one for a reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.imports.schemas.texts import ReasonSchema
from onedoor.officers import queries as officer_queries
from onedoor.officers import service
from onedoor.officers.queries.inspectors import my_recusal
from onedoor.officers.schemas.officers import RecusalSchema
from onedoor.web.officers.inspectors import show
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from tenants.rules import Permission


@pages.post("/inspectors/<uuid:inspector_id>/recusals")
@allow(Permission.REGISTRY_WRITE)
def inspector_recusal(inspector_id: UUID) -> Any:
    """Note an entity the officer may not check."""
    found, form = officer_queries.my_inspector(inspector_id), forms.read(RecusalSchema())
    if form.ok:
        with form.submission():
            service.add_recusal(found, **form.data)
            flash(_("回避已登记，今后的抽取会避开。"), "good")
            return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)
    return show(found, recusal_form=form, status=422)


@pages.get("/inspectors/<uuid:inspector_id>/recusals/<uuid:recusal_id>/end")
@allow(Permission.REGISTRY_WRITE)
def inspector_recusal_ending(inspector_id: UUID, recusal_id: UUID) -> Any:
    """Why the recusal is to end."""
    return _ending(inspector_id, recusal_id, forms.empty())


@pages.post("/inspectors/<uuid:inspector_id>/recusals/<uuid:recusal_id>/end")
@allow(Permission.REGISTRY_WRITE)
def inspector_recusal_end(inspector_id: UUID, recusal_id: UUID) -> Any:
    """The recusal ends today."""
    found, form = officer_queries.my_inspector(inspector_id), forms.read(ReasonSchema())
    if form.ok:
        service.end_recusal(found, recusal_id, form.data["reason"])
        flash(_("回避已解除。"), "good")
        return redirect(url_for("registry.inspector", inspector_id=inspector_id), 303)
    return _ending(inspector_id, recusal_id, form)


def _ending(inspector_id: UUID, recusal_id: UUID, form: forms.Form) -> Any:
    found = officer_queries.my_inspector(inspector_id)
    recusal = my_recusal(found, recusal_id)
    return page(
        "officers/recusal_end.html",
        form.status,
        form=form,
        inspector=found,
        recusal=recusal,
        name=entity_queries.names_of([recusal.entity_code]).get(recusal.entity_code, recusal.entity_code),
    )
