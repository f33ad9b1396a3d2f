"""接口: the tokens by which this bureau's other systems call the API; scoped, expiring, shown once.

Everybody gives what they may themselves and no more; an administrator sees and ends them all.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate

from onedoor.edge.guard import expectation_of, signed_in
from onedoor.edge.identity import current_user
from onedoor.edge.language import in_language
from onedoor.edge.rate_limits import CALLS, limiter
from onedoor.web.settings.blueprint import pages
from onedoor.web.settings.labels import PERMISSIONS
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.pieces import Label
from tenants import people, queries
from tenants.rules import Permission, needs_totp

STATES = {
    "valid": Label(_l("有效"), "done"),
    "expired": Label(_l("已过期"), "neutral"),
    "revoked": Label(_l("已停用"), "stopped"),
}
LIVES = ((30, _l("30 天")), (90, _l("90 天")), (180, _l("180 天")), (365, _l("一年")))


def _is_room(name: str) -> None:
    if name not in rooms():
        raise ValidationError("Not a valid choice.")


class NewToken(Schema):
    """A token: which system, what it may do, how long."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    permissions = fields.List(fields.Enum(Permission, by_value=True), load_default=list)
    days = fields.Integer(required=True, validate=validate.OneOf([days for days, _name in LIVES]))
    rooms = fields.List(fields.String(validate=_is_room), load_default=list)
    networks = fields.String(load_default="", validate=validate.Length(max=1000))
    known = fields.String(load_default="", validate=validate.Length(max=1000))


class Renewal(Schema):
    """The password again, of who signs in without a one-time password."""

    known = fields.String(load_default="", validate=validate.Length(max=1000))


def rooms() -> dict[str, str]:
    """Parts of the interface a token may be confined to, with what each is for."""
    tags = current_app.extensions["onedoor.api"].get("tags", [])
    return {one["name"]: one.get("description", "") for one in tags}


def offered() -> frozenset[Permission]:
    """What any call of the API asks for, and whoever is here may do; a token can have no other permission."""
    asked = [
        expectation_of(view) for name, view in current_app.view_functions.items() if name.startswith("api_")
    ]
    found = {one for each in asked if each and each.permissions for one in each.permissions}
    # Whoever keeps accounts and tokens is a person, whatever the API asks for (R-T5).
    found -= {Permission.USERS_MANAGE}
    found &= current_user.permissions
    # Supervision is granted to a bureau (R-T3): without a grant a token would open nothing and promise something.
    supervises = bool(queries.grants(current_user.tenant_id))
    return frozenset(found if supervises else found - {Permission.OVERSIGHT, Permission.OVERSIGHT_ANSWER})


@pages.get("/interfaces")
@signed_in
def interfaces() -> Any:
    """The tokens one gave, with their last use; an administrator's page has all of the bureau's."""
    return _show(forms.empty(days=90))


@pages.post("/interfaces")
@limiter.limit("10/minute")
@signed_in
def interface_new() -> Any:
    """Make a token; the answer shows it, once."""
    form = forms.read(NewToken())
    if form.ok:
        with form.submission():
            given = {name: one for name, one in form.data.items() if name != "known"}
            token = people.make_token(
                **given,
                offered=offered(),
                password=form.data["known"],
                session_digest=current_user.session_digest,
            )
            return _show_once(token, form.data["name"])
    return _show(form)


@pages.post("/interfaces/<uuid:token_id>/renewal")
@limiter.limit("10/minute")
@signed_in
def interface_renewal(token_id: UUID) -> Any:
    """A new token in the place of this one, shown once; both serve for a week."""
    name = next((one.name for one in _tokens() if one.id == token_id), "")
    form = forms.read(Renewal())
    token = people.renew_token(
        token_id, offered(), form.data.get("known", ""), session_digest=current_user.session_digest
    )
    return _show_once(token, name)


@pages.post("/interfaces/<uuid:token_id>/revoke")
@signed_in
def interface_revoke(token_id: UUID) -> Any:
    """End a token; the next call with it is refused."""
    people.revoke_token(token_id)
    flash(_("令牌已停用，用它的系统不能再调用接口。"), "good")
    return redirect(url_for("settings.interfaces"), 303)


def asks_password() -> bool:
    """Whether who is here says their password again: they sign in without a one-time password."""
    return not needs_totp(current_user.roles)


def _tokens() -> list[people.KeptToken]:
    return people.tokens(given_by=None if current_user.may(Permission.USERS_MANAGE) else current_user.user_id)


def _show_once(token: str, name: str) -> Any:
    answer = page("settings/interface_token.html", token=token, name=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _show(form: Form) -> Any:
    return page(
        "settings/interfaces.html",
        form.status,
        form=form,
        tokens=_tokens(),
        asks_password=asks_password(),
        states=STATES,
        names=PERMISSIONS,
        lives=LIVES,
        rooms=[(name, f"{name}　{in_language(text)}") for name, text in rooms().items()],
        quota=CALLS.partition("/")[0],
        permissions=[(one.value, PERMISSIONS[one]) for one in Permission if one in offered()],
        opened=bool(form.errors) or "new" in request.args,
    )
