"""Returns at a desk and on a phone: nothing in the way of anybody (pages.md)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.supervision.scene import Scene
from tests.visits.builders import run_jobs_of


@pytest.mark.parametrize("viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_a_return_is_begun_filled_in_and_filed(
    scene: Scene, app: Flask, context: Any, viewport: dict[str, int]
) -> None:
    part = "第4季度" if viewport is DESK else "第3季度"
    with served(app) as address:
        page = context(viewport=viewport).new_page()
        page.goto(f"{address}/sign-in?next=/statistics/returns")
        page.fill("[name=username]", "scjg.planner")
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url("**/statistics/returns")
        axe(page)
        page.locator("tr", has_text=part).get_by_role("button", name="填报").click()
        page.wait_for_url("**/statistics/returns/*-*")
        axe(page)
        page.fill("[name=contact]", "王五")
        page.fill("[name=phone]", "0471-1234567")
        page.get_by_role("button", name="保存").click()
        page.get_by_text("已保存").first.wait_for()
        page.locator("#form table a").first.click()
        page.wait_for_url("**/figure?**")
        axe(page)
        page.go_back()
        page.get_by_role("button", name="报送", exact=True).click()
        page.locator("dialog[open] button[value=yes]").click()
        page.get_by_text("正在报送").first.wait_for()
        axe(page)
        run_jobs_of(app)()
        page.get_by_text("接收单位").first.wait_for()
        axe(page)
