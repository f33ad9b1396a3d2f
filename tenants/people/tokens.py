"""API tokens of a bureau's integrations: scoped, expiring, shown once, stored hashed, revocable."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.clock import now
from onedoor.kernel.db import db
from onedoor.kernel.scope import entering
from tenants.models import ApiToken, Bureau
from tenants.people.sessions import bureau_facts, digest
from tenants.rules import Permission
from tenants.scope import Principal, identity

USED_EVERY = timedelta(minutes=1)


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
        used = row[0].last_used_at
        if used is None or now() - used > USED_EVERY:
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
        **bureau_facts(bureau),
    )
