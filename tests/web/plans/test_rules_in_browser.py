"""The table of ordered rules in a real browser: it computes as one types, and is in order on a desk and a phone (R-P5)."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.plans import service
from tests.fixtures import plans
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.plans import YEAR


def test_rules_compute_as_one_types(app: Flask, city: City, context: Callable[..., BrowserContext]) -> None:
    plans.list_items(city)
    plans.list_firms(city, [f"9{1 + place % 2}990100MB{place:08d}" for place in range(30)])
    with city.acting("scjg.planner"):
        plan_id = service.draft(YEAR).id
    with served(app) as address:
        for window in (DESK, PHONE):
            page = context(viewport=window).new_page()
            path = f"/plans/{plan_id}/lines/new"
            page.goto(f"{address}/sign-in?next={path}")
            page.fill("[name=username]", "scjg.planner")
            page.fill("[name=password]", PASSWORD)
            page.click("main [type=submit]")
            page.wait_for_url(f"{address}{path}")
            page.get_by_label("按比例规则分层").check()
            page.locator(".rules-block > summary").click()
            page.get_by_label("第 1 条规则：主体类型").select_option("92")
            page.get_by_label("第 1 条规则：数值").fill("50")
            page.get_by_label("第 2 条规则：数值").fill("10")
            page.get_by_label("第 2 条规则：数值").press("Tab")
            # Nothing was pressed, and the name is not there yet: 8 of 15 stalls and 2 of 15 others.
            expect(page.get_by_role("heading", name="将抽取 10 户")).to_be_visible()
            axe(page)
            page.get_by_label("第 1 条规则：信用等级").select_option("D")
            expect(page.get_by_text("这一行只能封闭抽取").first).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
