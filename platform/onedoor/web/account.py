"""我的账户: one's own password, one-time password and sessions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, session, url_for
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from onedoor.edge.guard import signed_in
from onedoor.edge.identity import current_user
from onedoor.edge.language import word_list
from onedoor.edge.rate_limits import limiter
from onedoor.kernel.errors import ClerkError
from onedoor.web.devices import device_of
from onedoor.web.session import STEP, NewPassword, read_twice
from onedoor.web.shell import forms, page
from onedoor.web.shell.forms import Form
from tenants import people
from tenants.rules import ROLE_NAMES, Permission, needs_totp

pages = Blueprint("account", __name__, url_prefix="/account")


class PasswordChange(NewPassword):
    """The present password, and a new one typed twice."""

    present = fields.String(required=True, validate=validate.Length(max=1000))


class NewPhone(Schema):
    """A phone by a name one knows it by, and the present password."""

    name = fields.String(required=True, validate=validate.Length(1, 60))
    phone_password = fields.String(required=True, validate=validate.Length(max=1000))


class Password(Schema):
    """The present password, asked again before something weighty."""

    known = fields.String(required=True, validate=validate.Length(max=1000))


@pages.get("/")
@signed_in
def home() -> Any:
    """Who I am here, where I am signed in, and how."""
    return _show()


@pages.post("/password")
@limiter.limit("10/minute")
@signed_in
def password() -> Any:
    """Change one's password; all other sessions end."""
    form = forms.read(PasswordChange())
    if read_twice(form):
        with form.submission():
            people.change_password(
                form.data["present"], form.data["password"], session_digest=current_user.session_digest
            )
            flash(_("密码已更换，其他设备上的登录都已结束。"), "good")
            return redirect(url_for("account.home"), 303)
    return _show(form)


@pages.post("/one-time-password")
@signed_in
def one_time_password() -> Any:
    """Begin to enrol a one-time password of one's own accord."""
    session[STEP] = people.begin_enrolling()
    return redirect(url_for("session.enrol", next=url_for("account.home")), 303)


@pages.post("/recovery-codes")
@limiter.limit("10/minute")
@signed_in
def recovery_codes() -> Any:
    """New recovery codes in place of the old ones; shown once."""
    form = forms.read(Password())
    if form.ok:
        with form.submission():
            codes = people.renew_recovery_codes(
                form.data["known"], session_digest=current_user.session_digest
            )
            return page("session/codes.html", codes=codes, onward=url_for("account.home"))
    return _show(codes_form=form)


@pages.post("/phones")
@limiter.limit("10/minute")
@signed_in
def phone_new() -> Any:
    """A token for one's own phone, shown once."""
    form = forms.read(NewPhone())
    if form.ok:
        try:
            token = people.make_phone_token(
                form.data["name"], form.data["phone_password"], session_digest=current_user.session_digest
            )
        except ClerkError as error:
            if error.status == 403:
                raise
            fields = error.fields or {"phone_password": [error.message]}
            form.refuse(ClerkError(error.message, fields=fields))
        else:
            answer = page("account/phone_token.html", token=token, name=form.data["name"])
            answer.headers["Cache-Control"] = "no-store"
            return answer
    return _show(phone_form=form)


@pages.post("/phones/<uuid:token_id>/end")
@signed_in
def phone_end(token_id: UUID) -> Any:
    """End the token of one of one's own phones."""
    people.end_phone_token(token_id)
    flash(_("这部手机的令牌已停用。"), "good")
    return redirect(url_for("account.home"), 303)


@pages.post("/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> Any:
    """End one of one's own sessions."""
    people.revoke(current_user.user_id, session_id)
    flash(_("这台设备上的登录已结束。"), "good")
    return redirect(url_for("account.home"), 303)


@pages.post("/sessions/end-others")
@signed_in
def end_others() -> Any:
    """End all of one's own sessions but this one."""
    count = people.revoke_others(current_user.session_digest)
    flash(_("其他 %(count)s 处登录已结束。", count=count), "good")
    return redirect(url_for("account.home"), 303)


def _show(
    password_form: Form | None = None, codes_form: Form | None = None, phone_form: Form | None = None
) -> Any:
    me, given = current_user, (password_form, codes_form, phone_form)
    return page(
        "account/home.html",
        200 if all(form is None or form.ok for form in given) else 422,
        roles=word_list(_(name) for role, name in ROLE_NAMES.items() if role in me.roles),
        sessions=people.sessions_of(me.user_id, me.session_digest),
        device_of=device_of,
        codes_left=people.recovery_codes_left(),
        required=needs_totp(me.roles),
        form=password_form or forms.empty(),
        codes_form=codes_form or forms.empty(),
        phone_form=phone_form or forms.empty(),
        phones=people.my_phone_tokens(),
        may_phone=me.may(Permission.VISIT_RECORD),
    )
