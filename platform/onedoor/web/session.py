"""Signing in and out, enrolling a one-time password, and the links by which a password is set."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge import guard, identity
from onedoor.edge.rate_limits import limiter
from onedoor.kernel.errors import ClerkError
from onedoor.web import devices
from onedoor.web.shell import forms, menu, page
from onedoor.web.shell.forms import Form
from onedoor.web.shell.security import safe_next
from tenants import people
from tenants.people import SignInResult

pages = Blueprint("session", __name__)
# What the cookie holds between the password and the first one-time password.
STEP = "step"


class SignIn(Schema):
    """What the sign-in form sends."""

    username = fields.String(required=True, validate=validate.Length(max=64))
    password = fields.String(required=True, validate=validate.Length(max=1000))
    code = fields.String(load_default="", validate=validate.Length(max=16))


class Code(Schema):
    """The first one-time password."""

    code = fields.String(required=True, validate=validate.Length(max=16))


class NewPassword(Schema):
    """A password, typed twice."""

    password = fields.String(required=True, validate=validate.Length(max=1000))
    again = fields.String(required=True, validate=validate.Length(max=1000))


@pages.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard.public
def sign_in() -> Any:
    """The form, and what it sends."""
    form, status = forms.empty(), 200
    if request.method == "POST":
        form, status = forms.read(SignIn()), 422
        if form.ok:
            try:
                return _enter(form.data)
            except ClerkError as error:
                form.refuse(error)
                status = error.status
    return page("session/sign_in.html", status, form=form, provider=_provider_name())


@pages.post("/sign-out")
@guard.public
def sign_out() -> Any:
    """End this session."""
    identity.end(session.get(identity.TOKEN))
    session.clear()
    return redirect(url_for("session.sign_in"), 303)


@pages.route("/sign-in/one-time-password", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard.public
def enrol() -> Any:
    """The QR code for the app on the phone, and its first code, which signs in."""
    if STEP not in session:
        return redirect(url_for("session.sign_in"), 303)
    try:
        shown = people.enrolment(session[STEP])
    except people.LinkSpent:
        session.pop(STEP)
        flash(_("登录步骤已过期，请重新登录。"), "warn")
        return redirect(url_for("session.sign_in"), 303)
    form = forms.read(Code()) if request.method == "POST" else forms.empty()
    if request.method == "POST" and form.ok:
        with form.submission():
            return _enrolled(form.data["code"], shown.username)
    return private(page("session/enrol.html", form.status, form=form, shown=shown))


@pages.route("/invitation/<token>", methods=["GET", "POST"])
@limiter.limit("30/minute")
@guard.public
def invitation(token: str) -> Any:
    """A first password, or a new one, by a link that works once."""
    invited = people.invited(token)
    form = forms.read(NewPassword()) if request.method == "POST" else forms.empty()
    if request.method == "POST" and read_twice(form):
        with form.submission():
            username = people.set_password(token, form.data["password"], origin=request.remote_addr or "")
            session.clear()
            flash(_("密码已设置，请用用户名 %(name)s 登录。", name=username), "good")
            return devices.remember(make_response(redirect(url_for("session.sign_in"), 303)), username)
    return private(page("session/invitation.html", form.status, form=form, invited=invited))


def _provider_name() -> str:
    """What the deployment's own provider is called, if there is one to sign in by."""
    config = current_app.extensions["onedoor.config"]
    return (config.oidc_name or _("统一身份认证")) if config.oidc_issuer else ""


def read_twice(form: Form) -> bool:
    """Whether the form is right and both passwords are the same."""
    if form.ok and form.data["password"] != form.data["again"]:
        form.errors["again"] = [_("两次填写的密码不一样，请重新填写。")]
    return form.ok


def _enter(data: dict[str, str]) -> Response:
    username = data["username"].strip()
    entered = people.sign_in(
        username,
        data["password"],
        data["code"],
        place=devices.place_of(username),
        origin=request.remote_addr or "",
        agent=request.user_agent.string,
    )
    return next_step(entered, username, request.args.get("next"))


def next_step(entered: SignInResult, username: str, wish: str | None) -> Response:
    """Into the house, or to the step that comes first; afterwards where the person wished to go."""
    # A new session, so that one planted before signing in is of no use.
    session.clear()
    if entered.step:
        session[STEP], session["name"] = entered.token, username
        step = "session.enrol" if entered.step == "enrol" else "single_sign_on.code"
        return make_response(redirect(url_for(step, next=wish)))
    return signed_in_as(entered.token, username, wish)


def signed_in_as(token: str, username: str, wish: str | None = None) -> Response:
    """The browser speaks for this session from now on, and is known when it comes again."""
    session.clear()
    identity.begin(token)
    return devices.remember(make_response(redirect(_onward(wish))), username)


def _enrolled(code: str, username: str) -> Response:
    token, codes = people.enrol(
        session[STEP], code, origin=request.remote_addr or "", agent=request.user_agent.string
    )
    session.clear()
    identity.begin(token)
    return devices.remember(private(page("session/codes.html", codes=codes, onward=_onward())), username)


def private(response: Response) -> Response:
    """Not kept by the browser or by anything on the way."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _onward(wish: str | None = None) -> str:
    return safe_next(wish or request.args.get("next"), menu.home())
