"""Encryption of personal data (R-T7): AES-256-GCM under keys from the environment.

A ciphertext starts with the number of its key, so that keys rotate without downtime; a keyed hash
makes exact values searchable.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


@dataclass(frozen=True)
class FieldCipher:
    """Keys by number (32 bytes each); the highest number encrypts, all decrypt. `index_key` is for search."""

    keys: dict[int, bytes]
    index_key: bytes

    def encrypt(self, text: str) -> bytes:
        """One byte of key number, twelve of nonce, then the sealed text."""
        number = max(self.keys)
        nonce = os.urandom(12)
        return (
            bytes([number]) + nonce + AESGCM(self.keys[number]).encrypt(nonce, text.encode(), bytes([number]))
        )

    def decrypt(self, sealed: bytes) -> str:
        """The text; raises `cryptography.exceptions.InvalidTag` if it was altered."""
        number = sealed[0]
        return AESGCM(self.keys[number]).decrypt(sealed[1:13], sealed[13:], bytes([number])).decode()

    def index(self, text: str) -> str:
        """A keyed hash by which the exact value is found without decrypting."""
        return hmac.new(self.index_key, text.encode(), hashlib.sha256).hexdigest()


def cipher_from(text: str, secret: str) -> FieldCipher:
    """Read `1:hex,2:hex`; the index key is derived from the application's secret."""
    keys = {}
    for part in text.split(","):
        number, _, key = part.strip().partition(":")
        keys[int(number)] = bytes.fromhex(key)
    return FieldCipher(keys, hashlib.sha256(b"onedoor/index/" + secret.encode()).digest())
