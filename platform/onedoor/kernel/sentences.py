"""Sentences that are kept, and said to each reader in their own language.

A step of the trace, a job's title or the purpose of a look is written once and read by many. The row keeps the
finished Chinese text, which is the record, and beside it what it was made of; the edge makes another language of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any


class Sentence(str):
    """A finished Chinese text that remembers its `pattern`, a source string, and the `params` of its `%(name)s`.

    A parameter is a text, a number, a day, a list of those (、 between), or a sentence itself: a word of a code list is
    `Sentence("责令改正")`, and is said in the reader's language where a plain text stays as it is.
    """

    pattern: str
    params: Mapping[str, Any]

    def __new__(cls, pattern: str, **params: Any) -> Sentence:
        shown = {name: in_chinese(value) for name, value in params.items()}
        made = super().__new__(cls, pattern % shown if params else pattern)
        made.pattern, made.params = pattern, params
        return made


def in_chinese(value: Any) -> str:
    """A parameter as a Chinese sentence says it."""
    return "、".join(map(in_chinese, value)) if isinstance(value, (list, tuple)) else str(value)


def either(words: Sequence[Any]) -> Any:
    """甲 或 乙 或 丙; nothing of nothing."""
    return (
        reduce(lambda some, more: Sentence("%(some)s 或 %(more)s", some=some, more=more), words)
        if words
        else ""
    )


def series(parts: Sequence[Any]) -> Any:
    """甲；乙；丙; nothing of nothing."""
    return (
        reduce(lambda some, more: Sentence("%(some)s；%(more)s", some=some, more=more), parts)
        if parts
        else ""
    )


def in_lines(parts: Sequence[Any]) -> Any:
    """One below the other; nothing of nothing."""
    return (
        reduce(lambda some, more: Sentence("%(some)s\n%(more)s", some=some, more=more), parts)
        if parts
        else ""
    )


def sentence_parts(text: str | None) -> dict[str, Any] | None:
    """What a text was made of, as JSON for the column beside it (`title`, `title_said`); None for a plain text."""
    return _kept(text) if isinstance(text, Sentence) else None


def store_sentence(row: Any, name: str, text: str | None) -> None:
    """Write a text into the column `name` of a row and what it was made of beside it."""
    setattr(row, name, None if text is None else str(text))
    setattr(row, f"{name}_said", sentence_parts(text))


def _kept(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"say": value.pattern, "with": {name: _kept(one) for name, one in value.params.items()}}
    if isinstance(value, (list, tuple)):
        return [_kept(one) for one in value]
    return value if isinstance(value, int) else str(value)
