"""Numbers of people: one in full for a reason, and whose a known number is (R-T7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.entities import queries as entity_queries
from onedoor.officers import queries as officer_queries
from onedoor.officers import service as officer_service
from onedoor.officers.schemas.officers import NumberSchema, RevealSchema
from onedoor.targets.service.contacts import reveal_contact
from onedoor.web.entities import entities
from onedoor.web.officers import inspectors
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from tenants.rules import Permission


@pages.post("/inspectors/<uuid:inspector_id>/reveal")
@allow(Permission.PERSONAL_REVEAL)
def inspector_reveal(inspector_id: UUID) -> Any:
    """An officer's identity number or phone in full: on this answer, and on no other page."""
    found, form = officer_queries.my_inspector(inspector_id), forms.read(RevealSchema())
    if form.ok:
        with form.submission():
            shown = officer_service.reveal_inspector(found, form.data["what"], form.data["why"])
            return inspectors.show(found, revealed={form.data["what"]: shown})
    return inspectors.show(found, reveal_form=form, status=422)


@pages.post("/entities/<uuid:entity_id>/reveal")
@allow(Permission.PERSONAL_REVEAL)
def entity_reveal(entity_id: UUID) -> Any:
    """The phone this bureau noted of a firm, in full: on this answer, and on no other page."""
    found, form = entity_queries.entity(entity_id), forms.read(RevealSchema())
    if form.ok:
        with form.submission():
            return entities.show(found, revealed=reveal_contact(found, form.data["why"]))
    return entities.show(found, reveal_form=form, status=422)


@pages.route("/numbers", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def numbers() -> Any:
    """Whose number this is. It comes in the body of a request, so that it stands in no address and no log of a proxy."""
    form, found = forms.empty(), None
    if request.method == "POST":
        form = forms.read(NumberSchema())
        if form.ok:
            with form.submission():
                found = officer_service.find_number(form.data["number"])
        # What was searched is not written back: the page says what was found.
        form = forms.Form(errors=form.errors)
    return page("officers/numbers.html", form.status, form=form, found=found, title=_("按号码查找"))
