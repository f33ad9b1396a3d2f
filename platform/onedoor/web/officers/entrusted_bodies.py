"""委托执法: the bodies that check in this bureau's name, with the agreement and the letter, which is public (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import Schema, fields, validate

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.officers import queries
from onedoor.officers.service.entrusted_bodies import Entrustment, end_entrustment, entrust
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries as tenants
from tenants.rules import Permission


class EntrustmentSchema(Schema):
    """An agreement as the form sends it, without its letter."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    unit_id = fields.UUID(required=True)
    agreement = fields.String(required=True, validate=validate.Length(min=1, max=200))
    scope = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    since = fields.Date(required=True)
    until = fields.Date(required=True)


class EndSchema(Schema):
    """The last day of an agreement that ends before its time."""

    last = fields.Date(required=True)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=500))


@pages.get("/entrusted", endpoint="entrusted")
@allow(Permission.BUREAU_READ)
def entrusted() -> Any:
    """Those of this bureau, and the form for another."""
    return _show(forms.empty(since=today()))


@pages.post("/entrusted", endpoint="entrusted_new")
@allow(Permission.REGISTRY_WRITE)
def entrusted_new() -> Any:
    """Enter an agreement and publish its letter."""
    form = forms.read(EntrustmentSchema())
    if form.ok:
        sent = request.files.get("letter")
        letter = (sent.filename, sent.read(), sent.mimetype) if sent and sent.filename else None
        with form.submission():
            entrust(Entrustment(**form.data), letter)
            flash(_("已登记委托执法，委托书已经公开。"), "good")
            return redirect(url_for("registry.entrusted"), 303)
    return _show(form)


@pages.post("/entrusted/<uuid:body_id>/end", endpoint="entrusted_end")
@allow(Permission.REGISTRY_WRITE)
def entrusted_end(body_id: UUID) -> Any:
    """End an agreement before its time."""
    queries.entrusted_bodies.entrusted_body(body_id)
    form = forms.read(EndSchema())
    if form.ok:
        with form.submission():
            end_entrustment(body_id, form.data["last"], form.data["reason"])
            flash(_("已登记终止，公开的委托书写明了终止日期。"), "good")
            return redirect(url_for("registry.entrusted"), 303)
    return _show(forms.empty(since=today()), form, body_id)


def _show(form: Form, ending: Form | None = None, asked: UUID | None = None) -> Any:
    return page(
        "officers/entrusted.html",
        200 if form.ok and (ending is None or ending.ok) else 422,
        form=form,
        asked=asked,
        wrong=[text for _id, _label, text in ending.summary()] if ending is not None else [],
        rows=[
            (one, queries.entrusted_bodies.acts(one, today()))
            for one in queries.entrusted_bodies.entrusted_bodies()
        ],
        units=[(unit.id, unit.name) for unit in tenants.units()],
        unit_names={unit.id: unit.name for unit in tenants.units()},
        writes=current_user.may(Permission.REGISTRY_WRITE),
        today=today(),
    )
