"""What the system writes and keeps is made of source strings: no finished Chinese sentence that no reader gets another way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from onedoor.credit import rules as credit
from onedoor.credit.layouts import layout
from onedoor.edge.language import told_part
from onedoor.kernel.sentences import Sentence, kept
from tests.web.english.catalogue import HAN, Catalogue

ROOT = Path(__file__).parents[3]
ROOMS = (
    "plans",
    "draws",
    "campaigns",
    "visits",
    "credit",
    "filing",
    "disclosure",
    "registry",
    "statistics",
    "supervision",
)
# Chinese for every reader: numbers and titles of documents, days in them, names that people chose, the stand-in platform.
DOCUMENTS = {
    "plans/rules/states.py", "plans/service/publishing.py", "draws/service/beginning.py", "credit/receiver.py",
    "credit/receiver_checks.py", "registry/service/library.py", "registry/service/targets.py",
    "registry/service/rulebooks.py", "registry/service/item_lists.py", "registry/service/declaring.py",
    "registry/service/target_figures.py",
    "campaigns/rules/naming.py",
    "campaigns/service/starting.py", "visits/service/disclosing.py", "visits/service/telling.py",
    "visits/rules/checklists.py", "visits/service/letters.py", "visits/service/scheduling.py", "draws/rules/beacons.py",
}  # fmt: skip


def put_together(text: str) -> Iterator[int]:
    """The lines where Chinese is put together as the record alone can read it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.Constant) and HAN.search(str(part.value)) for part in node.values
        ):
            yield node.lineno


def test_rooms_put_no_chinese_together_but_in_documents() -> None:
    house = ROOT / "platform" / "onedoor"
    paths = [path for room in ROOMS for path in sorted((house / room).rglob("*.py"))]
    found = {
        f"{name}:{line}"
        for path in [*paths, *sorted((ROOT / "tasks").rglob("*.py"))]
        if (name := path.relative_to(house if house in path.parents else ROOT).as_posix()) not in DOCUMENTS
        for line in put_together(path.read_text())
    }
    assert not found, "use kernel.sentences.Sentence, please"
    assert list(put_together('a = f"{x}：{n} 户检查"')) == [1]


def test_what_a_record_lacks_is_made_of_source_strings() -> None:
    catalogue, shape = Catalogue(), layout(credit.RESULT_LAYOUT)
    wrong = {"entity_name": "长" * 201, "entity_code": "1", "task_kind": "其他", "finished_on": "明天"}
    found = credit.problems(shape, wrong)
    texts = [text for several in found.values() for text in several]
    assert len(texts) == 10 and all(
        isinstance(text, Sentence) and text.pattern in catalogue.sources for text in texts
    )
    told = kept(credit.in_one_sentence(shape, found))
    assert told is not None and "名称：超过 200 个字。" in credit.in_one_sentence(shape, found)


def test_a_publication_says_what_its_texts_were_made_of_or_that_they_are_chinese() -> None:
    part = kept(Sentence("每年 %(count)s 次", count=2))
    assert told_part("每年 2 次", part) == ("每年 2 次", "")
