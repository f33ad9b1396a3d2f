"""Kept sentences: a finished Chinese text that remembers what it was made of."""

from __future__ import annotations

import json
from datetime import date

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, sentence_parts


def test_it_is_the_finished_chinese_text() -> None:
    said = Sentence("邀请%(names)s参加，%(day)s前答复", names=["甲局", "乙局"], day=date(2026, 3, 5))
    assert said == "邀请甲局、乙局参加，2026-03-05前答复"
    assert Sentence("合格率达到 100% 的不再检查") == "合格率达到 100% 的不再检查"


def test_what_it_was_made_of_is_kept_with_sentences_inside() -> None:
    word, typed = Sentence("责令改正"), "责令改正"
    said = Sentence("%(what)s办结：%(outcome)s，%(count)s户", what=word, outcome=typed, count=3)
    assert json.loads(json.dumps(sentence_parts(said))) == {
        "say": "%(what)s办结：%(outcome)s，%(count)s户",
        "with": {"what": {"say": "责令改正", "with": {}}, "outcome": "责令改正", "count": 3},
    }
    assert sentence_parts(typed) is None and sentence_parts(None) is None


def test_an_error_says_its_parameters_as_a_sentence_does() -> None:
    error = ClerkError("没有揭示：%(names)s", names=("甲局", "乙局"))
    assert str(error) == "没有揭示：甲局、乙局" and error.message == "没有揭示：%(names)s"
