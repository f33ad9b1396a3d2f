"""Normal forms cost what the text's length says, whoever wrote it."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest

from onedoor.kernel.text.unicode import MARKS_ON_ONE, normal

FORMS: tuple[Literal["NFC", "NFKC"], ...] = ("NFC", "NFKC")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "text", ["示范市Ａ①ｱﾞ", "한글 e\u0323\u0301", "ﷺ", "plain", "e" + "\u0301" * MARKS_ON_ONE, ""]
)
def test_text_that_is_text_is_as_unicode_says(form: Literal["NFC", "NFKC"], text: str) -> None:
    assert normal(form, text) == unicodedata.normalize(form, text)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0344", "\u0f73"])
def test_a_heap_of_marks_is_not_put_in_order(form: Literal["NFC", "NFKC"], marks: str) -> None:
    """A million of them would take a quarter of an hour, with nothing else running; those of U+0F73 do not call themselves marks."""
    assert len(normal(form, "a" + marks * 20_000 + "b")) <= 4 * MARKS_ON_ONE
