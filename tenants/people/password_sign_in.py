"""Signing in: name, password, one-time password; and enrolling the latter where a role needs it.

Everything here runs in the identity scope, in short transactions of its own, and hands out tokens,
never an ORM object.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants.audit_anchors import ENROLLING, TOTP
from tenants.models import Bureau, UserAccount
from tenants.people import (
    access_links,
    one_time_passwords,
    passwords,
    sign_in_throttle,
)
from tenants.people.account_audit import record_act
from tenants.people.sessions import open_session, revoke_all
from tenants.people.sign_in_throttle import Place
from tenants.rules import Role, needs_totp
from tenants.scope import account_keeper, identity

SYSTEM = "系统"


@dataclass(frozen=True)
class SignInResult:
    """A session's token; or that of the `step` that comes first: enrol a one-time password, or give its code.

    `bound_by` and `bureau_name` stand where a provider's word is used for the first time: who bound it, and to what.
    """

    token: str
    step: str = ""
    bound_by: str = ""
    bureau_name: str = ""


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is shown: the address as QR code, or the secret to type."""

    username: str
    secret: str
    address: str


def sign_in(
    username: str, password: str, code: str, *, place: Place, origin: str, agent: str
) -> SignInResult:
    """Check name, password and one-time password.

    Raises `ClerkError` with one sentence that does not tell which part was wrong, and `waits.Waiting`
    where too many tries were.
    """
    with in_scope(identity(origin=origin)):
        sign_in_throttle.refuse_if_waiting(username, place)
        account = db.session.scalar(sa.select(UserAccount).where(UserAccount.username == username))
        right = passwords.matches(account.password_hash if account else None, password)
        if account is not None and right:
            # Locked once the password is known to be right, so that strangers cannot queue up before its owner.
            db.session.refresh(account, with_for_update=True)
        problem = _problem(account, right, code)
        if problem is None:
            assert account is not None
            entered = _let_in(account, password, username, place, agent)
        else:
            sign_in_throttle.count_wrong(username, place)
            if account is not None:
                record_act(account, "tenants.session.refuse")
        db.session.commit()
    if problem is not None:
        raise problem
    return entered


def enrolment(step: str) -> Enrolment:
    """What to show while a one-time password is being enrolled; raises `LinkSpent`."""
    with in_scope(identity()):
        link, account, _ = access_links.open_link(step, "step")
        if link.totp_secret is None:
            raise access_links.LinkSpent()
        secret = ENROLLING.open(link.id, link.totp_secret)
        return Enrolment(account.username, secret, one_time_passwords.address(secret, account.username))


def enrol(step: str, code: str, *, origin: str, agent: str) -> tuple[str, list[str]]:
    """The app's first code proves that it works: signs in; returns the session's token and the recovery codes."""
    token = secrets.token_urlsafe(32)
    with in_scope(identity(origin=origin)):
        link, account, _ = access_links.open_link(step, "step")
        if link.totp_secret is None:
            raise access_links.LinkSpent()
        secret = ENROLLING.open(link.id, link.totp_secret)
        used = one_time_passwords.step_of(secret, code, None)
        if used is None:
            raise ClerkError(
                "动态口令不正确，请核对。",
                fields={"code": [N_("请填写手机上现在显示的六位数字；手机的时间要准确。")]},
            )
        account.totp_secret = TOTP.seal(account.id, secret)
        account.totp_last_step, link.used_at = used, real_now()
        codes = one_time_passwords.give_recovery_codes(account)
        revoke_all(account.id)
        record_act(account, "tenants.totp.enrol")
        open_session(account, token, origin, agent)
        record_act(account, "tenants.session.open")
        db.session.commit()
    return token, codes


def begin_enrolling() -> str:
    """A signed-in person asks for a one-time password of their own accord; returns the step's token."""
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, current_scope().actor_id)
        assert account is not None
        if account.totp_secret is not None:
            raise ClerkError("动态口令已经启用。手机丢失时，请本单位管理员清除后重新启用。")
        step = begin_step(account)
        db.session.commit()
    return step


def begin_step(account: UserAccount) -> str:
    """The token of the step in which this account enrols a new secret (identity scope)."""
    return access_links.issue(account, "step", SYSTEM, one_time_passwords.new_secret()).token


def _let_in(account: UserAccount, password: str, username: str, place: Place, agent: str) -> SignInResult:
    sign_in_throttle.forget(username, place)
    if account.password_hash is not None and passwords.needs_rehash(account.password_hash):
        account.password_hash = passwords.hash_password(password)
    if account.totp_secret is None and needs_totp(frozenset(Role(role) for role in account.roles)):
        return SignInResult(begin_step(account), step="enrol")
    token = secrets.token_urlsafe(32)
    open_session(account, token, current_scope().origin, agent)
    record_act(account, "tenants.session.open")
    return SignInResult(token)


def _problem(account: UserAccount | None, right: bool, code: str) -> ClerkError | None:
    wrong = ClerkError("用户名、密码或动态口令不正确。请核对后重试；连续输错后，每次须多等一会儿。")
    if account is None or not right:
        return wrong
    bureau = db.session.get(Bureau, account.tenant_id)
    if not account.active or bureau is None or not bureau.active:
        return ClerkError("该账户已停用，请联系本单位管理员。")
    if account.totp_secret is not None:
        left = len(account.recovery_digests)
        if not one_time_passwords.accepts(account, code):
            return wrong
        if len(account.recovery_digests) < left:
            record_act(account, "tenants.recovery.use", {"left": left - 1})
    return None
