"""What rows keep in Chinese is said to each reader in their own language, and old rows stay readable."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string

from onedoor.edge.language import (
    facts_of_row,
    in_language,
    sentence_of_row,
    word_list,
    words_in_language,
)
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.sentences import Sentence, either, sentence_parts, series
from onedoor.web.shell.errors import sentence_of

FOUND = Sentence(
    "检查记录审核通过：%(found)s", found=[Sentence("未发现问题"), Sentence("发现问题已责令改正")]
)


def step(text: str, said: object = None) -> SimpleNamespace:
    return SimpleNamespace(text=str(text), text_said=said)


@contextmanager
def reading(app: Flask, language: str) -> Iterator[None]:
    with app.test_request_context(f"/?lang={language}"):
        yield


def test_a_step_is_told_in_the_readers_language(app: Flask) -> None:
    row = step(FOUND, sentence_parts(FOUND))
    with reading(app, "zh"):
        assert sentence_of_row(row, "text") == "检查记录审核通过：未发现问题、发现问题已责令改正"
    with reading(app, "en"):
        shown = sentence_of_row(row, "text")
        assert shown == "Record accepted: No problem found and Problem found; ordered to correct it"
        assert render_template_string('{{ row|sentence_of_row("text") }}', row=row) == shown


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        (step("安排检查 3 户"), "安排检查 3 户"),
        (step("提交检查记录"), "Record submitted"),
        (step("甲局退出", {"say": "一句以前的话：%(name)s", "with": {"name": "甲局"}}), "一句以前的话：甲局"),
        (step("取消检查：停业", {"say": "取消检查：%(reason)s", "with": {"why": "停业"}}), "取消检查：停业"),
        (step(""), ""),
    ],
    ids=[
        "finished, from before",
        "a source string",
        "gone from the catalogue",
        "a parameter lost",
        "nothing",
    ],
)
def test_what_cannot_be_told_stays_as_it_was_written(app: Flask, row: SimpleNamespace, shown: str) -> None:
    with reading(app, "en"):
        assert sentence_of_row(row, "text") == shown


def test_words_lists_and_facts(app: Flask) -> None:
    many = Sentence("%(count)s 人", count=3)
    row = SimpleNamespace(
        summary={"执法人员": str(many), "说明": "补报"}, summary_said={"执法人员": sentence_parts(many)}
    )
    with reading(app, "en"):
        assert word_list(["甲", "乙", "丙"]) == "甲, 乙, and 丙" and word_list([]) == ""
        assert (
            in_language("实地检查") == "On-site inspection"
            and in_language("某个说法") == "某个说法"
            and in_language(None) == ""
        )
        assert words_in_language("实地检查、书面检查") == "On-site inspection and Inspection of documents"
        assert in_language(either(["餐饮", "住宿"])) == "餐饮 or 住宿" and in_language(series([])) == ""
        assert facts_of_row(row, "summary")[0] == ("Inspectors", "3 people")
    with reading(app, "zh"):
        assert (
            word_list(["甲", "乙", "丙"]) == "甲、乙、丙"
            and words_in_language("实地检查、书面检查") == "实地检查、书面检查"
        )
        assert facts_of_row(row, "summary") == [("执法人员", "3 人"), ("说明", "补报")]


def test_an_error_names_several_as_the_reader_writes_them(app: Flask) -> None:
    error = ClerkError("增加参加部门：%(names)s", names=["甲局", "乙局"])
    with reading(app, "en"):
        assert sentence_of(error) == "Bureaus added: 甲局 and 乙局"
    with reading(app, "zh"):
        assert sentence_of(error) == str(error) == "增加参加部门：甲局、乙局"
