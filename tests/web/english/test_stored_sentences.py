"""What the system writes and keeps is made of source strings: no finished Chinese sentence that no reader gets another way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from onedoor.credit import rules as credit
from onedoor.credit.layouts import first_layout as layout
from onedoor.credit.service.classes import TEXTS, said_facts
from onedoor.draws.source_strings import ENDS, said_end
from onedoor.edge.language import sentence_of_parts
from onedoor.kernel.sentences import Sentence, sentence_parts
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
    "plans/rules/states.py", "plans/service/publication.py", "draws/service/new_draws.py", "credit/platform_stand_in.py",
    "credit/platform_stand_in_checks.py", "credit/platform_stand_in_files.py", "officers/service/library.py", "targets/service/targets.py",
    "items/service/rulebooks.py", "items/service/item_lists.py", "items/service/declarations.py",
    "targets/service/figures.py",
    "campaigns/rules/numbers.py", "credit/rules.py", "credit/service/batches.py", "visits/service/proposals/registration.py",
    "supervision/service/numbers.py", "supervision/service/assessments.py", "supervision/service/filing_receipts.py",
    "statistics/queries/sheets.py", "statistics/queries/place_sheets.py", "statistics/service/workbooks.py",
    "statistics/service/reports.py", "statistics/service/return_filings.py",
    "campaigns/service/new_campaigns.py", "visits/service/result_disclosure.py", "credit/service/penalty_disclosure.py", "visits/service/audit_trail.py",
    "credit/service/file_workbook.py", "supervision/queries/duty_records.py", "supervision/service/burden.py",
    "visits/service/methods/recognition.py", "visits/rules/checklists.py", "visits/service/documents/letters.py", "visits/service/documents/notice_details.py",
    "visits/service/visit_schedule.py", "draws/rules/beacons.py",
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
    catalogue, shape = Catalogue(), layout("inspection-result/1")
    wrong = {"entity_name": "长" * 201, "entity_code": "1", "task_kind": "其他", "finished_on": "明天"}
    found = credit.problems(shape, wrong)
    texts = [text for several in found.values() for text in several]
    assert len(texts) == 10 and all(
        isinstance(text, Sentence) and text.pattern in catalogue.sources for text in texts
    )
    result = sentence_parts(credit.in_one_sentence(shape, found))
    assert result is not None and "名称：超过 200 个字。" in credit.in_one_sentence(shape, found)


def test_a_publication_says_what_its_texts_were_made_of_or_that_they_are_chinese() -> None:
    part = sentence_parts(Sentence("每年 %(count)s 次", count=2))
    assert sentence_of_parts("每年 2 次", part) == ("每年 2 次", "")


def test_what_is_kept_in_chinese_only_is_read_back_as_what_it_was_made_of() -> None:
    for pattern in ENDS:
        text = Sentence(pattern, names=["甲局", "乙局"]) if "%(" in pattern else Sentence(pattern)
        assert sentence_parts(said_end(str(text))) == sentence_parts(text)
    assert sentence_parts(said_end("名单有误，终止")) is None
    facts = [str(Sentence(text.pattern, count=3)) for text in TEXTS.values()]
    said = [*TEXTS.values(), "上级评定"]
    assert [getattr(fact, "pattern", fact) for fact in said_facts([*facts, "上级评定"])] == said
