"""The public site in a real browser, at a desk and on a phone: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from onedoor.kernel.codes import made_up_credit_code
from tests.credit.results import publish
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import City
from tests.web.portal.city import FirmsDrawn, publish_lists

SHOTS = os.environ.get("ONEDOOR_SHOTS")


@pytest.fixture(scope="module")
def site(city: City) -> Iterator[tuple[str, dict[str, Any]]]:
    """A site with something of everything in it."""
    made: dict[str, Any] = publish_lists(city)
    ceremony = FirmsDrawn(city)
    ceremony.whole()
    made["draw"], made["firm"] = ceremony.draw_id, ceremony.firm(1)
    made["result"] = publish(city, 1, draw_id=str(ceremony.draw_id))
    publish(city, 2, results=["未发现问题"], items=[{"name": "明码标价", "results": ["未发现问题"]}])
    with served(city.app) as address:
        yield address, made


# make test reads the pages a citizen comes to in the main job (tests/e2e).
@pytest.mark.long
@pytest.mark.parametrize("viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_every_public_page_reads_well(
    site: tuple[str, dict[str, Any]], context: Callable[..., BrowserContext], viewport: dict[str, int]
) -> None:
    address, made = site
    page = context(viewport=viewport).new_page()
    paths = {
        "home": "/",
        "items": "/open/items",
        "item_list": f"/open/items/{made['items']}",
        "inspectors": f"/open/inspectors/{made['inspectors']}",
        "plans": "/open/plans",
        "plan": f"/open/plans/{made['plan']}",
        "draws": "/open/draws",
        "draw": f"/open/draws/{made['draw']}",
        "verify": f"/open/draws/{made['draw']}/verify",
        "lot": f"/open/draws/{made['draw']}/lot?code={made['firm']}",
        "register": "/open/register",
        "verifying": "/open/verifying",
        "results": "/open/results",
        "result": f"/open/results/{made['result']}",
        "firm": f"/open/firms/{made_up_credit_code(1)}",
        "data": "/open/data",
        "search": "/open/search?q=示例",
        "check": "/check",
    }
    for name, path in paths.items():
        answer = page.goto(address + path)
        assert answer is not None and answer.status == 200, path
        if name == "data":
            expect(page.locator("[data-chart][data-drawn] canvas").first).to_be_visible()
        axe(page)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{viewport['width']}.png", full_page=True)


def test_a_citizen_searches_a_shop_and_doubts_the_draw(
    site: tuple[str, dict[str, Any]], context: Callable[..., BrowserContext]
) -> None:
    """From the search box to the result, to the draw it came from, to a recomputation, on a phone (R-D8, R-O1)."""
    address, _made = site
    page = context(viewport=PHONE).new_page()
    page.goto(address)
    page.get_by_role("searchbox").fill("乙禾示例超市")
    page.get_by_role("main").get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="示范市乙禾示例超市：检查结果").click()
    expect(page.get_by_role("heading", name="发现问题已责令改正")).to_be_visible()
    page.get_by_role("link", name="示市监抽〔2026〕3号-1").click()
    page.get_by_role("link", name="在线验证").click()
    expect(page.get_by_role("heading", name="核验通过")).to_be_visible()
    page.goto(address + "/check")
    page.get_by_role("textbox", name="检查码").fill("7K3F-9QMX-7K3F-9QMX")
    page.get_by_role("button", name="核验").click()
    expect(page).to_have_url(address + "/v/7K3F9QMX7K3F9QMX")
