"""Sessions: who a browser speaks for, where people are signed in, and ending it.

A session ends when it is revoked, when its account or bureau is closed, after a working day, and when
nobody used it for a while (`rules.idle_limit`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import NotFound
from onedoor.kernel.scope import current_scope, in_scope
from tenants.models import ApiToken, Bureau, UserAccount, UserSession
from tenants.people.delegation import live_of
from tenants.rules import (
    SESSION_LIFE,
    Permission,
    Role,
    acting_permissions,
    idle_limit,
    permissions_of,
)
from tenants.scope import Acting, Principal, account_keeper, identity

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """One session as its owner and the administrator see it."""

    id: UUID
    origin: str
    agent: str
    created_at: datetime
    seen_at: datetime
    current: bool


def digest(token: str) -> str:
    """What is stored of a session's or API token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(account: UserAccount, token: str, origin: str, agent: str) -> None:
    """Write a session in this transaction (identity scope)."""
    db.session.add(
        UserSession(
            token_digest=digest(token),
            tenant_id=account.tenant_id,
            user_id=account.id,
            created_at=real_now(),
            seen_at=real_now(),
            expires_at=real_now() + SESSION_LIFE,
            origin=origin,
            agent=agent[:300],
        )
    )


def principal_of(token: str, *, used: bool = True) -> Principal | None:
    """The person of a session's token, or None if it is unknown, revoked, expired or the account closed.

    What a page asks by itself is not `used`: a stream or a poll keeps nobody signed in.
    """
    with in_scope(identity()):
        row = db.session.execute(
            sa.select(UserSession, UserAccount, Bureau)
            .join(UserAccount, UserAccount.id == UserSession.user_id)
            .join(Bureau, Bureau.id == UserAccount.tenant_id)
            .where(UserSession.token_digest == digest(token))
        ).first()
        if row is None or not row[1].active or not row[2].active or not _lives(row[0], row[1]):
            db.session.commit()
            return None
        person = replace(_principal(row[1], row[2], row[0]), token=token)
        if used and real_now() - row[0].seen_at > SEEN_EVERY:
            row[0].seen_at = real_now()
        # Also where nothing is written: after a rollback the driver forgets all it has prepared on this connection.
        db.session.commit()
        return person


def sign_out(token: str) -> None:
    """Revoke a session."""
    with in_scope(identity()):
        session = db.session.get(UserSession, digest(token))
        if session is not None and session.revoked_at is None:
            session.revoked_at = real_now()
            db.session.commit()


def sessions_of(user_id: UUID, current: str = "") -> list[SignedIn]:
    """Where somebody of this bureau is signed in, the latest first; `current` is the digest of one's own."""
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, user_id)
        if account is None:
            raise NotFound()
        rows = db.session.scalars(
            sa.select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.seen_at.desc())
        )
        return [
            SignedIn(row.id, row.origin, row.agent, row.created_at, row.seen_at, row.token_digest == current)
            for row in rows
            if _lives(row, account)
        ]


def revoke(user_id: UUID, session_id: UUID) -> None:
    """End one session of somebody of this bureau; the next click of that browser leads to signing in."""
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, user_id)
        session = db.session.scalar(
            sa.select(UserSession).where(UserSession.id == session_id, UserSession.user_id == user_id)
        )
        if account is None or session is None:
            raise NotFound()
        if session.revoked_at is None:
            session.revoked_at = real_now()
            about = {"origin": session.origin, "agent": session.agent}
            audit.record("tenants.session.revoke", ("user", user_id), account.display_name, before=about)
        db.session.commit()


def revoke_all(user_id: UUID, but: str = "") -> int:
    """End all sessions of an account and the tokens of its phones in this transaction, but the session with this digest;
    returns how many.
    """
    query = (
        sa.update(UserSession)
        .where(
            UserSession.user_id == user_id,
            UserSession.token_digest != but,
            UserSession.revoked_at.is_(None),
        )
        .values(revoked_at=real_now())
    )
    phones = (
        sa.update(ApiToken)
        .where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=real_now())
    )
    return sum(int(db.session.execute(one).rowcount) for one in (query, phones))  # type: ignore[attr-defined, misc]


def revoke_others(current: str) -> int:
    """End all one's own sessions but this one; returns how many."""
    with in_scope(account_keeper()):
        me = current_scope()
        assert me.actor_id is not None
        count = revoke_all(me.actor_id, but=current)
        audit.record("tenants.session.revoke", ("user", me.actor_id), me.actor_name, after={"ended": count})
        db.session.commit()
    return count


def _lives(session: UserSession, account: UserAccount) -> bool:
    idle = idle_limit(frozenset(Role(value) for value in account.roles))
    return session.revoked_at is None and session.expires_at > real_now() < session.seen_at + idle


def _principal(account: UserAccount, bureau: Bureau, session: UserSession) -> Principal:
    """The person, in their own name or in that of the one they act for, with what was passed on and no more."""
    roles, live = frozenset(Role(value) for value in account.roles), live_of(session)
    permissions, acting = permissions_of(roles), None
    if live is not None:
        stand_in, other = live
        passed_on = frozenset(Permission(value) for value in stand_in.permissions)
        permissions = acting_permissions(frozenset(Role(value) for value in other.roles), passed_on)
        acting = Acting(stand_in.id, other.id, other.display_name, stand_in.kind, stand_in.until)
    return Principal(
        user_id=account.id,
        username=account.username,
        display_name=account.display_name,
        post=account.post,
        unit_id=account.unit_id,
        roles=roles,
        permissions=permissions,
        session_digest=session.token_digest,
        acting=acting,
        **bureau_facts(bureau),
    )


def bureau_facts(bureau: Bureau) -> dict[str, Any]:
    """What a principal holds of its bureau."""
    return {
        "tenant_id": bureau.id,
        "bureau_code": bureau.code,
        "bureau_name": bureau.name,
        "bureau_short_name": bureau.short_name,
        "jurisdiction_code": bureau.jurisdiction_code,
    }
