"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, request, session, url_for
from marshmallow import Schema, fields, validate

from onedoor.edge import guard
from onedoor.kernel.errors import ClerkError
from onedoor.web.limits import limiter
from onedoor.web.shell import forms, page
from onedoor.web.shell.menu import url_if
from onedoor.web.shell.security import safe_next
from tenants import people

pages = Blueprint("session", __name__)


class SignIn(Schema):
    """What the sign-in form sends."""

    username = fields.String(required=True, validate=validate.Length(max=64))
    password = fields.String(required=True, validate=validate.Length(max=256))
    code = fields.String(load_default="", validate=validate.Length(max=16))


@pages.route("/sign-in", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@guard.public
def sign_in() -> Any:
    """The form, and what it sends."""
    form = forms.empty()
    if request.method == "POST":
        form = forms.read(SignIn())
        if form.ok:
            try:
                return _enter(form.data)
            except ClerkError as error:
                form.refuse(error)
    return page("session/sign_in.html", 200 if form.ok else 422, form=form)


@pages.post("/sign-out")
@guard.public
def sign_out() -> Any:
    """End this session."""
    if guard.COOKIE in session:
        people.sign_out(session[guard.COOKIE])
    session.clear()
    return redirect(url_for("session.sign_in"), 303)


def _enter(data: dict[str, str]) -> Any:
    token = people.sign_in(
        data["username"].strip(),
        data["password"],
        data["code"],
        origin=request.remote_addr or "",
        agent=request.user_agent.string,
    )
    # A new session, so that one planted before signing in is of no use.
    session.clear()
    session[guard.COOKIE] = token
    g.principal = people.principal_of(token)
    return redirect(safe_next(request.args.get("next"), _landing()))


def _landing() -> str:
    home = {"oversight": "supervision.overview", "platform": "operator.bureaus"}.get(
        g.principal.area, "desk.home"
    )
    return url_if(home) or url_if("jobs.jobs") or "/"
