"""Signing in by the deployment's own provider (OpenID Connect), where it has one."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import public
from onedoor.edge.limits import limiter
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web import devices
from onedoor.web.oidc import Distrusted, Provider
from onedoor.web.session import STEP, Code, next_step, private, signed_in_as
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of
from tenants import people

pages = Blueprint("single_sign_on", __name__)
# What the cookie holds while the browser is at the provider.
UNDER_WAY = "oidc"


def provider() -> Provider:
    """The provider of this deployment; without one these pages do not exist."""
    found = Provider.of(current_app.extensions["onedoor.config"])
    if found is None:
        raise NotFound("没有开通统一身份认证，请用用户名和密码登录。")
    return found


@pages.get("/sign-in/oidc")
@limiter.limit("30/minute")
@public
def leave() -> Any:
    """Go to the provider."""
    there = provider()
    try:
        begun = there.begin(_back())
    except ClerkError as error:
        return _refused(error)
    session[UNDER_WAY] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "next": request.args.get("next"),
    }
    return redirect(begun.address)


@pages.get("/sign-in/oidc/back")
@limiter.limit("30/minute")
@public
def back() -> Any:
    """Come back from the provider: the answer is used once, and only by the browser that asked."""
    there, asked = provider(), session.pop(UNDER_WAY, None)
    try:
        subject = _answer(there, asked)
        entered, username = people.sign_in_by(
            there.issuer, subject, origin=request.remote_addr or "", agent=request.user_agent.string
        )
    except ClerkError as error:
        if isinstance(error, Distrusted):
            current_app.logger.warning("single sign-on refused: %s", error.why)
        return _refused(error)
    answer = next_step(entered, username, asked["next"])
    if entered.bound_by:
        # An administrator anywhere can bind the identifier of somebody else, who then works where they do not belong.
        told = _(
            "这是您第一次用统一身份认证登录，进入的是%(bureau)s的账户“%(name)s”，由%(by)s绑定。"
            "如果这不是您的单位和账户，请不要办理任何事项，立即退出登录，并告诉平台运维人员。",
            bureau=entered.bureau_name,
            name=username,
            by=entered.bound_by,
        )
        flash(told, "warn")
    return answer


@pages.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@public
def code() -> Any:
    """The one-time password, for accounts that have one, after the provider's word."""
    if STEP not in session:
        return redirect(url_for("session.sign_in"), 303)
    form = forms.read(Code()) if request.method == "POST" else forms.empty()
    status = 200 if form.ok else 422
    if request.method == "POST" and form.ok:
        try:
            token, username = people.confirm(
                session[STEP],
                form.data["code"],
                place=devices.place_of(session.get("name", "")),
                origin=request.remote_addr or "",
                agent=request.user_agent.string,
            )
            return signed_in_as(token, username)
        except people.LinkSpent:
            session.clear()
            flash(_("登录步骤已过期，请重新登录。"), "warn")
            return redirect(url_for("session.sign_in"), 303)
        except ClerkError as error:
            form.refuse(error)
            status = error.status
    return private(page("session/code.html", status, form=form))


def _answer(there: Provider, asked: dict[str, Any] | None) -> str:
    """The verified subject of an answer to our own question."""
    given = request.args
    if asked is None or not secrets.compare_digest(asked["state"].encode(), given.get("state", "").encode()):
        raise Distrusted("no such question")
    if "iss" in given and given["iss"] != there.issuer:
        raise Distrusted("another issuer answered (RFC 9207)")
    if "code" not in given:
        raise Distrusted(f"refused there: {given.get('error', '')[:60]}")
    return there.subject(given["code"], asked["nonce"], asked["verifier"], _back())


def _back() -> str:
    base: str = current_app.extensions["onedoor.config"].base_url
    return base + url_for("single_sign_on.back")


def _refused(error: ClerkError) -> Any:
    flash(sentence_of(error), "bad")
    return redirect(url_for("session.sign_in"), 303)
