"""One person of the bureau: adding, roles, sessions, closing, and links to hand over (R-T5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.identity import current_user
from onedoor.web.devices import device_of
from onedoor.web.edit_conflicts import opened, sent
from onedoor.web.settings.blueprint import administrators, pages
from onedoor.web.settings.labels import ROLES
from onedoor.web.settings.people import ACTIVE, role_names
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from onedoor.web.single_sign_on import provider
from tenants import people, queries
from tenants.people import AccountView, LinkToHandOver
from tenants.rules import Role, needs_totp


class PersonChange(Schema):
    """What may be changed of somebody; a number left empty stays what it was."""

    display_name = fields.String(required=True, validate=validate.Length(1, 60))
    post = fields.String(load_default="", validate=validate.Length(max=100))
    unit_id = fields.UUID(load_default=None, allow_none=True)
    roles = fields.List(fields.Enum(Role, by_value=True), load_default=list)
    identity_number = fields.String(load_default="", validate=validate.Length(max=30))


class NewPerson(PersonChange):
    """Somebody new; the number tells who they are, whatever other accounts they have."""

    username = fields.String(required=True, validate=validate.Length(max=32))
    identity_number = fields.String(required=True, validate=validate.Length(max=30))


class Binding(Schema):
    """Who somebody is at the deployment's provider."""

    subject = fields.String(required=True, validate=validate.Length(1, 255))


class Closing(Schema):
    """Why an account is closed."""

    reason = fields.String(required=True, validate=validate.Length(1, 200))


@pages.route("/users/new", methods=["GET", "POST"])
@administrators
def user_new() -> Any:
    """Add somebody; the answer shows the link to hand over, once."""
    form = forms.read(NewPerson()) if request.method == "POST" else forms.empty()
    if request.method == "POST" and form.ok:
        with form.submission():
            user_id, handed = people.invite(**form.data)
            return _handed(people.account_views(user_id), handed)
    return _edit(form, None)


@pages.get("/users/<uuid:user_id>")
@administrators
def user(user_id: UUID) -> Any:
    """Somebody of this bureau, and where they are signed in."""
    return _show(people.account_views(user_id), forms.empty())


@pages.route("/users/<uuid:user_id>/edit", methods=["GET", "POST"])
@administrators
def user_edit(user_id: UUID) -> Any:
    """Change name, post, unit and roles."""
    kept = people.account_views(user_id)
    names = ("display_name", "post", "unit_id")
    form = opened(kept, lambda: {**forms.of(kept, *names).values, "roles": sorted(kept.roles)})
    if request.method == "POST":
        form = sent(PersonChange(), form, kept)
    if request.method == "POST" and form.ok:
        with form.submission():
            people.change(user_id, **form.data)
            flash(_("已保存。"), "good")
            return _back(user_id)
    return _edit(form, kept)


@pages.post("/users/<uuid:user_id>/close")
@administrators
def user_close(user_id: UUID) -> Any:
    """Close an account with the reason; its sessions end at once."""
    kept, form = people.account_views(user_id), forms.read(Closing())
    if form.ok:
        with form.submission():
            people.close(user_id, form.data["reason"])
            flash(_("账户已停用，登录都已结束。"), "good")
            return _back(user_id)
    return _show(kept, form)


@pages.post("/users/<uuid:user_id>/reopen")
@administrators
def user_reopen(user_id: UUID) -> Any:
    """Open a closed account again."""
    people.reopen(user_id)
    flash(_("账户已恢复使用。"), "good")
    return _back(user_id)


@pages.post("/users/<uuid:user_id>/link")
@administrators
def user_link(user_id: UUID) -> Any:
    """A link to a password, shown once."""
    kept = people.account_views(user_id)
    return _handed(kept, people.hand_link(user_id))


@pages.post("/users/<uuid:user_id>/clear-totp")
@administrators
def user_clear_totp(user_id: UUID) -> Any:
    """For a lost phone: begin anew by a link, shown once."""
    kept = people.account_views(user_id)
    return _handed(kept, people.clear_totp(user_id))


@pages.post("/users/<uuid:user_id>/sessions/<uuid:session_id>/end")
@administrators
def user_session_end(user_id: UUID, session_id: UUID) -> Any:
    """End one session of somebody."""
    people.revoke(user_id, session_id)
    flash(_("这台设备上的登录已结束。"), "good")
    return _back(user_id)


@pages.post("/users/<uuid:user_id>/binding")
@administrators
def user_bind(user_id: UUID) -> Any:
    """Bind somebody to whom the provider knows by this subject."""
    kept, form = people.account_views(user_id), forms.read(Binding())
    if form.ok:
        with form.submission():
            people.bind(user_id, provider().issuer, form.data["subject"])
            flash(_("已绑定，本人可以用统一身份认证登录。"), "good")
            return _back(user_id)
    return _show(kept, forms.empty(), form)


@pages.post("/users/<uuid:user_id>/unbind")
@administrators
def user_unbind(user_id: UUID) -> Any:
    """Somebody signs in by name and password only."""
    people.unbind(user_id, provider().issuer)
    flash(_("已解除绑定。"), "good")
    return _back(user_id)


def _show(kept: AccountView, form: Form, binding: Form | None = None) -> Any:
    issuer = current_app.extensions["onedoor.config"].oidc_issuer
    return page(
        "settings/user.html",
        200 if form.ok and (binding is None or binding.ok) else 422,
        user=kept,
        active=ACTIVE,
        federated=bool(issuer),
        bound=people.bound(kept.id, issuer) if issuer else None,
        binding=binding or forms.empty(),
        unit={unit.id: unit.name for unit in queries.units()}.get(kept.unit_id or kept.id, ""),
        roles=role_names([role.value for role in kept.roles]),
        required=needs_totp(kept.roles),
        sessions=people.sessions_of(kept.id, current_user.session_digest),
        device_of=device_of,
        me=kept.id == current_user.user_id,
        form=form,
    )


def _edit(form: Form, kept: AccountView | None) -> Any:
    supervises = bool(queries.grants(current_user.tenant_id))
    return page(
        "settings/user_edit.html",
        form.status,
        form=form,
        user=kept,
        units=[(unit.id, unit.name) for unit in queries.units()],
        roles=[
            (role.value, name, _("登录时另需动态口令") if needs_totp(frozenset({role})) else "")
            for role, name in ROLES.items()
            if supervises or role is not Role.SUPERVISOR
        ],
    )


def _handed(kept: AccountView, handed: LinkToHandOver) -> Response:
    answer = page(
        "settings/user_link.html",
        user=kept,
        handed=handed,
        address=current_app.extensions["onedoor.config"].base_url
        + url_for("session.invitation", token=handed.token),
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _back(user_id: UUID) -> Any:
    return redirect(url_for("settings.user", user_id=user_id), 303)
