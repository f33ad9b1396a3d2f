"""The code of a visit: unguessable, and easy to read out (R-V2)."""

from __future__ import annotations

import re

# Crockford's alphabet: no I, L, O, U, so that nothing is read as something else.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_LOOKALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})


def from_bytes(secret: bytes) -> str:
    """Sixteen letters from ten random bytes (80 bits)."""
    number = int.from_bytes(secret[:10])
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -5, -5))


def normal(typed: str) -> str | None:
    """The code in what someone typed or read out; None if it cannot be one."""
    text = re.sub(r"[\s\-－—]", "", typed).upper().translate(_LOOKALIKE)
    return text if len(text) == LENGTH and all(letter in ALPHABET for letter in text) else None


def grouped(code: str) -> str:
    """The code in fours, as it is printed and read out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
