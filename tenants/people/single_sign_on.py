"""Signing in by the deployment's own provider: an account is bound by its administrator, none is made by itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants.models import Bureau, FederatedLogin, UserAccount
from tenants.people import access_links, one_time_passwords, sign_in_throttle
from tenants.people.account_audit import record_act
from tenants.people.password_sign_in import SYSTEM, SignInResult, begin_step
from tenants.people.sessions import open_session
from tenants.people.sign_in_throttle import Place
from tenants.rules import Role, needs_totp
from tenants.scope import account_keeper, identity


class NotBound(ClerkError):
    """The provider vouches for somebody whom no administrator has bound to an account."""

    def __init__(self, subject: str) -> None:
        super().__init__(
            "统一身份认证已通过，但还没有绑定本平台的账户。请把标识“%(subject)s”告诉本单位管理员，由管理员绑定后再登录。",
            subject=subject,
        )


@dataclass(frozen=True)
class Bound:
    """Who an account is at the provider."""

    subject: str
    bound_by: str
    bound_at: datetime
    used_at: datetime | None


def sign_in_by(issuer: str, subject: str, *, origin: str, agent: str) -> tuple[SignInResult, str]:
    """Let in whom the provider vouches for; returns also the user name.

    Where the account has a one-time password it is asked for all the same, as the step that follows.
    """
    with in_scope(identity(origin=origin)):
        row = db.session.execute(
            sa.select(FederatedLogin, UserAccount, Bureau)
            .join(UserAccount, UserAccount.id == FederatedLogin.user_id)
            .join(Bureau, Bureau.id == FederatedLogin.tenant_id)
            .where(FederatedLogin.issuer == issuer, FederatedLogin.subject == subject)
        ).first()
        if row is None:
            raise NotBound(subject)
        login, account, bureau = row
        if not account.active or not bureau.active:
            raise ClerkError("该账户已停用，请联系本单位管理员。")
        first, login.used_at = login.used_at is None, real_now()
        entered = _let_in(account, agent)
        if first:
            entered = replace(entered, bound_by=login.bound_by, bureau_name=bureau.name)
        db.session.commit()
        return entered, account.username


def confirm(step: str, code: str, *, place: Place, origin: str, agent: str) -> tuple[str, str]:
    """The one-time password after the provider's word; returns the session's token and the user name."""
    problem: ClerkError | None = None
    token = secrets.token_urlsafe(32)
    with in_scope(identity(origin=origin)):
        link, account, _ = access_links.open_link(step, "step")
        if link.totp_secret is not None or account.totp_secret is None:
            raise access_links.LinkSpent()
        sign_in_throttle.refuse_if_waiting(account.username, place)
        if one_time_passwords.accepts(account, code):
            link.used_at = real_now()
            sign_in_throttle.forget(account.username, place)
            open_session(account, token, origin, agent)
            record_act(account, "tenants.session.open", {"by": "oidc"})
        else:
            sign_in_throttle.count_wrong(account.username, place)
            record_act(account, "tenants.session.refuse")
            problem = ClerkError("动态口令不正确。", fields={"code": [N_("动态口令不正确，请核对。")]})
        db.session.commit()
    if problem is not None:
        raise problem
    return token, account.username


def bind(user_id: UUID, issuer: str, subject: str) -> None:
    """Bind an account of one's own bureau to somebody at the provider, in place of whom it was bound to."""
    taken = ClerkError(
        "不能绑定。",
        fields={"subject": [N_("这个标识已经绑定了另一个账户，请核对；一个人只能绑定一个账户。")]},
    )
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, user_id)
        if account is None:
            raise NotFound()
        if Role.PLATFORM.value in account.roles:
            raise NotFound()
        _unbind(user_id, issuer)
        login = FederatedLogin(
            tenant_id=account.tenant_id,
            user_id=user_id,
            issuer=issuer,
            subject=subject,
            bound_by=current_scope().actor_name,
            bound_at=real_now(),
        )
        try:
            with db.session.begin_nested():
                db.session.add(login)
        except IntegrityError:
            raise taken from None
        about = {"issuer": issuer, "subject": subject}
        audit.record("tenants.federated.bind", ("user", user_id), account.display_name, after=about)
        db.session.commit()


def unbind(user_id: UUID, issuer: str) -> None:
    """An account of one's own bureau is nobody at the provider any more."""
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, user_id)
        if account is None or Role.PLATFORM.value in account.roles:
            raise NotFound()
        if _unbind(user_id, issuer):
            audit.record("tenants.federated.unbind", ("user", user_id), account.display_name)
        db.session.commit()


def bound(user_id: UUID, issuer: str) -> Bound | None:
    """Who an account of one's own bureau is at the provider."""
    with in_scope(account_keeper()):
        row = db.session.scalar(_of(user_id, issuer))
        return None if row is None else Bound(row.subject, row.bound_by, row.bound_at, row.used_at)


def _let_in(account: UserAccount, agent: str) -> SignInResult:
    if account.totp_secret is not None:
        return SignInResult(access_links.issue(account, "step", SYSTEM).token, step="code")
    if needs_totp(frozenset(Role(role) for role in account.roles)):
        return SignInResult(begin_step(account), step="enrol")
    token = secrets.token_urlsafe(32)
    open_session(account, token, current_scope().origin, agent)
    record_act(account, "tenants.session.open", {"by": "oidc"})
    return SignInResult(token)


def _of(user_id: UUID, issuer: str) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(FederatedLogin).where(FederatedLogin.user_id == user_id, FederatedLogin.issuer == issuer)


def _unbind(user_id: UUID, issuer: str) -> bool:
    former = db.session.scalar(_of(user_id, issuer))
    if former is not None:
        db.session.delete(former)
        db.session.flush()
    return former is not None
