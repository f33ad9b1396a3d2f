"""One process of node for a module of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.verifier.cases import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()
