"""Back to an account whose owner lost phone and recovery codes, and whom nobody on a page can help (R-T5, R-T6).

A bureau's administrators help everybody in it, each other too. Whom they cannot help, an operator of the platform or
the last administrator, is let in again at the command line, by whoever has the deployment's environment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from onedoor.kernel import audit
from onedoor.kernel.audit import AuditEntry
from onedoor.kernel.clock import now
from onedoor.kernel.codes import read_identity_number
from onedoor.kernel.db import db
from onedoor.kernel.scope import DbRole, current_scope, in_scope
from tenants import deployment_setup
from tenants.deployment_setup import Refused
from tenants.models import Bureau, UserAccount
from tenants.people.access_links import LinkToHandOver
from tenants.people.account_rows import person
from tenants.people.accounts import forget_ways_in, hand
from tenants.rules import Role

BY = "onedoor people"
SHOWN_FOR = timedelta(days=14)


def recover(username: str, identity_number: str, reason: str, *, anyway: bool = False) -> LinkToHandOver:
    """End all that signs this account in, and hand a link to begin anew: a password, then a one-time password.

    The number must be the owner's; one that no number is kept of is from now on this person's. Raises `Refused` if it
    is not, if the account is closed, and, unless `anyway`, if an administrator of the bureau could do this on a page.
    """
    number = read_identity_number(identity_number)
    with in_scope(deployment_setup.at_command(DbRole.IDENTITY, by=BY)):
        found = db.session.execute(
            sa.select(UserAccount.tenant_id, Bureau.name)
            .join(Bureau, Bureau.id == UserAccount.tenant_id)
            .where(UserAccount.username == username)
        ).first()
    if found is None:
        raise Refused(f"There is no account {username}.")
    with in_scope(deployment_setup.at_command(DbRole.IDENTITY, found.tenant_id, found.name, by=BY)):
        account = db.session.scalars(
            sa.select(UserAccount).where(UserAccount.username == username).with_for_update()
        ).one()
        _check(account, number, anyway)
        ended = forget_ways_in(account)
        after = {"reason": reason, "ended": ended}
        audit.record("tenants.user.recover", ("user", account.id), account.display_name, after=after)
        handed = hand(account, "recover")
        db.session.commit()
    return handed


def recovered_lately() -> list[tuple[str, datetime, str]]:
    """Whom the command line let in again these days in this bureau: name, when and why, for everybody in it to see."""
    query = (
        sa.select(AuditEntry.subject_name, AuditEntry.at, AuditEntry.after)
        .where(
            # A supervisor's role may read other logs too, while they are open.
            AuditEntry.tenant_id == current_scope().tenant_id,
            AuditEntry.event == "tenants.user.recover",
            AuditEntry.at > now() - SHOWN_FOR,
        )
        .order_by(AuditEntry.at.desc())
    )
    return [
        (row.subject_name, row.at, (row.after or {}).get("reason", "")) for row in db.session.execute(query)
    ]


def _check(account: UserAccount, number: str, anyway: bool) -> None:
    if not account.active:
        raise Refused(f"The account {account.username} is closed.")
    owner = person(number)
    if account.person_id is None:
        account.person_id = owner
    if account.person_id != owner:
        raise Refused(f"This is not the identity number of the owner of {account.username}.")
    others = [] if anyway or Role.PLATFORM.value in account.roles else _administrators_beside(account)
    if others:
        raise Refused(
            f"{account.username} has administrators who can do this on the person's page in 设置 › 用户:"
            f" {', '.join(others)}. If none of them can sign in, add --anyway."
        )


def _administrators_beside(account: UserAccount) -> list[str]:
    query = sa.select(UserAccount.username).where(
        UserAccount.tenant_id == account.tenant_id,
        UserAccount.id != account.id,
        UserAccount.active,
        UserAccount.password_hash.is_not(None),
        UserAccount.roles.any_() == Role.ADMINISTRATOR.value,
    )
    return list(db.session.scalars(query.order_by(UserAccount.username)))
