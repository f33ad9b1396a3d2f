"""The bureau's own days of disclosure, sooner than its place's (R-O1)."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.visits import queries, service
from onedoor.visits.schemas import DisclosureDaysSchema
from onedoor.web.shell import forms, page
from onedoor.web.visits.blueprint import pages
from tenants.rules import Permission


@pages.route("/to-disclose/days", methods=["GET", "POST"], endpoint="disclosure_days")
@allow(Permission.USERS_MANAGE)
def disclosure_days() -> Any:
    """What holds, what was decided before, and a new decision."""
    own = queries.own_disclosure_days(today())
    form = forms.empty(days=own)
    if request.method == "POST":
        form = forms.read(DisclosureDaysSchema())
        if form.ok:
            with form.submission():
                service.set_disclosure_days(form.data["days"])
                flash(_("已改定公示期限，今天起结束的检查按它计算。"), "good")
                return redirect(url_for("visits.disclosure_days"), 303)
    return page(
        "visits/disclosure_days.html",
        form.status,
        form=form,
        own=own,
        place=service.place_disclosure_days(),
        decided=queries.disclosure_days(),
    )
