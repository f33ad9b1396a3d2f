"""Passwords by NIST SP 800-63B: length, blocklist and context words; nothing about kinds of characters."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError

from onedoor.kernel.errors import ClerkError
from tenants.people import passwords
from tests.fixtures.password_hashes import REAL

ABOUT = ["zhang.san", "张三", "示范市市场监督管理局", "市市场监管局", "示市监"]


@pytest.mark.parametrize(
    ("password", "with_code"),
    [
        ("春眠不觉晓处处闻啼鸟夜来风雨声", False),
        ("correct-horse-battery-staple", False),
        ("all lower case and no digits", False),
        ("kv7 umpq", True),
    ],
)
def test_long_or_with_a_code_is_fit_whatever_the_characters(password: str, with_code: bool) -> None:
    passwords.check_new(password, with_code=with_code, about=ABOUT)


@pytest.mark.parametrize(
    ("password", "with_code", "message"),
    [
        ("kv7 umpq xy", False, "至少 15"),
        ("kv7umpq", True, "至少 8"),
        ("password", True, "容易被猜到"),
        ("12345678", True, "容易被猜到"),
        ("qwertyuiopasdfgh", False, "容易被猜到"),
        ("aaaaaaaaaaaaaaaaaaaa", False, "容易被猜到"),
        ("woaini5201314", True, "容易被猜到"),
        ("zhangsan2026", True, "容易被猜到"),
        ("Zhang.San_2026", True, "容易被猜到"),
        ("示范市市场监督管理局2026年", False, "容易被猜到"),
        ("OneDoorYimen2026", False, "容易被猜到"),
        ("x" * 300, False, "最多 256"),
    ],
)
def test_short_common_or_about_the_person_is_not(password: str, with_code: bool, message: str) -> None:
    with pytest.raises(ClerkError) as refused:
        passwords.check_new(password, with_code=with_code, about=ABOUT)
    assert message in "".join(refused.value.fields["password"])


def test_the_same_characters_however_they_were_typed() -> None:
    stored = passwords.hash_password("ｆｕｌｌｗｉｄｔｈ letters")
    assert passwords.matches(stored, "fullwidth letters")
    assert not passwords.matches(stored, "fullwidth  letters")


def test_an_account_without_a_password_matches_nothing() -> None:
    assert not passwords.matches(None, "")
    assert not passwords.matches("no hash at all", "x")


def test_nobodys_hash_costs_what_anybodys_costs() -> None:
    """It is verified to the end: one that could not be read would be refused at once, and tell who has no account."""
    assert extract_parameters(passwords._NOBODY) == extract_parameters(passwords.hash_password("x"))
    with pytest.raises(VerifyMismatchError):
        passwords.HASHER.verify(passwords._NOBODY, "x")


def test_other_parameters_than_todays_are_noticed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x")
    assert passwords.needs_rehash(weak) and not passwords.needs_rehash(passwords.hash_password("x"))


def test_what_the_product_hashes_with_costs_what_rfc_9106_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its second recommended option, 64 MiB and three passes; the other tests hash more quickly."""
    assert (REAL.type.name, REAL.salt_len, REAL.hash_len) == ("ID", 16, 32)
    assert REAL.memory_cost >= 64 << 10 and REAL.time_cost >= 3
    monkeypatch.setattr(passwords, "HASHER", REAL)
    stored = passwords.hash_password("kv7 umpq")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,")
    assert passwords.matches(stored, "kv7 umpq") and not passwords.matches(stored, "kv7 umpr")
    assert not passwords.needs_rehash(stored)
