"""A text in one of Unicode's normal forms, at a cost that grows with its length and no faster."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

# Unicode's Stream-Safe Text Format (UAX #15): no writing needs more marks on one letter.
MARKS_ON_ONE = 30
# What nearly every text of ours is made of, and no mark among it: looked through once, not letter by letter.
_PLAIN = re.compile("[\x00-\u02ff\u2000-\u206f\u3000-\u3029\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff9d]*")


# What no XML, and so no Word file, can hold.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Bytes that were no letter in their encoding: nothing can be written with them.
_LONE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """``text`` without the characters that no Word file and no workbook can hold; bytes that are no letter are �."""
    return _UNPRINTABLE.sub("", writable(text))


def writable(text: str) -> str:
    """``text`` as any encoding can hold it: what was no letter is �."""
    return text if text.isascii() else _LONE.sub("\ufffd", text)


def normal(form: Literal["NFC", "NFKC"], text: str) -> str:
    """``text`` in that form; of marks on one letter those beyond `MARKS_ON_ONE` are left out.

    Putting marks in order takes time with the square of how many follow each other, and nothing else runs in the
    process meanwhile: a megabyte of them, sent by anybody, would keep everybody waiting for a quarter of an hour.
    """
    return unicodedata.normalize(form, text if _PLAIN.fullmatch(text) else _bounded(text))


def _bounded(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if char > "\u02ff" and _is_mark(char) else 0
        if run <= MARKS_ON_ONE:
            kept.append(char)
    return "".join(kept)


@lru_cache(maxsize=8192)
def _is_mark(char: str) -> bool:
    """Whether nothing of the character starts a letter; some that count as letters come apart into marks."""
    return all(unicodedata.combining(part) for part in unicodedata.normalize("NFKD", char))
