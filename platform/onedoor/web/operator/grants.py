"""监督授权: who supervises which place in which domain, from when until when (R-T3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.language import in_language
from onedoor.kernel.clock import today
from onedoor.officers import queries as officers
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form
from tenants import queries
from tenants.operation import grants as service


class GrantSchema(Schema):
    """A grant as the form sends it."""

    bureau_id = fields.UUID(required=True)
    place = fields.String(required=True)
    domain = fields.String(required=True)
    basis = fields.String(required=True, validate=validate.Length(min=1, max=300))
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)


class EndSchema(Schema):
    """A grant's last day."""

    until = fields.Date(required=True)


@pages.get("/grants", endpoint="grants")
@operators
def grants() -> Any:
    """All grants, and the form for another."""
    return _show(forms.empty(since=today(), bureau_id=request.args.get("bureau")))


@pages.get("/entrusted", endpoint="entrusted")
@operators
def entrusted() -> Any:
    """Every body that checks in a bureau's name (R-T5); each bureau keeps and publishes its own."""
    names = {one.id: one.name for one in (*queries.bureaus(), *queries.closed_bureaus())}
    rows = [
        (
            one.name,
            names[one.tenant_id],
            one.agreement,
            one.scope,
            ui.when(one.since, "date"),
            ui.when(one.ended_on or one.until, "date"),
        )
        for one in officers.entrusted_bodies.every_entrusted_body()
    ]
    return page("operator/entrusted.html", rows=rows)


@pages.post("/grants", endpoint="grant_new")
@operators
def grant_new() -> Any:
    """Give a grant."""
    form = forms.read(GrantSchema())
    if form.ok:
        with form.submission():
            service.give(service.GrantFacts(**form.data))
            flash(_("已登记监督授权。"), "good")
            return redirect(url_for("operator.grants"), 303)
    return _show(form)


@pages.post("/grants/<uuid:grant_id>/end", endpoint="grant_end")
@operators
def grant_end(grant_id: UUID) -> Any:
    """Say a grant's last day."""
    form = forms.read(EndSchema())
    if form.ok:
        with form.submission():
            service.end(grant_id, form.data["until"])
            flash(_("已登记截止日期。"), "good")
            return redirect(url_for("operator.grants"), 303)
    return _show(forms.empty(since=today()), form, grant_id)


def _show(form: Form, ending: Form | None = None, asked: UUID | None = None) -> Any:
    rows = queries.grants()
    return page(
        "operator/grants.html",
        200 if form.ok and (ending is None or ending.ok) else 422,
        form=form,
        asked=asked,
        wrong=[text for _id, _label, text in ending.summary()] if ending is not None else [],
        rows=[row for row in rows if row[0].until is None or row[0].until >= today()],
        past=[row for row in rows if row[0].until is not None and row[0].until < today()],
        today=today(),
        bureaus=[(one.id, one.name) for one in queries.bureaus()],
        places=[(one.code, one.name) for one in queries.places()],
        domains=[(code, in_language(name)) for code, name in service.DOMAINS.items()],
        domain_names={code: in_language(name) for code, name in service.DOMAINS.items()},
    )
