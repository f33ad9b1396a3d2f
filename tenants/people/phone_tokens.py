"""Tokens of one's own phones: what an officer does at the door with the app of their choice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import Forbidden, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants.models import ApiToken
from tenants.people import own_account
from tenants.people.sessions import digest
from tenants.people.tokens import KeptToken, add_api_token, kept_token
from tenants.rules import Permission, Role, permissions_of
from tenants.scope import account_keeper

# What an officer does at the door, on the phone, and for how long one token serves for it.
PHONE_PERMISSIONS = frozenset({Permission.BUREAU_READ, Permission.VISIT_RECORD})
PHONE_DAYS = 30


def my_phone_tokens() -> list[KeptToken]:
    """The tokens of one's own phones that still serve, the newest first."""
    with in_scope(account_keeper()):
        query = sa.select(ApiToken).where(ApiToken.user_id == current_scope().actor_id)
        rows = db.session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id))
        found = [one for one in map(kept_token, rows) if one.valid]
        return [one for one in found if not one.rooms]


def make_phone_token(name: str, password: str, *, session_digest: str) -> str:
    """Make a token for one's own phone, for whoever knows the password; shown once.

    It ends after `PHONE_DAYS`, with the account, and when the password changes or other sign-ins are ended.
    """
    with in_scope(account_keeper()):
        account = own_account.checked(password, session_digest)
        permissions = PHONE_PERMISSIONS & permissions_of(frozenset(map(Role, account.roles)))
        if Permission.VISIT_RECORD not in permissions:
            raise Forbidden(N_("只有执法人员可以为自己的手机生成令牌。"))
        expires = real_now() + timedelta(days=PHONE_DAYS)
        token = add_api_token(
            account.tenant_id, name, permissions, expires, account.display_name, user_id=account.id
        )
        made = db.session.scalar(sa.select(ApiToken.id).where(ApiToken.token_digest == digest(token)))
        about = {"expires_at": expires.isoformat(), "phone_of": account.username}
        audit.record("tenants.token.add", ("token", made), name, after=about)
        db.session.commit()
    return token


def end_phone_token(token_id: UUID) -> None:
    """End the token of one of one's own phones."""
    with in_scope(account_keeper()):
        token = db.session.get(ApiToken, token_id, with_for_update=True)
        if token is None or token.user_id is None or token.user_id != current_scope().actor_id:
            raise NotFound()
        if token.revoked_at is None:
            token.revoked_at = real_now()
            audit.record("tenants.token.revoke", ("token", token.id), token.name)
        db.session.commit()
