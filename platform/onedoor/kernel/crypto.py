"""Encryption of personal data (R-T7): AES-256-GCM under keys from the environment.

A ciphertext starts with the number of its key, so that keys rotate without downtime: all keys at hand read,
one of them writes. A keyed hash beside it makes exact values searchable without decrypting anything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class UnknownKey(Exception):
    """A ciphertext under a key that is not among those of the environment; the message names its number."""


@dataclass(frozen=True)
class FieldCipher:
    """Keys by number (32 bytes each). `writes` is the number of the one that encrypts, the highest if none is named.

    `index_key` is for codes that must stay the same for as long as the application's secret does.
    """

    keys: dict[int, bytes]
    index_key: bytes
    writes: int = 0

    @property
    def number(self) -> int:
        """The number of the key that encrypts."""
        return self.writes or max(self.keys)

    def encrypt(self, text: str) -> bytes:
        """One byte of key number, twelve of nonce, then the sealed text."""
        number = self.number
        nonce = os.urandom(12)
        return (
            bytes([number]) + nonce + AESGCM(self.keys[number]).encrypt(nonce, text.encode(), bytes([number]))
        )

    def decrypt(self, sealed: bytes) -> str:
        """The text; raises `cryptography.exceptions.InvalidTag` if it was altered, `UnknownKey` without its key."""
        number = sealed[0]
        if number not in self.keys:
            raise UnknownKey(f"key {number} is not among ONEDOOR_FIELD_KEYS")
        return AESGCM(self.keys[number]).decrypt(sealed[1:13], sealed[13:], bytes([number])).decode()

    def index(self, text: str) -> str:
        """A keyed hash that does not change when the keys of the fields do."""
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()

    def blind(self, value: str, about: str) -> str:
        """What is kept beside a ciphertext to find this exact value; `about` parts columns and bureaus."""
        return self._blind(self.number, value, about)

    def blinds(self, value: str, about: str) -> list[str]:
        """The same under every key at hand: what to look for while the rows move from one key to another."""
        return [self._blind(number, value, about) for number in self.keys]

    def _blind(self, number: int, value: str, about: str) -> str:
        key = hmac.new(self.keys[number], b"onedoor/blind", hashlib.sha256).digest()
        said = f"{about}/{plain(value)}".encode()
        return f"{number}:{hmac.new(key, said, hashlib.sha256).hexdigest()}"


def plain(value: str) -> str:
    """A number as it is searched: without blanks, hyphens and China's own prefix, letters in capitals."""
    text = unicodedata.normalize("NFKC", value).upper()
    kept = "".join(char for char in text if char.isalnum() or char == "+")
    return kept.removeprefix("+86")


def cipher_from(text: str, secret: str, writes: int = 0) -> FieldCipher:
    """Read `1:hex,2:hex`; the index key is derived from the application's secret."""
    keys = {}
    for part in text.split(","):
        number, _, key = part.strip().partition(":")
        keys[int(number)] = bytes.fromhex(key)
    return FieldCipher(keys, hashlib.sha256(b"onedoor/index/" + secret.encode()).digest(), writes)
