"""Writes docs/founding.md from what the tests walk: `python -m tests.founding.document`."""

from __future__ import annotations

from types import ModuleType

from tests.founding import (
    test_000_chifeng,
    test_001_ningan,
    test_002_wushen,
    test_003_chengkou,
    test_004_tangshan,
)
from tests.founding.places import PLACES, UNBUILT
from tests.founding.texts import ROOT, sentence_of

DOCUMENTS = (test_000_chifeng, test_001_ningan, test_002_wushen, test_003_chengkou, test_004_tangshan)
HEAD = """# The five founding documents, sentence by sentence

Each sentence of [the five texts](founding/) with the pages where it works, the rules of [rules.md](rules.md) it became, and the test that opens
those pages in a browser as the people whose part it is. What a sentence asks of people alone (discipline, publicity, leadership) leads to where it is
recorded. What rests on a rule that is not built says so. Written by `python -m tests.founding.document`; `tests/founding/test_table.py` compares,
and fails when a sentence has no line.
"""


def written() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_table(one) for one in DOCUMENTS)])


def _table(module: ModuleType) -> str:
    name = module.__name__.rpartition(".")[2]
    title = (module.__doc__ or "").partition(",")[0]
    rows = [
        f"## {title}",
        "",
        f"Text: [{module.DOCUMENT}](founding/{module.DOCUMENT}) · test: `tests/founding/{name}.py`",
        "",
        "| sentence | pages | rules |",
        "|---|---|---|",
    ]
    for begins, places in module.SAYS:
        pages, rules = [], []
        for word in places.split():
            if word in UNBUILT:
                pages.append(f"**not built, R-{word}**: {UNBUILT[word]}")
                rules.append(f"R-{word}")
                continue
            one = PLACES[word]
            pages.append(f"{one.title} `{one.path}`")
            rules += one.rules.split(", ")
        rows.append(
            f"| {sentence_of(module.DOCUMENT, begins)} | {'<br>'.join(pages)} | {', '.join(dict.fromkeys(rules))} |"
        )
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    (ROOT / "docs/founding.md").write_text(written(), encoding="utf-8")
