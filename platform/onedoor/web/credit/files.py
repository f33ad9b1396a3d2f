"""The credit file of an entity (信用档案), read by every bureau; its lists, entered by their keepers (R-O4, R-O5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.credit import credit_file, service
from onedoor.credit.schemas import ExitSchema, ListingSchema
from onedoor.credit.service.listings import KINDS
from onedoor.edge.guard import allow
from onedoor.entities import queries as entities
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.web.credit.exports import pages
from onedoor.web.portal import labels
from onedoor.web.shell import forms, page
from tenants.rules import Permission


@pages.get("/files/<uuid:entity_id>")
@allow(Permission.BUREAU_READ)
def entity_file(entity_id: UUID) -> Any:
    """Results, penalties, lists and classes of an entity, each with source and dates."""
    return _page(entity_id, forms.empty())


@pages.post("/files/<uuid:entity_id>")
@allow(Permission.DISCLOSE)
def listing_enter(entity_id: UUID) -> Any:
    """Enter the entity on a list this bureau keeps."""
    form = forms.read(ListingSchema())
    if form.ok:
        try:
            service.list_entity(entity_id, form.data)
            flash(_("已列入名单。"), "good")
            return redirect(url_for("credit.entity_file", entity_id=entity_id), 303)
        except ClerkError as refused:
            form.refuse(refused)
    return _page(entity_id, form, 422)


@pages.post("/listings/<uuid:listing_id>/leave")
@allow(Permission.DISCLOSE)
def listing_leave(listing_id: UUID) -> Any:
    """Take an entity off a list."""
    form = forms.read(ExitSchema())
    found = service.take_off_list(listing_id, form.data["exit_paper"] if form.ok else "")
    flash(_("已移出名单。"), "good")
    return redirect(url_for("credit.entity_file", entity_id=found.entity_id), 303)


def _page(entity_id: UUID, form: forms.Form, status: int = 200) -> Any:
    entity = entities.entity(entity_id)
    return page(
        "credit/file.html",
        status,
        entity=entity,
        file=credit_file.credit_file(entity),
        form=form,
        kinds=[(key, _(name)) for key, name in KINDS.items()],
        words=labels,
        today=today(),
    )
