"""代办和委托 of the bureau: who acts for whom, and arranging it for somebody who is away (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.settings.labels import PERMISSIONS
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from tenants import people, queries
from tenants.rules import DELEGABLE, IN_WRITING, Permission

KINDS = {"leave": _l("代办（请假等）"), "written": _l("书面委托")}
STATES = {
    "coming": Label(_l("未开始"), "waiting"),
    "valid": Label(_l("有效"), "active"),
    "over": Label(_l("已到期"), "neutral"),
    "ended": Label(_l("已终止"), "stopped"),
}


class StandInSchema(Schema):
    """A colleague, what for, how long, and on what basis."""

    agent_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    permissions = fields.List(fields.Enum(Permission, by_value=True), load_default=list)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    basis = fields.String(required=True, validate=validate.Length(2, 200))


class ForSomebody(StandInSchema):
    """For whom, beside the rest."""

    principal_id = fields.UUID(required=True)


@pages.get("/stand-ins")
@administrators
def stand_ins() -> Any:
    """All of this bureau."""
    return _show(forms.empty(since=today()))


@pages.post("/stand-ins")
@administrators
def stand_in_new() -> Any:
    """For somebody who is away and cannot do it themselves."""
    form = forms.read(ForSomebody())
    if form.ok:
        with form.submission():
            people.arrange(**form.data)
            flash(_("已经设定，办理的事项会写明双方姓名。"), "good")
            return redirect(url_for("settings.stand_ins"), 303)
    return _show(form)


@pages.post("/stand-ins/<uuid:stand_in_id>/end")
@administrators
def stand_in_end(stand_in_id: UUID) -> Any:
    """End it at once."""
    people.end(stand_in_id, by_administrator=True)
    flash(_("已终止。"), "good")
    return redirect(url_for("settings.stand_ins"), 303)


def colleagues() -> list[tuple[UUID, str]]:
    """People of this bureau with an account in use."""
    rows = db.session.execute(queries.users())
    return sorted(
        ((row.id, row.display_name + _("（%(text)s）", text=row.username)) for row in rows if row.active),
        key=lambda x: x[1],
    )


def choices(held: frozenset[Permission]) -> list[tuple[str, Any, Any]]:
    """What may be passed on of what is held; the head's approvals in writing only."""
    return [
        (one.value, PERMISSIONS[one], _("只能书面委托") if one in IN_WRITING else "")
        for one in Permission
        if one in held & DELEGABLE
    ]


def _show(form: Form) -> Any:
    return page(
        "settings/stand_ins.html",
        form.status,
        form=form,
        found=people.arrangements(),
        kinds=KINDS,
        states=STATES,
        names=PERMISSIONS,
        permissions=choices(DELEGABLE),
        colleagues=colleagues(),
    )
