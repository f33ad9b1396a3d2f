"""本地规定 as the supervisor reads them and proposes others; the operator enters them (access.md)."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import allow
from onedoor.kernel.clock import today
from onedoor.kernel.errors import ClerkError
from onedoor.web.operator.settings import decision_of, form_value
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.supervision.blueprint import overseers, pages
from tenants import settings
from tenants.rules import Permission
from tenants.settings import entry, queries, values
from tenants.settings.schemas import DecisionSchema


@pages.get("/settings", endpoint="settings")
@overseers
def settings_page() -> Any:
    """What is in force at a place of one's grants, and what one proposed."""
    place = _place()
    return page(
        "supervision/settings.html",
        place=place,
        places=queries.supervised_places(),
        rows=queries.in_force(place),
        proposals=queries.proposals(),
        declared=settings.declared,
    )


# The proposal is a row of the supervising bureau's own, so both ways are in its own scope (access.md).
@pages.route("/settings/<key>", methods=["GET", "POST"], endpoint="setting_propose")
@allow(Permission.OVERSIGHT_ANSWER)
def propose(key: str) -> Any:
    """Propose another value, with what it would change."""
    one, changes = _declared(key), None
    value, place = values.value(one.key, place=_place()), _place()
    form = forms.empty(place=place, value=form_value(one, value), codes=value, since=today())
    if request.method == "POST":
        form = forms.read(DecisionSchema())
        if form.ok:
            with form.submission():
                decision = decision_of(one, form)
                changes = entry.preview(decision)
                if request.form.get("then") == "propose":
                    entry.propose(decision)
                    flash(_("已提出，由平台运维登记。"), "good")
                    return redirect(url_for("supervision.settings", place=decision.place), 303)
    return _show(one, form, changes)


def _show(one: settings.Setting, form: Form, changes: list[entry.Change] | None) -> Any:
    return page(
        "supervision/setting.html",
        form.status,
        setting=one,
        form=form,
        changes=changes if form.ok else None,
        places=[(each.code, each.name) for each in queries.supervised_places()],
    )


def _declared(key: str) -> settings.Setting:
    try:
        return settings.declared(key)
    except ClerkError:
        abort(404)


def _place() -> str:
    asked, mine = request.args.get("place", ""), [one.code for one in queries.supervised_places()]
    return asked if asked in mine else queries.my_place()
