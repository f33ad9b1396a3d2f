"""Links that work once until they expire: a first password, a new one, the second step of a sign-in.

There is no mail server: the administrator hands a link over. It is stored hashed and shown once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from onedoor.kernel.clock import real_now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import in_scope
from tenants.audit_anchors import ENROLLING
from tenants.models import AccessLink, Bureau, UserAccount
from tenants.people import passwords
from tenants.people.account_audit import record_act
from tenants.people.sessions import digest, revoke_all
from tenants.rules import Role, needs_totp
from tenants.scope import identity

LIVES: dict[str, timedelta] = {
    "invite": timedelta(days=3),
    "recover": timedelta(days=1),
    "step": timedelta(minutes=15),
}


class LinkSpent(ClerkError):
    """The link is unknown, was used, was replaced by a newer one, or has expired: the answer is the same."""

    status = 410

    def __init__(self) -> None:
        super().__init__("这个链接已经用过、已被新的链接代替，或已过期。请向本单位管理员要一个新的链接。")


@dataclass(frozen=True)
class LinkToHandOver:
    """A link to hand over, shown once."""

    token: str
    purpose: str
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    """Whom a link is for; `with_code` if signing in takes a one-time password too."""

    username: str
    display_name: str
    bureau_name: str
    purpose: str
    with_code: bool


def issue(account: UserAccount, purpose: str, by: str, totp_secret: str | None = None) -> LinkToHandOver:
    """Make a link in this transaction (identity scope); older ones of the same purpose stop working.

    `totp_secret` is what it enrols, kept sealed.
    """
    link_id = new_id()
    _revoke(account, purpose)
    token, expires = secrets.token_urlsafe(32), real_now() + LIVES[purpose]
    db.session.add(
        AccessLink(
            id=link_id,
            tenant_id=account.tenant_id,
            user_id=account.id,
            purpose=purpose,
            token_digest=digest(token),
            totp_secret=ENROLLING.seal(link_id, totp_secret) if totp_secret else None,
            created_by=by,
            created_at=real_now(),
            expires_at=expires,
        )
    )
    db.session.flush()
    return LinkToHandOver(token, purpose, expires)


def open_link(token: str, *purposes: str) -> tuple[AccessLink, UserAccount, Bureau]:
    """The link, locked, with its account and bureau, all of them in use; raises `LinkSpent`."""
    row = db.session.execute(
        sa.select(AccessLink, UserAccount, Bureau)
        .join(UserAccount, UserAccount.id == AccessLink.user_id)
        .join(Bureau, Bureau.id == AccessLink.tenant_id)
        .where(AccessLink.token_digest == digest(token), AccessLink.purpose.in_(purposes))
        .with_for_update(of=[AccessLink, UserAccount])
    ).first()
    if row is None or not row[1].active or not row[2].active:
        raise LinkSpent()
    if row[0].used_at or row[0].revoked_at or row[0].expires_at <= real_now():
        raise LinkSpent()
    return row[0], row[1], row[2]


def invited(token: str) -> Invited:
    """Whom a link to a password is for; looking does not use it up."""
    with in_scope(identity()):
        link, account, bureau = open_link(token, "invite", "recover")
        return Invited(account.username, account.display_name, bureau.name, link.purpose, uses_code(account))


def set_password(token: str, password: str, *, origin: str) -> str:
    """Use a link: the password is set, every session ends, every other link stops working. Returns the user name."""
    with in_scope(identity(origin=origin)):
        link, account, bureau = open_link(token, "invite", "recover")
        passwords.check_new(password, with_code=uses_code(account), about=names_of(account, bureau))
        account.password_hash, link.used_at = passwords.hash_password(password), real_now()
        revoke_all(account.id)
        for purpose in LIVES:
            _revoke(account, purpose)
        record_act(account, "tenants.password.set", {"by": link.purpose})
        db.session.commit()
        return account.username


def names_of(account: UserAccount, bureau: Bureau) -> list[str]:
    """What a password must not be made of."""
    return [account.username, account.display_name, bureau.name, bureau.short_name, bureau.abbreviation]


def uses_code(account: UserAccount) -> bool:
    """Whether this person signs in with a one-time password, or is about to."""
    return account.totp_secret is not None or needs_totp(frozenset(Role(role) for role in account.roles))


def _revoke(account: UserAccount, purpose: str) -> None:
    db.session.execute(
        sa.update(AccessLink)
        .where(
            AccessLink.user_id == account.id,
            AccessLink.purpose == purpose,
            AccessLink.used_at.is_(None),
            AccessLink.revoked_at.is_(None),
        )
        .values(revoked_at=real_now())
    )
