"""What somebody types to find an entity, as a question to the index of pairs of characters.

Chinese words are short: most have two characters, too few for an index of trigrams. So `entity_grams` (policies.py)
keeps every pair of neighbouring characters of name, address and scope, and behind a mark every three of the credit
code (`#`) and of the initials (`~`). The ends stand as shorter ones, so that a single character is a beginning.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product

from onedoor.kernel.codes import normalise_code
from onedoor.kernel.text.unicode import normal

CODE, INITIALS = "#", "~"
# Brackets of a name are typed in either width, or not at all; `entity_grams` leaves them out too.
LEFT_OUT = "()（）"
_BETWEEN = re.compile(r"[\s\x00-\x1f\[\]{}<>《》〈〉【】「」“”‘’\"'`,，、;；。:：·•|\\]+")

_SIGNS = {normal("NFKC", chr(sign)): chr(sign) for sign in range(0x2170, 0x217C)}
_NUMERALS = re.compile(rf"(?<![a-z])(?:{'|'.join(sorted(_SIGNS, key=len, reverse=True))})(?![a-z])")


@lru_cache(maxsize=256)
def words_of(typed: str) -> tuple[str, ...]:
    """The words somebody typed, all of which an entity has to have: half width, lower case, each once.

    Kept for a moment, as a page asks for them and their question several times.
    """
    plain = normal("NFKC", typed).lower().translate(str.maketrans("", "", LEFT_OUT))
    return tuple(dict.fromkeys(word for word in _BETWEEN.split(plain) if word))


@lru_cache(maxsize=256)
def question(words: tuple[str, ...]) -> str:
    """The words as a PostgreSQL `tsquery` over the grams; they find whatever holds them, and seldom a little more."""
    return " & ".join(_word(word) for word in words)


def is_exact(word: str) -> bool:
    """Whether the grams alone tell that the word is there; a longer one's may stand apart."""
    return len(word) <= 2


def code_in(word: str) -> str:
    """The word as part of a credit code, in lower case; empty if it can be none."""
    return normalise_code(word).lower() if word.isascii() and word.isalnum() else ""


def is_plain(word: str) -> bool:
    """Whether a register can have the word in one writing only; letters, digits and signs come in two widths."""
    return not any(char.isascii() for char in word)


def _word(word: str) -> str:
    found = [_twos(one) for one in (word, _roman(word)) if one]
    if code := code_in(word):
        found += [_threes(CODE, code), _threes(INITIALS, word)]
    return f"({' | '.join(found)})"


def _roman(word: str) -> str:
    """The word with its Roman numerals as one sign, as registers have those of medical devices; empty without any."""
    found = _NUMERALS.sub(lambda one: _SIGNS[one[0]], word)
    return "" if found == word else found


def _twos(word: str) -> str:
    if len(word) == 1:
        return f"({' | '.join(_begins(one) for one in _writings(word))})"
    grams = dict.fromkeys(word[at : at + 2] for at in range(len(word) - 1))
    return f"({' & '.join(_either(_writings(gram)) for gram in grams)})"


def _writings(gram: str) -> list[str]:
    """The gram with each of its letters, digits and signs in half and in full width."""
    both = [(char, chr(ord(char) + 0xFEE0)) if "!" <= char <= "~" else (char,) for char in gram]
    return ["".join(one) for one in product(*both)]


def _either(grams: list[str]) -> str:
    return f"({' | '.join(_quoted(one) for one in grams)})" if len(grams) > 1 else _quoted(grams[0])


def _threes(mark: str, word: str) -> str:
    if len(word) < 3:
        return _begins(mark + word)
    return _all([mark + word[at : at + 3] for at in range(len(word) - 2)])


def _all(grams: list[str]) -> str:
    return f"({' & '.join(_quoted(one) for one in dict.fromkeys(grams))})"


def _begins(gram: str) -> str:
    return f"{_quoted(gram)}:*"


def _quoted(gram: str) -> str:
    return "'" + gram.replace("\\", "\\\\").replace("'", "''") + "'"
