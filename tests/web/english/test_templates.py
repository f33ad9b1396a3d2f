"""A template says nothing in Chinese but through gettext, and puts no Chinese punctuation between translated parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "platform" / "onedoor" / "web" / "templates"
# Documents of the office are Chinese for every reader, and marked so (ui.document).
DOCUMENTS = {
    "ledger/print.html",
    "visits/joint_record.html",
    "visits/notice.html",
    "visits/pieces.html",
    "visits/record_print.html",
    "visits/report_print.html",
    "visits/sheet.html",
}
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
GETTEXT = re.compile(
    r"""\b(?:_n?|ngettext)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')(\s*,\s*"(?:[^"\\]|\\.)*")?"""
)
MARKED = re.compile(r"""<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>""", re.DOTALL)
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CHINESE = re.compile(r"[\u3001-\u303f\uff01-\uffee\u4e00-\u9fff]+")
PUNCTUATION = re.compile(r"[\u3001-\u303f\uff01-\uffee]+")


def unsaid(text: str) -> Iterator[str]:
    """Chinese outside gettext: any in the page's own text, punctuation in its expressions (words there are codes)."""
    text = GETTEXT.sub("_(", COMMENT.sub("", text))
    for tag in TAG.findall(text):
        yield from PUNCTUATION.findall(tag)
    yield from CHINESE.findall(MARKED.sub("", TAG.sub("", text)))


def test_templates_say_everything_through_gettext() -> None:
    found = [
        f"{name}: {chinese}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (name := path.relative_to(TEMPLATES).as_posix()) not in DOCUMENTS
        for chinese in unsaid(path.read_text())
    ]
    assert not found, "\n".join(["through gettext, please (or marked lang=zh-CN):", *found])


def test_what_is_unsaid_is_found() -> None:
    assert list(unsaid('<p>{{ _("部门：") }}{{ name }}：{{ names|join("、") }}</p>')) == ["、", "："]
    assert (
        list(unsaid('{# 说明 #}<q lang="zh-CN">例</q>{% if kind == "企业" %}{{ _("企业") }}{% endif %}'))
        == []
    )
