"""Chinese names in the order of a Chinese list, and found by their initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.seg.mmseg import seg

from onedoor.kernel.text.unicode import normal

# Characters that are read otherwise when they are a family name.
_FAMILY_NAMES = {
    "万俟": "mo4 qi2",
    "尉迟": "yu4 chi2",
    "长孙": "zhang3 sun1",
    "单": "shan4",
    "解": "xie4",
    "仇": "qiu2",
    "区": "ou1",
    "查": "zha1",
    "曾": "zeng1",
    "任": "ren2",
    "华": "hua4",
    "盖": "ge3",
    "朴": "piao2",
    "翟": "zhai2",
    "乐": "yue4",
    "覃": "qin2",
    "缪": "miao4",
    "冼": "xian3",
    "员": "yun4",
    "黑": "he4",
    "种": "chong2",
    "繁": "po2",
    "秘": "bi4",
    "召": "shao4",
    "折": "she2",
    "纪": "ji3",
    "宁": "ning4",
    "葛": "ge3",
}


def pinyin_key(name: str, *, person: bool = False) -> str:
    """A key whose plain byte order is the order of a Chinese list: syllable, then tone, then the rest.

    With `person` the family name is read as one (单 is shan, not dan).
    """
    return " ".join(_syllables(name, person))


def pinyin_initials(name: str, *, person: bool = False) -> str:
    """First letters, lower case, for finding a name by typing: 牡丹江市示范食品 is `mdjssfsp`."""
    return "".join(syllable[0] for syllable in _syllables(name, person) if syllable[0].isalnum())


# A row of a register asks for the key and the initials of one name, one after the other.
@lru_cache(maxsize=512)
def _syllables(name: str, person: bool) -> tuple[str, ...]:
    plain = normal("NFKC", name).strip().lower()
    family, length = _family_name(plain) if person else ([], 0)
    given = (syllable for word in seg.cut(plain[length:]) for syllable in _read(word))
    return (*family, *(syllable for syllable in given if not syllable.isspace()))


# Of a million names most words are the same few thousand; how a word is read does not hang on its neighbours.
@lru_cache(maxsize=32_768)
def _read(word: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors=_each))  # type: ignore[arg-type]


def _each(other: str) -> list[str]:
    return list(other)


def _family_name(name: str) -> tuple[list[str], int]:
    for length in (2, 1):
        reading = _FAMILY_NAMES.get(name[:length])
        if reading:
            return reading.split(), length
    return [], 0
