"""API tokens of a bureau's integrations: scoped, expiring, shown once, stored hashed, revocable."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Forbidden, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.sentences import Sentence
from onedoor.kernel.text.source_strings import N_
from tenants.models import ApiToken, Bureau, UserAccount
from tenants.people import own_account
from tenants.people.sessions import bureau_facts, digest
from tenants.rules import Permission, Role, needs_totp, permissions_of
from tenants.scope import Principal, account_keeper, identity

USED_EVERY = timedelta(minutes=1)
LONGEST_DAYS = 365
MOST_NETWORKS = 20
# Of what a program says of itself so much is kept.
LONGEST_PROGRAM = 120
# Both tokens serve for so long after a renewal, while the system that uses them is changed over.
OVERLAP = timedelta(days=7)


@dataclass(frozen=True)
class KeptToken:
    """A token as the administrator sees it: everything but the token."""

    id: UUID
    name: str
    permissions: tuple[Permission, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    networks: tuple[str, ...]
    last_used_from: str | None
    last_used_by: str | None = None
    rooms: tuple[str, ...] = ()
    of: str | None = None
    # What its giver no longer may, and the token neither.
    lost: frozenset[Permission] = frozenset()

    @property
    def state(self) -> str:
        """revoked, expired or valid."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at <= real_now() else "valid"

    @property
    def valid(self) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and self.expires_at > real_now()


def principal_of_api_token(token: str, address: str, program: str = "") -> Principal | None:
    """A stand-in person for a bureau's integration: only the token's permissions, no account; or the person whose phone it is
    for, with those of the token's permissions that they have. What its giver no longer may, a token may not either. Nobody, if
    the call comes from an address that the token is not for, or the account of the person or of the giver is closed.
    """
    with in_scope(identity()):
        # Of a phone its person, of an integration who gave it.
        answerable = sa.func.coalesce(ApiToken.user_id, ApiToken.giver_id)
        row = db.session.execute(
            sa.select(ApiToken, Bureau, UserAccount)
            .join(Bureau, Bureau.id == ApiToken.tenant_id)
            .outerjoin(UserAccount, UserAccount.id == answerable)
            .where(ApiToken.token_digest == digest(token), ApiToken.revoked_at.is_(None))
        ).first()
        if (
            row is None
            or not row[1].active
            or ((row[0].user_id or row[0].giver_id) is not None and (row[2] is None or not row[2].active))
            or row[0].expires_at <= real_now()
            or not _is_from(row[0].networks, address)
        ):
            # As in `sessions`: what the driver has prepared stays prepared.
            db.session.commit()
            return None
        used = row[0].last_used_at
        if used is None or real_now() - used > USED_EVERY or row[0].last_used_from != address:
            row[0].last_used_at, row[0].last_used_from = real_now(), address
            row[0].last_used_by = program.replace("\x00", "")[:LONGEST_PROGRAM] or None
        phone = row[0].user_id is not None
        person = _on_the_phone(*row) if phone else _integration(row[0], row[1], _permissions(row[0], row[2]))
        db.session.commit()
        return person


def add_api_token(
    tenant_id: UUID,
    name: str,
    permissions: frozenset[Permission],
    expires_at: datetime,
    by: str,
    networks: Sequence[str] = (),
    renews_id: UUID | None = None,
    user_id: UUID | None = None,
    rooms: Sequence[str] = (),
    giver_id: UUID | None = None,
) -> str:
    """Make a token for an integration, or a person's phone, in this transaction (identity scope); shown once, stored hashed."""
    token = "od_" + secrets.token_urlsafe(32)
    db.session.add(
        ApiToken(
            tenant_id=tenant_id,
            name=name,
            token_digest=digest(token),
            permissions=sorted(p.value for p in permissions),
            created_by=by,
            created_at=real_now(),
            expires_at=expires_at,
            networks=list(networks),
            renews_id=renews_id,
            user_id=user_id,
            rooms=sorted(rooms),
            giver_id=giver_id,
        )
    )
    db.session.flush()
    return token


def tokens(*, given_by: UUID | None = None) -> list[KeptToken]:
    """The tokens of one's own bureau, the newest first; or those that somebody gave."""
    giver = sa.orm.aliased(UserAccount)
    with in_scope(account_keeper()):
        query = (
            sa.select(ApiToken, UserAccount.display_name, giver)
            .outerjoin(UserAccount, UserAccount.id == ApiToken.user_id)
            .outerjoin(giver, giver.id == ApiToken.giver_id)
            .order_by(ApiToken.created_at.desc(), ApiToken.id)
        )
        if given_by is not None:
            query = query.where(ApiToken.giver_id == given_by)
        return [
            replace(kept_token(row[0]), of=row[1], lost=_all_of(row[0]) - _permissions(row[0], row[2]))
            for row in db.session.execute(query)
        ]


def make_token(
    name: str,
    permissions: list[Permission],
    days: int,
    offered: frozenset[Permission],
    networks: str = "",
    rooms: Sequence[str] = (),
    password: str | None = None,
    session_digest: str = "",
) -> str:
    """Make a token of one's own bureau for `days`, with permissions out of those `offered` that one has oneself; shown once.

    Who signs in without a one-time password says their password again.
    `networks`: addresses or networks (CIDR) it may come from, apart by space, comma or line; none: from everywhere.
    `rooms`: parts of the interface it opens; none: all that its permissions open.
    """
    if not permissions or set(permissions) - offered:
        message = N_("请至少选择一项权限；只选这个系统要用的。")
        raise ClerkError("请选择权限。", fields={"permissions": [message]})
    if not 0 < days <= LONGEST_DAYS:
        raise ClerkError("有效期不对。", fields={"days": [N_("有效期为 1 到 365 天。")]})
    allowed = _networks(networks)
    with in_scope(account_keeper()):
        scope = current_scope()
        assert scope.tenant_id is not None
        giver = _giver(password, session_digest)
        if set(permissions) - giver.permissions:
            message = N_("令牌的权限不能超出您自己的权限；其他权限请由有这些权限的人给予。")
            raise ClerkError("您没有所选的权限。", fields={"permissions": [message]})
        expires = real_now() + timedelta(days=days)
        token = add_api_token(
            scope.tenant_id,
            name,
            frozenset(permissions),
            expires,
            scope.actor_name,
            allowed,
            rooms=rooms,
            giver_id=giver.id,
        )
        made = db.session.scalar(sa.select(ApiToken.id).where(ApiToken.token_digest == digest(token)))
        about = {
            "permissions": [one.value for one in permissions],
            "expires_at": expires.isoformat(),
            "networks": allowed,
            "rooms": sorted(rooms),
        }
        audit.record("tenants.token.add", ("token", made), name, after=about)
        db.session.commit()
    return token


def renew_token(
    token_id: UUID, offered: frozenset[Permission], password: str | None = None, session_digest: str = ""
) -> str:
    """A new token in the place of one of one's own bureau, for as long as that one was made for and with what is left of its
    permissions; shown once. Who renews it gives it, so it is somebody who has them. The former ends by itself after `OVERLAP`.
    Raises ClerkError if it has ended already.
    """
    with in_scope(account_keeper()):
        scope = current_scope()
        assert scope.tenant_id is not None
        former = db.session.get(ApiToken, token_id, with_for_update=True)
        if former is None or not _giver_of_scope().keeps(former):
            raise NotFound()
        giver = _giver(password, session_digest)
        if former.user_id is not None:
            raise ClerkError("这是个人手机的令牌，由本人在“我的账户”重新生成。")
        before = db.session.get(UserAccount, former.giver_id) if former.giver_id else None
        held = _permissions(former, before)
        permissions = held & offered
        if former.revoked_at is not None or former.expires_at <= real_now() or not permissions:
            raise ClerkError("这个令牌已经失效，不能续期。请新建一个。")
        if held - giver.permissions:
            raise ClerkError("这个令牌有您没有的权限，请由有这些权限的人续期。")
        expires = real_now() + (former.expires_at - former.created_at)
        token = add_api_token(
            scope.tenant_id,
            former.name,
            permissions,
            expires,
            scope.actor_name,
            former.networks,
            former.id,
            rooms=former.rooms,
            giver_id=giver.id,
        )
        former.expires_at = min(former.expires_at, real_now() + OVERLAP)
        about = {"expires_at": expires.isoformat(), "former_until": former.expires_at.isoformat()}
        audit.record("tenants.token.renew", ("token", former.id), former.name, after=about)
        db.session.commit()
    return token


def revoke_token(token_id: UUID) -> None:
    """End a token of one's own bureau: an administrator any, others those they gave; its next call is refused."""
    with in_scope(account_keeper()):
        token = db.session.get(ApiToken, token_id, with_for_update=True)
        if token is None or not _giver_of_scope().keeps(token):
            raise NotFound()
        if token.revoked_at is None:
            token.revoked_at = real_now()
            audit.record("tenants.token.revoke", ("token", token.id), token.name)
        db.session.commit()


@dataclass(frozen=True)
class _Giver:
    """Who gives tokens here, with what they may on this day."""

    id: UUID
    permissions: frozenset[Permission]

    def keeps(self, token: ApiToken) -> bool:
        """Whether it is theirs to renew and to end."""
        return token.giver_id == self.id or Permission.USERS_MANAGE in self.permissions


def _giver(password: str | None, session_digest: str) -> _Giver:
    """Whoever works here, in person and known again (in the keeper's scope)."""
    found = _giver_of_scope()
    account = db.session.get(UserAccount, found.id)
    assert account is not None
    if not needs_totp(frozenset(map(Role, account.roles))):
        own_account.checked(password or "", session_digest)
    return found


def _giver_of_scope() -> _Giver:
    scope = current_scope()
    if scope.acting_for is not None:
        raise Forbidden(N_("代办人不能为他人管理接口令牌。"))
    account = db.session.get(UserAccount, scope.actor_id)
    if account is None:
        raise Forbidden(N_("接口令牌由有账户的人给予。"))
    return _Giver(account.id, permissions_of(frozenset(map(Role, account.roles))))


def _all_of(token: ApiToken) -> frozenset[Permission]:
    return frozenset(map(Permission, token.permissions))


def _permissions(token: ApiToken, giver: UserAccount | None) -> frozenset[Permission]:
    """What a token may: what it was given, and its giver still may."""
    mine = _all_of(token)
    return mine if giver is None else mine & permissions_of(frozenset(map(Role, giver.roles)))


def kept_token(row: ApiToken) -> KeptToken:
    """What is shown of a token."""
    return KeptToken(
        row.id,
        row.name,
        tuple(Permission(value) for value in row.permissions),
        row.created_by,
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
        tuple(row.networks),
        row.last_used_from,
        row.last_used_by,
        tuple(row.rooms),
    )


def _networks(text: str) -> list[str]:
    """Networks as typed; raises ClerkError that names what is none."""
    found = []
    for one in text.replace(",", " ").replace("，", " ").replace("、", " ").split():
        try:
            found.append(str(ipaddress.ip_network(one, strict=False)))
        except ValueError:
            sentence = Sentence(
                "“%(text)s”不是网络地址。请写成 10.1.2.3 或 10.1.0.0/16，多个之间用空格分开。", text=one[:60]
            )
            raise ClerkError("调用来源不对。", fields={"networks": [sentence]}) from None
    if len(found) > MOST_NETWORKS:
        raise ClerkError(
            "调用来源太多。", fields={"networks": [N_("最多写 20 个网络地址，可以合并成网段。")]}
        )
    return found


def _is_from(networks: Sequence[str], address: str) -> bool:
    if not networks:
        return True
    try:
        place = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(place in ipaddress.ip_network(one) for one in networks)


def _on_the_phone(token: ApiToken, bureau: Bureau, account: UserAccount) -> Principal:
    """The person, in their own name, with those of the token's permissions that they still have."""
    roles = frozenset(Role(value) for value in account.roles)
    return Principal(
        user_id=account.id,
        username=account.username,
        display_name=account.display_name,
        post=account.post,
        unit_id=account.unit_id,
        roles=roles,
        permissions=permissions_of(roles) & frozenset(Permission(value) for value in token.permissions),
        session_digest=token.token_digest,
        rooms=frozenset(token.rooms),
        **bureau_facts(bureau),
    )


def _integration(token: ApiToken, bureau: Bureau, permissions: frozenset[Permission]) -> Principal:
    return Principal(
        user_id=token.id,
        username=f"token:{token.name}",
        # Two systems, or a system and a person, may have one name: the log tells them apart.
        display_name=f"{token.name}（令牌 {token.id.hex[-6:]}）",
        post="接口",
        unit_id=None,
        roles=frozenset(),
        permissions=permissions,
        session_digest=token.token_digest,
        rooms=frozenset(token.rooms),
        **bureau_facts(bureau),
    )
