"""The accounts of a bureau, kept by its administrator: adding, changing, closing, links to hand over (R-T5).

Everything works in the identity scope confined to the bureau, each act in one transaction with its entry in
the log. A person is known by the identity number, so that a second account decides nothing the first asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from onedoor.kernel import audit
from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError, Conflict, Forbidden, NotFound
from onedoor.kernel.scope import current_scope, in_scope
from onedoor.kernel.text.source_strings import N_
from tenants import queries
from tenants.models import UserAccount
from tenants.people import access_links
from tenants.people.access_links import LinkToHandOver
from tenants.people.account_rows import add_account, person
from tenants.people.sessions import revoke_all
from tenants.rules import GIVEN_BY_ADMINISTRATORS, Role, needs_totp
from tenants.scope import account_keeper

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,31}")


@dataclass(frozen=True)
class AccountView:
    """An account as the administrator sees it: no secrets, only whether they are there."""

    id: UUID
    username: str
    display_name: str
    post: str
    unit_id: UUID | None
    roles: frozenset[Role]
    active: bool
    in_use: bool
    has_totp: bool
    person_known: bool
    other_accounts: tuple[str, ...]


def invite(
    username: str,
    display_name: str,
    identity_number: str,
    roles: list[Role],
    *,
    post: str = "",
    unit_id: UUID | None = None,
) -> tuple[UUID, LinkToHandOver]:
    """Add somebody to one's own bureau; returns the account's id and the link by which they set their password."""
    given, number = _given(roles), read_identity_number(identity_number)
    _check_unit(unit_id)
    check_username(username)
    tenant_id = queries.my_bureau().id
    with in_scope(account_keeper()):
        made = take_in(tenant_id, username, display_name, number, given, post=post, unit_id=unit_id)
        db.session.commit()
    return made


def check_username(username: str) -> None:
    """Refuse what cannot be a user name."""
    if not USERNAME.fullmatch(username):
        message = N_("用户名用小写字母和数字，可以有点、横线，3 到 32 个字符，例如 zhang.san。")
        raise ClerkError("用户名不能使用。", fields={"username": [message]})


def take_in(
    tenant_id: UUID,
    username: str,
    display_name: str,
    identity_number: str,
    roles: frozenset[Role],
    *,
    post: str = "",
    unit_id: UUID | None = None,
) -> tuple[UUID, LinkToHandOver]:
    """Add an account and its link in this transaction, with both in the log (identity scope of the bureau)."""
    try:
        with db.session.begin_nested():
            user_id = add_account(
                tenant_id,
                username,
                display_name,
                None,
                roles,
                post=post,
                unit_id=unit_id,
                identity_number=identity_number,
            )
    except IntegrityError:
        # Names are unique in the whole deployment; this is all that is told of another bureau's.
        taken = N_("这个用户名已经有人使用，请换一个。")
        raise ClerkError("用户名不能使用。", fields={"username": [taken]}) from None
    account = _locked(user_id)
    audit.record("tenants.user.add", ("user", user_id), display_name, after=_told(account))
    return user_id, hand(account, "invite")


def change(
    user_id: UUID,
    display_name: str,
    roles: list[Role],
    *,
    post: str = "",
    unit_id: UUID | None = None,
    identity_number: str = "",
) -> None:
    """Change somebody of one's own bureau; a number that is left empty stays what it was.

    A role that requires a one-time password ends the sessions of somebody who has none.
    """
    given = _given(roles)
    number = read_identity_number(identity_number) if identity_number else None
    _check_unit(unit_id)
    with _changing(user_id) as account:
        before = _told(account)
        account.display_name, account.post, account.unit_id = display_name, post, unit_id
        account.roles = sorted(role.value for role in given)
        if number:
            account.person_id = person(number)
        if needs_totp(given) and account.totp_secret is None:
            revoke_all(user_id)
        after = _told(account) | ({"identity_number": "已登记"} if number else {})
        audit.record("tenants.user.change", ("user", user_id), display_name, before=before, after=after)


def close(user_id: UUID, reason: str) -> None:
    """Close an account with the reason: its sessions end with the next click, its links stop working."""
    with _changing(user_id) as account:
        if user_id == current_scope().actor_id:
            raise Conflict("不能停用自己的账户，请由本单位其他管理员办理。")
        account.active = False
        ended = revoke_all(user_id)
        after = {"reason": reason, "ended": ended}
        audit.record("tenants.user.close", ("user", user_id), account.display_name, after=after)


def reopen(user_id: UUID) -> None:
    """Open a closed account again, with the password it had."""
    with _changing(user_id) as account:
        account.active = True
        audit.record("tenants.user.reopen", ("user", user_id), account.display_name)


def hand_link(user_id: UUID) -> LinkToHandOver:
    """A link to a first password, or to a new one; the present password works until the link is used."""
    with _changing(user_id) as account:
        if not account.active:
            raise Conflict("账户已停用，请先恢复使用，再发放链接。")
        return hand(account, "recover" if account.password_hash else "invite")


def clear_totp(user_id: UUID) -> LinkToHandOver:
    """For a lost phone: one-time password, recovery codes and password end; returns the link to begin anew.

    The password ends too, since by itself it would let its holder enrol another phone.
    """
    with _changing(user_id) as account:
        if account.totp_secret is None or not account.active:
            raise Conflict("这个账户没有启用动态口令，或已停用。")
        forget_ways_in(account)
        audit.record("tenants.totp.clear", ("user", user_id), account.display_name)
        return hand(account, "invite")


def forget_ways_in(account: UserAccount) -> int:
    """In this transaction: no password, one-time password or recovery code is left; returns the sessions that ended."""
    account.totp_secret, account.totp_last_step, account.recovery_digests = None, None, []
    account.password_hash = None
    return revoke_all(account.id)


def account_views(user_id: UUID) -> AccountView:
    """An account of one's own bureau."""
    with in_scope(account_keeper()):
        account = db.session.get(UserAccount, user_id)
        if account is None:
            raise NotFound()
        same = sa.select(UserAccount.username).where(
            UserAccount.person_id == account.person_id, UserAccount.id != account.id
        )
        return AccountView(
            account.id,
            account.username,
            account.display_name,
            account.post,
            account.unit_id,
            frozenset(Role(role) for role in account.roles),
            account.active,
            account.password_hash is not None,
            account.totp_secret is not None,
            account.person_id is not None,
            tuple(db.session.scalars(same.order_by(UserAccount.username))),
        )


@contextmanager
def _changing(user_id: UUID) -> Iterator[UserAccount]:
    """The account, locked; afterwards the bureau still has an administrator, or nothing is changed."""
    with in_scope(account_keeper()):
        account = _locked(user_id)
        if Role.PLATFORM.value in account.roles:
            raise Forbidden("平台运维人员的账户不由单位管理员管理。")
        yield account
        db.session.flush()
        _check_administrators()
        db.session.commit()


def _locked(user_id: UUID) -> UserAccount:
    # All administrators first, in one order: two who demote each other at once would leave none.
    administrators = UserAccount.roles.any_() == Role.ADMINISTRATOR.value
    mine = UserAccount.tenant_id == current_scope().tenant_id
    db.session.execute(
        sa.select(UserAccount.id).where(mine, administrators).order_by(UserAccount.id).with_for_update()
    ).all()
    account = db.session.get(UserAccount, user_id, with_for_update=True)
    if account is None:
        raise NotFound()
    return account


def _check_administrators() -> None:
    scope = current_scope()
    query = (
        sa.select(sa.func.count())
        .select_from(UserAccount)
        .where(
            UserAccount.tenant_id == scope.tenant_id,
            UserAccount.active,
            UserAccount.password_hash.is_not(None),
            UserAccount.roles.any_() == Role.ADMINISTRATOR.value,
        )
    )
    if not db.session.scalar(query):
        raise Conflict("单位至少要有一名能登录的管理员。请先把管理员角色给另一个人，再改动这个账户。")


def hand(account: UserAccount, purpose: str) -> LinkToHandOver:
    """A link in this transaction, with its entry in the log."""
    handed = access_links.issue(account, purpose, current_scope().actor_name)
    audit.record("tenants.link.issue", ("user", account.id), account.display_name, after={"for": purpose})
    return handed


def _given(roles: list[Role]) -> frozenset[Role]:
    given = frozenset(roles)
    if not given or given - GIVEN_BY_ADMINISTRATORS:
        raise ClerkError("请至少选择一个角色。", fields={"roles": [N_("请从所列角色中至少选择一个。")]})
    if Role.SUPERVISOR in given and not queries.grants(queries.my_bureau().id):
        raise ClerkError(
            "本单位没有监督权。", fields={"roles": [N_("本单位没有被授予监督权，不能设执法监督人员。")]}
        )
    return given


def _check_unit(unit_id: UUID | None) -> None:
    if unit_id is not None and unit_id not in {unit.id for unit in queries.units()}:
        raise ClerkError("没有这个科室。", fields={"unit_id": [N_("请从所列科室中选择。")]})


def _told(account: UserAccount) -> dict[str, Any]:
    """What the log keeps of an account; never the number."""
    return {
        "username": account.username,
        "display_name": account.display_name,
        "post": account.post,
        "roles": list(account.roles),
    }
