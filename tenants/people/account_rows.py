"""Accounts as rows: made in a transaction that is under way, and who the person behind one is."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from onedoor.kernel.db import db, new_id
from onedoor.kernel.encrypted_columns import cipher
from onedoor.kernel.scope import in_scope
from tenants.audit_anchors import PERSON, TOTP
from tenants.models import Person, UserAccount
from tenants.rules import Role
from tenants.scope import identity


def add_account(
    tenant_id: UUID,
    username: str,
    display_name: str,
    password_hash: str | None,
    roles: frozenset[Role],
    *,
    post: str = "",
    unit_id: UUID | None = None,
    totp_secret: str | None = None,
    identity_number: str | None = None,
) -> UUID:
    """Add an account in this transaction (identity or operator scope); returns its id.

    `password_hash` is what `HASHER.hash` makes of the password; without one it waits for an invitation.
    """
    user_id = new_id()
    account = UserAccount(
        id=user_id,
        tenant_id=tenant_id,
        username=username,
        display_name=display_name,
        post=post,
        unit_id=unit_id,
        person_id=person(identity_number) if identity_number else None,
        password_hash=password_hash,
        totp_secret=TOTP.seal(user_id, totp_secret) if totp_secret else None,
        roles=sorted(role.value for role in roles),
    )
    db.session.add(account)
    db.session.flush()
    return account.id


def totp_secrets_of(usernames: list[str]) -> dict[str, str]:
    """The one-time-password secrets of made-up people, for the demo that must show them."""
    with in_scope(identity()):
        accounts = db.session.scalars(sa.select(UserAccount).where(UserAccount.username.in_(usernames)))
        return {one.username: TOTP.open(one.id, one.totp_secret) for one in accounts if one.totp_secret}


def made_up_accounts() -> list[tuple[str, list[str], str | None]]:
    """User name, roles and one-time-password secret of everybody, for the demo that must show them."""
    with in_scope(identity()):
        accounts = db.session.scalars(
            sa.select(UserAccount).where(UserAccount.active).order_by(UserAccount.username)
        )
        return [
            (one.username, list(one.roles), TOTP.open(one.id, one.totp_secret) if one.totp_secret else None)
            for one in accounts
        ]


def person(identity_number: str) -> UUID:
    """Who this is, known already or from now on; the number is stored encrypted and found by its keyed hash."""
    index = cipher().index(f"person/{identity_number}")
    person_id = new_id()
    fresh = insert(Person).values(
        id=person_id, identity_index=index, identity_number=PERSON.seal(person_id, identity_number)
    )
    db.session.execute(fresh.on_conflict_do_nothing(index_elements=[Person.identity_index]))
    found = db.session.scalar(sa.select(Person.id).where(Person.identity_index == index))
    assert found is not None
    return found
