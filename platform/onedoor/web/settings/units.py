"""Units of the bureau (科室): their names, and how many people belong to each (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields

from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.shell import forms, page
from tenants import queries
from tenants import units as service


class UnitSchema(Schema):
    """A unit's name."""

    name = fields.String(required=True)


@pages.get("/units")
@administrators
def units() -> Any:
    """All units, and a new one."""
    return _show(forms.empty())


@pages.post("/units/new")
@administrators
def unit_new() -> Any:
    """Add a unit."""
    form = forms.read(UnitSchema())
    if form.ok:
        with form.submission():
            service.add_unit(form.data["name"])
            flash(_("科室已添加。"), "good")
            return redirect(url_for("settings.units"), 303)
    return _show(form)


@pages.post("/units/<uuid:unit_id>")
@administrators
def unit(unit_id: UUID) -> Any:
    """Rename a unit."""
    found, form = service.unit(unit_id), forms.read(UnitSchema())
    if form.ok:
        with form.submission():
            service.rename_unit(found, form.data["name"])
            flash(_("科室已改名。"), "good")
            return redirect(url_for("settings.units"), 303)
    return _show(forms.empty(), form, unit_id)


@pages.post("/units/<uuid:unit_id>/remove")
@administrators
def unit_remove(unit_id: UUID) -> Any:
    """Take a unit away to which nothing belongs."""
    service.remove_unit(service.unit(unit_id))
    flash(_("科室已删除。"), "good")
    return redirect(url_for("settings.units"), 303)


def _show(form: forms.Form, renaming: forms.Form | None = None, asked: UUID | None = None) -> Any:
    refused = renaming is not None and not renaming.ok
    return page(
        "settings/units.html",
        200 if form.ok and not refused else 422,
        form=form,
        units=queries.units(),
        people=service.people_by_unit(),
        asked=asked,
        wrong=[text for _id, _label, text in renaming.summary()] if renaming is not None else [],
    )
