"""One-time passwords (TOTP) and the recovery codes for a lost phone."""

from __future__ import annotations

import secrets
from uuid import UUID

import pyotp

from onedoor.kernel.clock import real_now
from onedoor.kernel.encrypted_columns import cipher
from tenants.audit_anchors import TOTP
from tenants.models import UserAccount

ISSUER = "OneDoor"
RECOVERY_CODES = 10
# Without letters and digits that are taken for each other.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_secret() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


def address(secret: str, username: str) -> str:
    """What the QR code says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def step_of(secret: str, code: str, last_step: int | None) -> int | None:
    """The time step a code belongs to, or None; each step works once, so an overseen code is of no use."""
    totp, typed = pyotp.TOTP(secret), "".join(code.split())
    present = totp.timecode(real_now())
    for step in (present, present - 1, present + 1):
        fresh = last_step is None or step > last_step
        if fresh and secrets.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def accepts(account: UserAccount, code: str) -> bool:
    """Check and use up a code of an account that has a one-time password: one from the app, or a recovery code."""
    assert account.totp_secret is not None
    step = step_of(TOTP.open(account.id, account.totp_secret), code, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
        return True
    digest = _digest(account.id, code)
    if digest not in account.recovery_digests:
        return False
    account.recovery_digests = [one for one in account.recovery_digests if one != digest]
    return True


def give_recovery_codes(account: UserAccount) -> list[str]:
    """New recovery codes in place of all old ones; shown once, stored as keyed hashes."""
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    account.recovery_digests = [_digest(account.id, code) for code in codes]
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digest(account_id: UUID, code: str) -> str:
    typed = "".join(mark for mark in code.lower() if mark.isalnum())
    return cipher().index(f"recovery/{account_id}/{typed}")
