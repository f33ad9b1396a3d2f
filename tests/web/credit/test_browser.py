"""The discloser's day in a real browser: send, watch the job, mend what came back (R-O2, R-O3)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.credit.platform_stand_in import Receiver
from onedoor.kernel.codes import made_up_credit_code
from tests.credit.conftest import platform
from tests.credit.results import publish
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City

__all__ = ["platform"]
SHOTS = os.environ.get("ONEDOOR_SHOTS")


def look(page: Page, name: str) -> None:
    axe(page)
    if SHOTS:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)


@pytest.mark.long  # what the main job in the browser does of it goes with every run
@pytest.mark.parametrize("viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_the_discloser_sends_and_mends(
    city: City,
    platform: Receiver,
    run_jobs: Any,
    context: Callable[..., BrowserContext],
    viewport: dict[str, int],
) -> None:
    number = 40 + viewport["width"] % 10
    publish(city, number)
    publish(city, number + 20)
    platform.knows(made_up_credit_code(number), "示范市改名示例旅馆")
    with served(city.app) as address:
        page = context(viewport=viewport).new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("用户名").fill("scjg.discloser")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{address}/desk/")
        page.goto(f"{address}/exports/")
        look(page, "exports")
        page.get_by_role("button", name="生成报送批次").click()
        expect(page.get_by_text("批次已生成，正在后台报送。")).to_be_visible()
        look(page, "export-waiting")
        run_jobs()
        expect(page.get_by_text("回执已齐，有退回")).to_be_visible()
        look(page, "export")
        page.goto(f"{address}/exports/records/?state=rejected")
        look(page, "records")
        page.get_by_role("main").get_by_role("link", name="示范市", exact=False).first.click()
        expect(page.get_by_text("被退回的原因")).to_be_visible()
        look(page, "record")
        platform.names.clear()
        page.get_by_role("button", name="原样再报").click()
        page.get_by_role("dialog").get_by_role("button", name="原样再报").click()
        expect(page.get_by_text("这条记录会进入下一个报送批次")).to_be_visible()
        look(page, "record-mended")
        page.goto(f"{address}/disclosures/")
        look(page, "published")
        page.get_by_role("main").get_by_role("link", name="检查结果").first.click()
        page.get_by_label("撤回的理由").fill("信用修复")
        look(page, "publication")
        page.get_by_role("button", name="撤回公示").click()
        page.get_by_role("dialog").get_by_role("button", name="撤回公示").or_(
            page.get_by_role("dialog").get_by_role("button", name="确定")
        ).first.click()
        expect(page.get_by_text("公示已撤回", exact=False).first).to_be_visible()
        # Nothing may be under way when the server stops.
        page.wait_for_load_state("networkidle")
        page.close()
