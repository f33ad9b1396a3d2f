"""What is kept in Chinese, in the reader's language: sentences of rows, lists of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from babel.lists import format_list
from flask_babel import get_locale
from flask_babel import gettext as _

from onedoor.kernel.sentences import Sentence, sentence_parts


def sentence_of_row(row: Any, name: str) -> str:
    """The sentence a row, or a mapping, keeps in `name`, from what `<name>_said` says it was made of.

    Chinese readers get the text of the record. So does everybody where there is nothing else: rows from before
    sentences were kept in parts, and texts that people typed.
    """
    if isinstance(row, Mapping):
        text, said = row.get(name), row.get(f"{name}_said")
    else:
        text, said = getattr(row, name), getattr(row, f"{name}_said", None)
    if not text or _chinese():
        return str(text or "")
    try:
        return part_in_language(said) if said else str(_(str(text)))
    except (KeyError, TypeError, ValueError):
        return str(text)


def sentence_of_parts(text: str, part: Any) -> tuple[str, str]:
    """A kept text by what it was made of (None: nothing is known), and the language it then stands in; "" is the page's."""
    if _chinese() or not part:
        return text, "" if _chinese() else "zh-CN"
    try:
        return part_in_language(part), ""
    except (KeyError, TypeError, ValueError):
        return text, "zh-CN"


def facts_of_row(row: Any, name: str) -> list[tuple[str, str]]:
    """The labels and texts a row keeps in the mapping `name`, as `told` tells one sentence."""
    made = getattr(row, f"{name}_said", None) or {}
    texts = getattr(row, name)
    if _chinese():
        return [(label, str(text)) for label, text in texts.items()]
    return [
        (in_language(label), part_in_language(made[label]) if made.get(label) else in_language(text))
        for label, text in texts.items()
    ]


def in_language(text: Any) -> str:
    """A sentence, or a Chinese word of a list, in the reader's language; a list of them in one line; the rest as it is."""
    if isinstance(text, (list, tuple)):
        return word_list(map(in_language, text))
    if isinstance(text, Sentence):
        return part_in_language(sentence_parts(text))
    return str(_(str(text))) if text else ""


def words_in_language(text: str | None) -> str:
    """Words that are kept in one text with 、 between, each in the reader's language."""
    return in_language(text.split("、")) if text else ""


def part_in_language(part: Any) -> str:
    """A part of a kept sentence (`kernel.sentences.kept`): a sentence, a list, a number or a text as it is."""
    if isinstance(part, Mapping):
        pattern, params = part["say"], part["with"]
        return str(_(pattern, **{name: part_in_language(one) for name, one in params.items()}))
    return word_list(map(part_in_language, part)) if isinstance(part, list) else str(part)


def word_list(words: Iterable[Any]) -> str:
    """Several words in one line: 甲、乙、丙 in Chinese, "a, b, and c" in English."""
    texts = [str(word) for word in words]
    return "、".join(texts) if _chinese() else format_list(texts, locale=get_locale())


def _chinese() -> bool:
    locale = get_locale()
    return locale is None or locale.language == "zh"
