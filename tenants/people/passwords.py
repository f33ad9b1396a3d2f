"""Passwords by NIST SP 800-63B: long, not common, not about the person or the bureau; no other rules, no expiry.

A password alone has fifteen characters or more, one with a one-time password beside it eight. Which are
common is zxcvbn's judgement, which holds thirty thousand known passwords, keyboard rows and repetitions.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from pypinyin import lazy_pinyin
from zxcvbn import zxcvbn

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.text.source_strings import N_

HASHER = PasswordHasher()
ALONE, WITH_CODE, LONGEST = 15, 8, 256
# zxcvbn's scores: a hundred million guesses for a password alone, a million where a code is asked beside it.
GOOD, GOOD_WITH_CODE = 3, 2
# What is left of a password without the words about person and bureau must still be something.
OWN = 6
HABITS = ("onedoor", "yimen", "woaini", "5201314", "shuangsuiji", "zhifa", "jiancha", "woaizhongguo", "mima")


def _of_nobody() -> str:
    """What no password hashes to, written down instead of computed: every start of every process would wait for it."""
    salt, digest = (
        b64encode(secrets.token_bytes(length)).decode().rstrip("=")
        for length in (HASHER.salt_len, HASHER.hash_len)
    )
    cost = f"m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${digest}"


# Verified when there is no such user, so that both answers take as long.
_NOBODY = _of_nobody()


def hash_password(password: str) -> str:
    """What is stored of a password."""
    return HASHER.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; an account without one takes as long and never matches."""
    try:
        return HASHER.verify(stored or _NOBODY, _normal(password)) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether it was hashed with other parameters than today's, so that it is to be hashed again."""
    return HASHER.check_needs_rehash(stored)


def check_new(password: str, *, with_code: bool, about: Iterable[str]) -> None:
    """Raise `ClerkError` for field `password` unless it is fit; `about` are names of person and bureau."""
    text = _normal(password)
    if len(text) < (WITH_CODE if with_code else ALONE):
        raise _unfit(
            N_("密码至少 8 个字符，长一些更好，可以用一句话。")
            if with_code
            else N_("只用密码登录的账户，密码至少 15 个字符，可以用一句话；启用动态口令后至少 8 个字符。")
        )
    if len(text) > LONGEST:
        raise _unfit(N_("密码最多 256 个字符。"))
    words = _words(about)
    score = zxcvbn(text[:72], user_inputs=words)["score"]
    if score < (GOOD_WITH_CODE if with_code else GOOD) or _without(text, words) < OWN:
        raise _unfit(
            N_("这个密码常见，或接近姓名、用户名、单位名称，或只是重复、连续的字符，容易被猜到，请换一个。")
        )


def _normal(password: str) -> str:
    """The same characters however they were typed, full width or composed (800-63B asks for it)."""
    return unicodedata.normalize("NFKC", password)


def _words(about: Iterable[str]) -> list[str]:
    """The words to avoid: as written, in pinyin, and the parts of a user name."""
    found = set(HABITS)
    for text in about:
        found |= {text.lower(), "".join(lazy_pinyin(text)).lower(), *lazy_pinyin(text)}
        found |= set(re.split(r"[\W_]+", text.lower()))
    return sorted(word for word in found if len(word) > 1)


def _without(text: str, words: list[str]) -> int:
    """How many different letters and digits are left without the words."""
    rest = text.lower()
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 2:
            rest = rest.replace(word, " ")
    return len(set(re.sub(r"[\W_]", "", rest)))


def _unfit(sentence: str) -> ClerkError:
    return ClerkError("这个密码不能使用，请按提示更换。", fields={"password": [sentence]})
