"""What somebody does with the account they are signed in to: password, recovery codes."""

from __future__ import annotations

from onedoor.kernel.db import db
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.scope import current_scope, in_scope
from tenants.models import Bureau, UserAccount
from tenants.people import (
    access_links,
    one_time_passwords,
    passwords,
    sign_in_throttle,
)
from tenants.people.account_audit import record_act
from tenants.people.sessions import revoke_all
from tenants.people.sign_in_throttle import Place
from tenants.scope import account_keeper


def change_password(present: str, new: str, *, session_digest: str) -> int:
    """Change one's own password; all other sessions end. Returns how many did."""
    with in_scope(account_keeper()):
        account = _mine()
        place = _check_password(account, present, session_digest)
        bureau = db.session.get(Bureau, account.tenant_id)
        assert bureau is not None
        passwords.check_new(
            new, with_code=access_links.uses_code(account), about=access_links.names_of(account, bureau)
        )
        account.password_hash = passwords.hash_password(new)
        ended = revoke_all(account.id, but=session_digest)
        sign_in_throttle.forget(account.username, place)
        record_act(account, "tenants.password.change")
        db.session.commit()
    return ended


def renew_recovery_codes(password: str, *, session_digest: str) -> list[str]:
    """New recovery codes in place of the old ones, for whoever knows the password."""
    with in_scope(account_keeper()):
        account = _mine()
        if account.totp_secret is None:
            raise ClerkError("请先启用动态口令。")
        place = _check_password(account, password, session_digest)
        codes = one_time_passwords.give_recovery_codes(account)
        sign_in_throttle.forget(account.username, place)
        record_act(account, "tenants.recovery.renew")
        db.session.commit()
    return codes


def checked(password: str, session_digest: str) -> UserAccount:
    """One's own account, locked, for whoever knows its password (in the keeper's scope)."""
    account = _mine()
    place = _check_password(account, password, session_digest)
    sign_in_throttle.forget(account.username, place)
    return account


def recovery_codes_left() -> int | None:
    """How many recovery codes are left; None without a one-time password."""
    with in_scope(account_keeper()):
        account = _mine()
        return None if account.totp_secret is None else len(account.recovery_digests)


def _mine() -> UserAccount:
    account = db.session.get(UserAccount, current_scope().actor_id, with_for_update=True)
    assert account is not None, "only a person with an account comes here"
    return account


def _check_password(account: UserAccount, password: str, session_digest: str) -> Place:
    """Refuse a wrong password, counted as at the sign-in page: a session left open must not guess it."""
    place = Place(f"session:{session_digest[:32]}", known=True)
    sign_in_throttle.refuse_if_waiting(account.username, place)
    if not passwords.matches(account.password_hash, password):
        sign_in_throttle.count_wrong(account.username, place)
        db.session.commit()
        raise ClerkError("当前密码不正确，请核对后重新填写。")
    return place
