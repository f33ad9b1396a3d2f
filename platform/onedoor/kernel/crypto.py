"""Encryption of personal data (R-T7): AES-256-GCM or SM4-GCM under keys from the environment.

A ciphertext starts with the number of its key, so that keys rotate without downtime: all keys at hand read,
one of them writes. It is bound to its place: moved to another row or column it does not open. A keyed hash beside it
makes exact values searchable without decrypting anything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM

from onedoor.kernel.text.unicode import normal

# In the first byte beside the number: the ciphertext is bound to its place. Those from before are not, and still open.
BOUND = 0x80
# GB/T 32907: 128 bits. A key of AES has 256.
SM4_KEY, AES_KEY = 16, 32
_TAG = 16


class UnknownKey(Exception):
    """A ciphertext under a key that is not among those of the environment; the message names its number."""


@dataclass(frozen=True)
class FieldCipher:
    """Keys by number, 1 to 127: 32 bytes for AES-256-GCM, 16 for SM4-GCM. `writes` is the number of the one that encrypts, the highest if none is named.

    `index_key` is for codes that must stay the same for as long as the application's secret does.
    """

    keys: dict[int, bytes]
    index_key: bytes
    writes: int = 0

    @property
    def number(self) -> int:
        """The number of the key that encrypts."""
        return self.writes or max(self.keys)

    @property
    def mark(self) -> int:
        """The first byte of what is written now: the key's number, bound to its place."""
        return self.number | BOUND

    def encrypt(self, text: str, place: str) -> bytes:
        """One byte of mark, twelve of nonce, then the sealed text, for this `place` alone (`table.column/row`)."""
        mark, nonce = bytes([self.mark]), os.urandom(12)
        return mark + nonce + _seal(self.keys[self.number], nonce, text.encode(), mark + place.encode())

    def decrypt(self, sealed: bytes, place: str) -> str:
        """The text; raises `cryptography.exceptions.InvalidTag` if it was altered or is of another place, `UnknownKey` without its key."""
        mark, number = sealed[:1], number_of(sealed[0])
        if number not in self.keys:
            raise UnknownKey(f"key {number} is not among ONEDOOR_FIELD_KEYS")
        about = mark + place.encode() if is_bound(sealed[0]) else mark
        return _open(self.keys[number], sealed[1:13], sealed[13:], about).decode()

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


def number_of(mark: int) -> int:
    """The number of the key, from the first byte of a ciphertext."""
    return mark & ~BOUND


def is_bound(mark: int) -> bool:
    """Whether a ciphertext with this first byte opens in its own place only."""
    return bool(mark & BOUND)


def _seal(key: bytes, nonce: bytes, content: bytes, about: bytes) -> bytes:
    if len(key) == AES_KEY:
        return AESGCM(key).encrypt(nonce, content, about)
    sealing = Cipher(SM4(key), GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(about)
    return sealing.update(content) + sealing.finalize() + sealing.tag


def _open(key: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    if len(key) == AES_KEY:
        return AESGCM(key).decrypt(nonce, sealed, about)
    if len(nonce) + len(sealed) < 12 + _TAG:
        raise InvalidTag
    opening = Cipher(SM4(key), GCM(nonce, sealed[-_TAG:])).decryptor()
    opening.authenticate_additional_data(about)
    return opening.update(sealed[:-_TAG]) + opening.finalize()


def plain(value: str) -> str:
    """A number as it is searched: without blanks, hyphens and China's own prefix, letters in capitals."""
    text = normal("NFKC", value).upper()
    kept = "".join(char for char in text if char.isalnum() or char == "+")
    return kept.removeprefix("+86")


def cipher_from(text: str, secret: str, writes: int = 0) -> FieldCipher:
    """Read `1:hex,2:sm4:hex`; the index key is derived from the application's secret."""
    keys = {}
    for part in text.split(","):
        number, _, key = part.strip().partition(":")
        keys[int(number)] = bytes.fromhex(key.removeprefix("sm4:"))
    return FieldCipher(keys, hashlib.sha256(b"onedoor/index/" + secret.encode()).digest(), writes)
