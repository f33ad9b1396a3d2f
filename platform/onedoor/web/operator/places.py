"""辖区: the tree of places, each added below another or renamed."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.language import in_language
from onedoor.kernel.db import db
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import queries
from tenants.models import Jurisdiction
from tenants.operation.places import LEVELS, PlaceFacts, add_place, change_place


class PlaceSchema(Schema):
    """A place as the form sends it; which codes can be right the service says."""

    code = fields.String(load_default="", validate=validate.Length(max=9))
    name = fields.String(required=True, validate=validate.Length(min=1, max=60))
    level = fields.String(required=True)
    parent = fields.String(load_default=None, allow_none=True)
    gb2260 = fields.String(load_default="", validate=validate.Length(max=6))


@pages.get("/places", endpoint="places")
@operators
def places() -> Any:
    """All places as a tree, and the form for another."""
    return _show(forms.empty())


@pages.post("/places", endpoint="place_new")
@operators
def place_new() -> Any:
    """Add a place."""
    form = forms.read(PlaceSchema())
    if form.ok:
        with form.submission():
            made = add_place(PlaceFacts(**form.data))
            flash(_("已添加辖区“%(name)s”。", name=made.name), "good")
            return redirect(url_for("operator.places"), 303)
    return _show(form)


@pages.route("/places/<code>", methods=["GET", "POST"], endpoint="place")
@operators
def place(code: str) -> Any:
    """Rename a place, or say another level or national code."""
    found = db.session.get(Jurisdiction, code)
    if found is None:
        abort(404)
    form = opened(found, lambda: forms.of(found, "name", "level", "gb2260").values)
    if request.method == "POST":
        form = sent(PlaceSchema(), form, found)
        if form.ok:
            with form.submission():
                change_place(code, PlaceFacts(**{**form.data, "code": code}))
                flash(_("已保存。"), "good")
                return redirect(url_for("operator.places"), 303)
    return page("operator/place.html", form.status, form=form, place=found, levels=level_choices())


def level_choices() -> list[tuple[str, str]]:
    """The levels a place can have."""
    return [(code, in_language(name)) for code, name in LEVELS.items()]


def _show(form: Form) -> Any:
    known = queries.places()
    names = {one.code: one.name for one in known}
    return page(
        "operator/places.html",
        form.status,
        form=form,
        places=known,
        names=names,
        levels=dict(level_choices()),
        choices=level_choices(),
        parents=list(names.items()),
    )
