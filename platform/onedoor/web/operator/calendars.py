"""工作日历: the years that are known, and a year entered by hand or from the notice's list (R-S3)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.kernel.clock import today
from onedoor.web.operator.blueprint import operators, pages
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants.settings import calendars
from tenants.settings.schemas import CalendarSchema


@pages.get("/calendars", endpoint="calendars")
@operators
def calendars_page() -> Any:
    """The years that are known, and the form for another."""
    return _show(forms.empty(year=request.args.get("year", type=int) or today().year + 1))


@pages.post("/calendars", endpoint="calendar_set")
@operators
def calendar_set() -> Any:
    """Show what was read of a notice; sent again with the word, set the year."""
    form = forms.read(CalendarSchema())
    read = None
    if form.ok:
        with form.submission():
            text = _text(form)
            off, on = calendars.read_days(text)
            read = calendars.check(form.data["year"], off, on, form.data["provenance"])
            form = forms.empty(**{**form.data, "days": text})
            if request.form.get("then") == "enter":
                calendars.enter(read.year, off, on, read.source)
                flash(_("已登记 %(year)s 年工作日历。", year=read.year), "good")
                return redirect(url_for("operator.calendars"), 303)
    return _show(form, read)


def _text(form: Form) -> str:
    """What the file says where one was sent, else what was typed."""
    sent = request.files.get("file")
    return calendars.text_of(sent.read()) if sent and sent.filename else str(form.data["days"])


def _show(form: Form, read: Any = None) -> Any:
    this = today().year
    known = calendars.years()
    years = {one.year for one in known}
    return page(
        "operator/calendars.html",
        form.status,
        form=form,
        read=read,
        known=known,
        missing=[year for year in (this, this + 1) if year not in years],
    )
