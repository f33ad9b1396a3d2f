"""代办和委托: letting a colleague act for me, and acting for one (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import signed_in
from onedoor.edge.identity import current_user
from onedoor.kernel.clock import today
from onedoor.web.settings.labels import PERMISSIONS
from onedoor.web.settings.stand_ins import KINDS, STATES, StandInSchema, choices, colleagues
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import people
from tenants.rules import permissions_of

pages = Blueprint("standing_in", __name__, url_prefix="/account/stand-ins")


@pages.get("/")
@signed_in
def home() -> Any:
    """Who acts for me, and for whom I may act."""
    return _show(forms.empty(since=today()))


@pages.post("/")
@signed_in
def arrange() -> Any:
    """Let a colleague act for me."""
    form = forms.read(StandInSchema())
    if form.ok:
        with form.submission():
            people.arrange(current_user.user_id, **form.data)
            flash(_("已经设定。对方登录后选择“代我办理”，办理的事项会写明双方姓名。"), "good")
            return redirect(url_for("standing_in.home"), 303)
    return _show(form)


@pages.post("/<uuid:stand_in_id>/end")
@signed_in
def end(stand_in_id: UUID) -> Any:
    """End it at once, as either of the two."""
    people.end(stand_in_id)
    flash(_("已终止。"), "good")
    return redirect(url_for("standing_in.home"), 303)


@pages.post("/<uuid:stand_in_id>/act")
@signed_in
def act(stand_in_id: UUID) -> Any:
    """Work in a colleague's name from now on."""
    people.act_for(stand_in_id, current_user.session_digest)
    return redirect(url_for("desk.home"), 303)


@pages.post("/stop")
@signed_in
def stop() -> Any:
    """Work in my own name again."""
    people.act_for_oneself(current_user.session_digest)
    flash(_("已结束代办，您现在以自己的名义办理。"), "good")
    return redirect(url_for("desk.home"), 303)


def _show(form: Form) -> Any:
    me = current_user
    found = people.arrangements(me.user_id)
    return page(
        "delegation/home.html",
        form.status,
        form=form,
        given=[one for one in found if one.principal_id == me.user_id],
        received=[one for one in found if one.agent_id == me.user_id],
        kinds=KINDS,
        states=STATES,
        names=PERMISSIONS,
        permissions=choices(permissions_of(me.roles)),
        colleagues=[one for one in colleagues() if one[0] != me.user_id],
    )
