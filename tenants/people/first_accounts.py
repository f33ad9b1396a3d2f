"""The first account of a bureau, and the platform's operators: nobody in a bureau can add these (R-T5)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import Conflict
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from tenants import deployment_setup
from tenants.deployment_setup import Refused
from tenants.models import Bureau, UserAccount
from tenants.people.access_links import LinkToHandOver
from tenants.people.account_rows import person
from tenants.people.accounts import check_username, hand, take_in
from tenants.rules import Role

FIRST = (Role.ADMINISTRATOR, Role.PLATFORM)


def invite_first(
    code: str, username: str, display_name: str, identity_number: str, role: Role
) -> LinkToHandOver:
    """Add this account, or hand a new link to the same person who did not use theirs.

    Raises `Refused`, and `ClerkError` for a number or user name that cannot be. The identity scope is
    confined to the bureau, and an administrator is added only where none can sign in.
    """
    assert role in FIRST, "a bureau's administrator gives the other roles"
    number = read_identity_number(identity_number)
    check_username(username)
    with in_scope(deployment_setup.at_command(DbRole.OPERATOR)):
        bureau = deployment_setup.find(code)
        if not bureau.active:
            raise Refused(f"Bureau {code} is closed.")
        scope = deployment_setup.at_command(DbRole.IDENTITY, bureau.id, bureau.name)
    assert scope.tenant_id is not None
    with in_scope(scope):
        if role is Role.ADMINISTRATOR and in_use(scope.tenant_id, role):
            raise Refused(f"Bureau {code} has an administrator, who adds further people in 设置 › 用户.")
        there = db.session.scalar(
            sa.select(UserAccount).where(UserAccount.username == username).with_for_update()
        )
        if there is None:
            _, handed = take_in(scope.tenant_id, username, display_name, number, frozenset({role}))
        else:
            _check_same(there, display_name, number, role)
            handed = hand(there, "invite")
        db.session.commit()
    return handed


def invite_administrator(
    bureau: Bureau, display_name: str, username: str, identity_number: str
) -> LinkToHandOver:
    """The operator's page: a bureau's first administrator, in the identity scope confined to the bureau.

    The same person again gets another link. Raises Conflict where an administrator signs in already, or the user name is
    another person's here.
    """
    number = read_identity_number(identity_number)
    check_username(username)
    if not bureau.active:
        raise Conflict("这个单位已经停用。")
    role = Role.ADMINISTRATOR
    with in_scope(
        replace(current_scope(), role=DbRole.IDENTITY, tenant_id=bureau.id, bureau_name=bureau.name)
    ):
        if in_use(bureau.id, role):
            raise Conflict("这个单位已有管理员，其他人员由单位管理员在“设置 › 用户”中添加。")
        there = db.session.scalar(
            sa.select(UserAccount).where(UserAccount.username == username).with_for_update()
        )
        if there is None:
            _, handed = take_in(bureau.id, username, display_name, number, frozenset({role}))
        else:
            try:
                _check_same(there, display_name, number, role)
            except Refused:
                raise Conflict("这个用户名已经发给另一个人，请换一个用户名。") from None
            handed = hand(there, "invite")
        db.session.commit()
    return handed


def in_use(tenant_id: UUID, role: Role) -> bool:
    """Whether somebody of the bureau with this role can sign in (identity scope)."""
    query = sa.select(UserAccount.id).where(
        UserAccount.tenant_id == tenant_id,
        UserAccount.active,
        UserAccount.password_hash.is_not(None),
        UserAccount.roles.any_() == role.value,
    )
    return db.session.scalar(query.limit(1)) is not None


def _check_same(there: UserAccount, display_name: str, number: str, role: Role) -> None:
    """A new link takes the older one's place, for the same person only."""
    if there.password_hash is not None or not there.active:
        raise Refused(
            f"The account {there.username} is in use, or was closed; there is no invitation to renew."
        )
    same = (there.display_name, there.roles, there.person_id) == (display_name, [role.value], person(number))
    if not same:
        raise Refused(
            f"{there.username} was invited with another name, number or role; choose another user name."
        )
