"""Tokens by which one's own calendar is read elsewhere, and nothing else: hashed, and ended like those of one's phones."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants.models import ApiToken, UserAccount
from tenants.people.sessions import digest
from tenants.people.tokens import LONGEST_DAYS, KeptToken, add_api_token, kept_token, principal_of_api_token
from tenants.rules import Permission
from tenants.scope import Principal, account_keeper

# What such a token opens; no part of the interface has this name.
CALENDAR = "calendar"
MOST = 10


def my_calendar_tokens() -> list[KeptToken]:
    """Those that still serve, the newest first."""
    with in_scope(account_keeper()):
        return _mine()


def make_calendar_token(name: str) -> str:
    """Make one; shown once."""
    name = name.strip()
    if not 0 < len(name) <= 60:
        raise ClerkError(N_("请写名称。"), fields={"name": [N_("请写自己认得出的名称，60 字以内。")]})
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, current_scope().actor_id)
        if account is None or not account.active:
            raise NotFound()
        if len(_mine()) >= MOST:
            raise ClerkError(N_("令牌太多了，请先停用不用的。"))
        expires = real_now() + timedelta(days=LONGEST_DAYS)
        permissions = frozenset({Permission.BUREAU_READ})
        by, rooms = account.display_name, [CALENDAR]
        token = add_api_token(
            account.tenant_id, name, permissions, expires, by, user_id=account.id, rooms=rooms
        )
        made = db.session.scalar(sa.select(ApiToken.id).where(ApiToken.token_digest == digest(token)))
        about = {"expires_at": expires.isoformat(), "calendar_of": account.username}
        audit.record("tenants.token.add", ("token", made), name, after=about)
        db.session.commit()
    return token


def person_of_calendar(token: str, address: str, program: str = "") -> Principal | None:
    """Whose calendar a token opens; nobody's, if it is none of a calendar."""
    found = principal_of_api_token(token, address, program)
    return found if found is not None and CALENDAR in found.rooms else None


def _mine() -> list[KeptToken]:
    query = sa.select(ApiToken).where(
        ApiToken.user_id == current_scope().actor_id, sa.literal(CALENDAR) == sa.any_(ApiToken.rooms)
    )
    rows = db.session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id))
    return [one for one in map(kept_token, rows) if one.valid]
