"""docs/founding.md leads from each sentence of the five documents to its page and test, and says what is not built."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.founding import (
    test_000_chifeng,
    test_001_ningan,
    test_002_wushen,
    test_003_chengkou,
    test_004_tangshan,
)
from tests.founding.document import DOCUMENTS, written
from tests.founding.texts import ROOT, unsaid

MODULES = (test_000_chifeng, test_001_ningan, test_002_wushen, test_003_chengkou, test_004_tangshan)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_no_sentence_is_left_out(module: ModuleType) -> None:
    assert unsaid(module.DOCUMENT, module.SAYS) == []


def test_the_table_says_what_the_tests_walk() -> None:
    """Written by `python -m tests.founding.document`."""
    assert set(DOCUMENTS) == set(MODULES)
    assert (ROOT / "docs/founding.md").read_text(encoding="utf-8") == written()
