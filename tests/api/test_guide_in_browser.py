"""The page of the interface in a browser: short at its start, searched in Chinese and in English, every operation found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from tests.fixtures.browser import PHONE, axe, served
from tests.fixtures.city import City

WIDE: Any = {"width": 1440, "height": 900}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_short_at_its_start_and_searched_in_both_languages(
    city: City, context: Callable[..., BrowserContext], language: str
) -> None:
    with served(city.app) as address:
        page = context(viewport=WIDE).new_page()
        page.goto(f"{address}/api/?lang={language}")
        assert page.evaluate("document.documentElement.scrollHeight") < 5_000
        axe(page)
        for words, path in (
            ("增量同步", "/api/v1/changes/ledger"),
            ("leads or is on", "/api/v1/changes/visits"),
            ("ledger", "/api/v1/ledger/"),
        ):
            page.fill("#q", words)
            page.press("#q", "Enter")
            page.wait_for_selector(f"summary:has-text('{path}')")
        small = context(viewport=PHONE).new_page()
        small.goto(f"{address}/api/?lang={language}&room=changes")
        axe(small)
