"""日历: a month or a week of visits, deadlines and periods, of the bureau, an officer or a unit; moving a visit to another day."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.guard import allow
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.visits import queries, service
from onedoor.visits.queries.visit_calendar import CalendarEntry
from onedoor.visits.schemas import DaySchema
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from onedoor.web.visits.blueprint import pages, visit_labels
from tenants import queries as bureaus
from tenants.rules import Permission

MONTH, WEEK = "month", "week"
# So many of a day are shown in a month's cell, the others counted.
MOST_IN_CELL = 6


class CalendarArgs(Schema):
    """Which days, and whose."""

    view = fields.String(load_default=MONTH, validate=validate.OneOf([MONTH, WEEK]))
    day = fields.Date(load_default=None, allow_none=True)
    officer = fields.UUID(load_default=None, allow_none=True)
    unit = fields.UUID(load_default=None, allow_none=True)


@dataclass(frozen=True, kw_only=True)
class CalendarPage:
    """What the calendar of visits shows."""

    view: Any
    day: Any
    now: date
    weeks: list[list[date]]
    entries: dict[date, list[CalendarEntry]]
    periods: list[Any]
    most: int
    states: dict[Any, Label]
    former: date
    later: date
    officers: list[tuple[str, str]]
    units: list[Any]
    officer: str
    unit: str
    may_move: bool
    say: Callable[..., str]


@pages.get("/calendar")
@allow(Permission.BUREAU_READ)
def calendar() -> Any:
    """A month or a week."""
    form = forms.read(CalendarArgs(), request.args)
    given = form.data if form.ok else CalendarArgs().load({})
    day = given.get("day") or today()
    weeks = _weeks(given["view"], day)
    first, last = weeks[0][0], weeks[-1][-1]
    found = queries.calendar_entries(first, last, account_id=given.get("officer"), unit_id=given.get("unit"))
    on = {
        one: [entry for entry in found if entry.kind != "period" and entry.first == one]
        for week in weeks
        for one in week
    }
    return page(
        "visits/calendar.html",
        200,
        CalendarPage(
            view=given["view"],
            day=day,
            now=today(),
            weeks=weeks,
            entries=on,
            periods=[one for one in found if one.kind == "period"],
            most=MOST_IN_CELL if given["view"] == MONTH else len(found),
            states=visit_labels(),
            former=_step(given["view"], day, -1),
            later=_step(given["view"], day, 1),
            officers=_officers(),
            units=[(str(one.id), one.name) for one in bureaus.units()],
            officer=str(given.get("officer") or ""),
            unit=str(given.get("unit") or ""),
            may_move=current_user.may(Permission.VISIT_MANAGE),
            say=in_language,
        ),
    )


@pages.get("/calendar/<uuid:visit_id>")
@allow(Permission.VISIT_MANAGE)
def calendar_move(visit_id: UUID) -> Any:
    """Move a visit: where dragging leads to, and the way by keyboard."""
    found = queries.visit(visit_id)
    wished = forms.read(CalendarArgs(), request.args).data.get("day")
    return _move(visit_id, forms.empty(day=wished or found.scheduled_on))


@pages.post("/calendar/<uuid:visit_id>")
@allow(Permission.VISIT_MANAGE)
def calendar_moved(visit_id: UUID) -> Any:
    """Move it, where the rule lets it."""
    queries.visit(visit_id)
    form = forms.read(DaySchema())
    if form.ok:
        with form.submission():
            service.reschedule(visit_id, **form.data)
            flash(_("已改期。"), "good")
            return redirect(url_for("visits.calendar", day=form.data["day"]), 303)
    return _move(visit_id, form)


def _move(visit_id: UUID, form: Form) -> Any:
    found = queries.visit(visit_id)
    return page("visits/calendar_move.html", form.status, visit=found, form=form)


def _weeks(view: str, day: date) -> list[list[date]]:
    if view == WEEK:
        monday = day - timedelta(days=day.weekday())
        return [[monday + timedelta(days=number) for number in range(7)]]
    return Calendar().monthdatescalendar(day.year, day.month)


def _step(view: str, day: date, way: int) -> date:
    if view == WEEK:
        return day + timedelta(days=7 * way)
    first = day.replace(day=1)
    return (
        (first + timedelta(days=32)).replace(day=1) if way > 0 else (first - timedelta(days=1)).replace(day=1)
    )


def _officers() -> list[tuple[str, str]]:
    query = sa.select(Inspector.user_id, Inspector.name).where(
        Inspector.tenant_id == current_user.tenant_id, Inspector.user_id.is_not(None)
    )
    return [(str(row.user_id), row.name) for row in db.session.execute(query.order_by(Inspector.sort_key))]
