"""法律法规: the list of laws, and what of them was changed or repealed; items that rest on it are flagged (R-L4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.items import queries
from onedoor.items.service.laws import add_law, enter_change
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page, ui
from onedoor.web.shell.forms import Form


class LawSchema(Schema):
    """A law as the form sends it."""

    title = fields.String(required=True, validate=validate.Length(min=1, max=200))
    number = fields.String(load_default="", validate=validate.Length(max=100))
    since = fields.Date(required=True)


class LawChangeSchema(Schema):
    """What of a law ended."""

    law_id = fields.UUID(required=True)
    article = fields.String(load_default="", validate=validate.Length(max=30))
    changed_on = fields.Date(required=True)
    repealed = fields.String(required=True, validate=validate.OneOf(["yes", "no"]))
    document = fields.String(required=True, validate=validate.Length(min=1, max=200))


@pages.get("/laws", endpoint="laws")
@operators
def laws() -> Any:
    """The list and its changes."""
    return _show(forms.empty(), forms.empty())


@pages.post("/laws", endpoint="law_new")
@operators
def law_new() -> Any:
    """Add a law."""
    form = forms.read(LawSchema())
    if form.ok:
        with form.submission():
            add_law(**form.data)
            flash(_("已登记法律法规。"), "good")
            return redirect(url_for("operator.laws"), 303)
    return _show(form, forms.empty())


@pages.post("/laws/changes", endpoint="law_change")
@operators
def law_change() -> Any:
    """Say what of a law was changed or repealed."""
    form = forms.read(LawChangeSchema())
    if form.ok:
        with form.submission():
            given = {**form.data}
            law_id: UUID = given.pop("law_id")
            enter_change(law_id, **{**given, "repealed": given["repealed"] == "yes"})
            flash(_("已登记变动，依据它的检查事项会提示复核。"), "good")
            return redirect(url_for("operator.laws"), 303)
    return _show(forms.empty(), form)


def _show(form: Form, changing: Form) -> Any:
    known = queries.laws.laws()
    return page(
        "operator/laws.html",
        200 if form.ok and changing.ok else 422,
        form=form,
        changing=changing,
        choices=[(one.id, one.title) for one in known],
        laws=[(one.title, one.number or "—", ui.when(one.since, "date")) for one in known],
        changes=[
            (
                law.title,
                change.article or _("全部"),
                _("废止") if change.repealed else _("修改"),
                ui.when(change.changed_on, "date"),
                change.document,
            )
            for change, law in queries.laws.changes()
        ],
    )
