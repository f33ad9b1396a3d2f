"""Trainings and who took part (R-L13)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers import queries, service
from onedoor.officers.models import Training
from onedoor.officers.queries.duties import places_of, training_year
from onedoor.officers.schemas.officers import TrainingSchema
from onedoor.officers.service.trainings import results_of
from onedoor.web.bulk_actions import unit_filter, units
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.registry_blueprint import pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.lists import Column, Filter, ListPage
from tenants import queries as tenants
from tenants.rules import Permission
from tenants.units import is_others, my_unit


def _hours(training: Training) -> int | float:
    """Whole hours without a point."""
    hours = float(training.hours)
    return int(hours) if hours.is_integer() else hours


def _listing() -> ListPage:
    names = dict(units())
    unit = Column("unit", _l("维护科室"), value=lambda row: names.get(row.Training.unit_id, ""))
    return ListPage(
        title=_l("培训"),
        key=Training.id,
        row_key=lambda row: row.Training.id,
        columns=(
            Column(
                "held_on",
                _l("培训日期"),
                value=lambda row: row.Training.held_on,
                kind="date",
                sort=Training.held_on,
            ),
            Column(
                "title",
                _l("培训内容"),
                value=lambda row: row.Training.title,
                link=lambda row: url_for("registry.training", training_id=row.Training.id),
                wide=True,
            ),
            Column("hours", _l("学时"), value=lambda row: _hours(row.Training), sort=Training.hours),
            Column("places", _l("应到"), kind="number"),
            Column("attended", _l("实到"), kind="number"),
            Column("trainer", _l("主讲"), value=lambda row: row.Training.trainer),
            *([unit] if names else []),
        ),
        search=(Training.title, Training.trainer, Training.place),
        search_label=_l("培训内容、主讲或地点"),
        filters=(
            Filter("from", _l("自"), column=Training.held_on, kind="from"),
            Filter("to", _l("至"), column=Training.held_on, kind="to"),
            *([unit_filter(Training.unit_id)] if names else []),
        ),
        order="-held_on",
        empty=_l("登记每次培训和到场人员；每名人员的学时自动累计。"),
    )


@pages.get("/trainings")
@allow(Permission.BUREAU_READ)
def trainings() -> Any:
    """This bureau's trainings, with this year's figures."""
    year = today().year
    return _listing().respond(
        db.session(),
        queries.trainings(),
        "officers/trainings.html",
        lambda: {"figures": training_year(year)},
        year=year,
        this_year={"from": f"{year}-01-01", "to": f"{year}-12-31"},
    )


@pages.route("/trainings/new", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def training_new() -> Any:
    """Add a training that was held."""
    return _edit(forms.empty(held_on=today().isoformat(), unit_id=my_unit()), None)


@pages.get("/trainings/<uuid:training_id>")
@allow(Permission.BUREAU_READ)
def training(training_id: UUID) -> Any:
    """One training and who took part."""
    found = queries.my_training(training_id)
    return page(
        "officers/training.html",
        training=found,
        places=places_of(found),
        unit=dict(units()).get(found.unit_id),
        others=is_others(found.unit_id),
    )


@pages.route("/trainings/<uuid:training_id>/edit", methods=["GET", "POST"])
@allow(Permission.REGISTRY_WRITE)
def training_edit(training_id: UUID) -> Any:
    """Change it."""
    found = queries.my_training(training_id)

    def values() -> dict[str, Any]:
        places = places_of(found)
        return {
            **forms.of(found, "title", "held_on", "hours", "place", "trainer", "content", "unit_id").values,
            "results": results_of(found),
            "invited": [str(officer.id) for _place, officer in places],
            "attended": [str(officer.id) for place, officer in places if place.attended],
        }

    return _edit(opened(found, values), found)


def _edit(form: forms.Form, found: Training | None) -> Any:
    if request.method == "POST":
        form = sent(TrainingSchema(), form, found)
        if form.ok:
            with form.submission():
                saved = service.save_training(found, form.data)
                flash(_("培训已登记。"), "good")
                return redirect(url_for("registry.training", training_id=saved.id), 303)
    officers = queries.bureau_inspectors(tenants.my_bureau().id)
    if found is not None:
        # Who has left since took part all the same, and stays with it.
        there = [officer for _place, officer in places_of(found)]
        officers = sorted({*officers, *there}, key=lambda one: (one.sort_key, one.code))
    choices = [(one.id, one.name, one.post) for one in officers]
    return page(
        "officers/training_edit.html",
        form.status,
        form=form,
        training=found,
        officers=choices,
        units=units(),
    )
