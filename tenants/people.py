"""Accounts and signing in: argon2, one-time passwords, lockout, sessions that can be revoked.

Everything here runs in the identity scope, in short transactions of its own, and hands out a frozen
`Principal`, never an ORM object.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pyotp
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from flask import current_app

from onedoor.kernel import audit
from onedoor.kernel.clock import now
from onedoor.kernel.crypto import FieldCipher
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import entering
from tenants.models import ApiToken, Bureau, UserAccount, UserSession
from tenants.rules import Permission, Role, needs_totp, permissions_of
from tenants.scope import Principal, identity

HASHER = PasswordHasher()
MAX_FAILURES = 8
LOCK = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
# Verified when there is no such user, so that both answers take as long.
_DUMMY = HASHER.hash(secrets.token_hex(16))


def digest(token: str) -> str:
    """What is stored of a session's or API token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_account(
    tenant_id: UUID,
    username: str,
    display_name: str,
    password_hash: str,
    roles: frozenset[Role],
    *,
    post: str = "",
    unit_id: UUID | None = None,
    totp_secret: str | None = None,
) -> UUID:
    """Add an account in this transaction (identity or operator scope); returns its id.

    `password_hash` is what `HASHER.hash` makes of the password.
    """
    account = UserAccount(
        tenant_id=tenant_id,
        username=username,
        display_name=display_name,
        post=post,
        unit_id=unit_id,
        password_hash=password_hash,
        totp_secret=_cipher().encrypt(totp_secret) if totp_secret else None,
        roles=sorted(role.value for role in roles),
    )
    db.session.add(account)
    db.session.flush()
    return account.id


def sign_in(username: str, password: str, code: str, *, origin: str, agent: str) -> str:
    """Check name, password and one-time password; returns the new session's token.

    Raises `ClerkError` with one sentence that does not tell which part was wrong. After eight failures
    in a row the account is locked for fifteen minutes.
    """
    problem: ClerkError | None = None
    token = secrets.token_urlsafe(32)
    with entering(identity(origin=origin)):
        account = db.session.scalar(
            sa.select(UserAccount).where(UserAccount.username == username).with_for_update()
        )
        problem = _check(account, password, code)
        if account is not None:
            _note(account, problem, origin)
            if problem is None:
                _open_session(account, token, origin, agent)
        db.session.commit()
    if problem is not None:
        raise problem
    return token


def totp_secrets_of(usernames: list[str]) -> dict[str, str]:
    """The one-time-password secrets of made-up people, for the demo that must show them."""
    with entering(identity()):
        accounts = db.session.scalars(sa.select(UserAccount).where(UserAccount.username.in_(usernames)))
        return {one.username: _cipher().decrypt(one.totp_secret) for one in accounts if one.totp_secret}


def principal_of(token: str) -> Principal | None:
    """The person of a session's token, or None if it is unknown, revoked, expired or the account closed."""
    with entering(identity()):
        row = db.session.execute(
            sa.select(UserSession, UserAccount, Bureau)
            .join(UserAccount, UserAccount.id == UserSession.user_id)
            .join(Bureau, Bureau.id == UserAccount.tenant_id)
            .where(UserSession.token_digest == digest(token), UserSession.revoked_at.is_(None))
        ).first()
        if row is None or not row[1].active or not row[2].active or row[0].expires_at <= now():
            return None
        person = _principal(row[1], row[2], row[0].token_digest)
        if now() - row[0].seen_at > SEEN_EVERY:
            row[0].seen_at = now()
            db.session.commit()
        return person


def principal_of_api_token(token: str) -> Principal | None:
    """A stand-in person for a bureau's integration: only the token's permissions, no account."""
    with entering(identity()):
        row = db.session.execute(
            sa.select(ApiToken, Bureau)
            .join(Bureau, Bureau.id == ApiToken.tenant_id)
            .where(ApiToken.token_digest == digest(token), ApiToken.revoked_at.is_(None))
        ).first()
        if row is None or not row[1].active or row[0].expires_at <= now():
            return None
        row[0].last_used_at = now()
        person = _integration(row[0], row[1])
        db.session.commit()
        return person


def add_api_token(
    tenant_id: UUID, name: str, permissions: frozenset[Permission], expires_at: datetime, by: str
) -> str:
    """Make a token for an integration in this transaction (identity scope); shown once, stored hashed."""
    token = "od_" + secrets.token_urlsafe(32)
    db.session.add(
        ApiToken(
            tenant_id=tenant_id,
            name=name,
            token_digest=digest(token),
            permissions=sorted(p.value for p in permissions),
            created_by=by,
            created_at=now(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return token


def sign_out(token: str) -> None:
    """Revoke a session."""
    with entering(identity()):
        session = db.session.get(UserSession, digest(token))
        if session is not None and session.revoked_at is None:
            session.revoked_at = now()
            db.session.commit()


def _check(account: UserAccount | None, password: str, code: str) -> ClerkError | None:
    wrong = ClerkError("用户名、密码或动态口令不正确。请核对后重试，连续输错八次账户会锁定十五分钟。")
    if account is not None and account.locked_until is not None and account.locked_until > now():
        return ClerkError("该账户因多次输错已暂时锁定，请十五分钟后再试，或联系本单位管理员。")
    if not _password_ok((account and account.password_hash) or _DUMMY, password) or account is None:
        return wrong
    if not account.active:
        return ClerkError("该账户已停用，请联系本单位管理员。")
    if not _totp_ok(account, code):
        return wrong
    return None


def _password_ok(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except Argon2Error:
        return False


def _totp_ok(account: UserAccount, code: str) -> bool:
    """Check the code; each time step works once, so a code that was overseen is of no use."""
    if account.totp_secret is None:
        return not needs_totp(frozenset(Role(r) for r in account.roles))
    totp = pyotp.TOTP(_cipher().decrypt(account.totp_secret))
    moment = now()
    for drift in (0, -1, 1):
        step = totp.timecode(moment) + drift
        fresh = account.totp_last_step is None or step > account.totp_last_step
        if fresh and secrets.compare_digest(totp.generate_otp(step), code.strip()):
            account.totp_last_step = step
            return True
    return False


def _note(account: UserAccount, problem: ClerkError | None, origin: str) -> None:
    if problem is None:
        account.failures, account.locked_until = 0, None
    else:
        account.failures += 1
        if account.failures >= MAX_FAILURES:
            account.failures, account.locked_until = 0, now() + LOCK
    bureau = db.session.get(Bureau, account.tenant_id)
    db.session.add(
        audit.AuditEntry(
            tenant_id=account.tenant_id,
            at=now(),
            actor_id=account.id,
            actor_name=account.display_name,
            bureau_name=bureau.name if bureau else "",
            role="onedoor_identity",
            origin=origin,
            request="",
            event=f"tenants.session.{'open' if problem is None else 'refuse'}",
            subject_kind="user",
            subject_id=account.id,
            subject_name=account.display_name,
        )
    )


def _open_session(account: UserAccount, token: str, origin: str, agent: str) -> None:
    db.session.add(
        UserSession(
            token_digest=digest(token),
            tenant_id=account.tenant_id,
            user_id=account.id,
            created_at=now(),
            seen_at=now(),
            expires_at=now() + SESSION_LIFE,
            origin=origin,
            agent=agent[:300],
        )
    )


def _principal(account: UserAccount, bureau: Bureau, session_digest: str) -> Principal:
    roles = frozenset(Role(value) for value in account.roles)
    return Principal(
        user_id=account.id,
        username=account.username,
        display_name=account.display_name,
        post=account.post,
        unit_id=account.unit_id,
        roles=roles,
        permissions=permissions_of(roles),
        session_digest=session_digest,
        **_bureau_of(bureau),
    )


def _integration(token: ApiToken, bureau: Bureau) -> Principal:
    return Principal(
        user_id=token.id,
        username=f"token:{token.name}",
        display_name=token.name,
        post="接口",
        unit_id=None,
        roles=frozenset(),
        permissions=frozenset(Permission(value) for value in token.permissions),
        session_digest=token.token_digest,
        **_bureau_of(bureau),
    )


def _bureau_of(bureau: Bureau) -> dict[str, Any]:
    return {
        "tenant_id": bureau.id,
        "bureau_code": bureau.code,
        "bureau_name": bureau.name,
        "bureau_short_name": bureau.short_name,
        "jurisdiction_code": bureau.jurisdiction_code,
    }


def _cipher() -> FieldCipher:
    cipher = current_app.extensions["onedoor.cipher"]
    assert isinstance(cipher, FieldCipher)
    return cipher
