"""Signing in by the deployment's own provider (OpenID Connect), where it has one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_babel import gettext as _

from onedoor.edge.guard import public
from onedoor.edge.rate_limits import limiter
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.web import devices, openid_connect
from onedoor.web.openid_connect import Distrusted, Provider
from onedoor.web.session import STEP, Code, next_step, private, signed_in_as
from onedoor.web.shell import forms, page
from onedoor.web.shell.errors import sentence_of
from tenants import people

pages = Blueprint("single_sign_on", __name__)
# Where the person wished to go, while the browser is at the provider.
WISH = "oidc_next"


def provider() -> Provider:
    """The provider of this deployment; without one these pages do not exist."""
    found = openid_connect.provider()
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
        answer = there.leave(_back())
    except ClerkError as error:
        return _refused(error)
    session[WISH] = request.args.get("next")
    return answer


@pages.get("/sign-in/oidc/back")
@limiter.limit("30/minute")
@public
def back() -> Any:
    """Come back from the provider: the answer is used once, and only by the browser that asked."""
    there, wish = provider(), session.pop(WISH, None)
    try:
        subject = there.subject()
        entered, username = people.sign_in_by(
            there.issuer, subject, origin=request.remote_addr or "", agent=request.user_agent.string
        )
    except ClerkError as error:
        if isinstance(error, Distrusted):
            current_app.logger.warning("single sign-on refused: %s", error.why)
        return _refused(error)
    answer = next_step(entered, username, wish)
    if entered.bound_by:
        # An administrator anywhere can bind the identifier of somebody else, who then works where they do not belong.
        message = _(
            "这是您第一次用统一身份认证登录，进入的是%(bureau)s的账户“%(name)s”，由%(by)s绑定。"
            "如果这不是您的单位和账户，请不要办理任何事项，立即退出登录，并告诉平台运维人员。",
            bureau=entered.bureau_name,
            name=username,
            by=entered.bound_by,
        )
        flash(message, "warn")
    return answer


@pages.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit("30/minute", methods=["POST"])
@public
def code() -> Any:
    """The one-time password, for accounts that have one, after the provider's word."""
    if STEP not in session:
        return redirect(url_for("session.sign_in"), 303)
    form = forms.read(Code()) if request.method == "POST" else forms.empty()
    status = form.status
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


def _back() -> str:
    base: str = current_app.extensions["onedoor.config"].base_url
    return base + url_for("single_sign_on.back")


def _refused(error: ClerkError) -> Any:
    flash(sentence_of(error), "bad")
    return redirect(url_for("session.sign_in"), 303)
