"""Justice at the desk and on a phone: from the overview to a record, nothing in the way of anybody (pages.md)."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.supervision.scene import Scene


def sign_in(scene: Scene, page: Any, address: str, who: str, towards: str) -> None:
    """Through the form, as the person would."""
    page.goto(f"{address}/sign-in?next={towards}")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=code]", scene.city.code(who))
    page.click("main button[type=submit]")
    page.wait_for_url(f"{address}{towards}")


@pytest.mark.parametrize(
    "viewport", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone", marks=pytest.mark.long)]
)
def test_from_a_figure_to_its_record(
    scene: Scene, app: Flask, context: Any, viewport: dict[str, int]
) -> None:
    with served(app) as address:
        page = context(viewport=viewport).new_page()
        sign_in(scene, page, address, "sfj.supervisor", "/oversight")
        axe(page)
        page.get_by_role("link", name="1，市市场监管局，报告逾期").click()
        page.wait_for_url("**/oversight/results?**")
        axe(page)
        page.locator("main table a").get_by_text("示范第").click()
        expect(page.locator("main")).to_contain_text("超期")
        axe(page)
        for path in (
            f"campaigns/{scene.drawn.campaign_id}",
            f"draws/{scene.drawn.draw_id}",
            f"visits/{scene.whole}",
            f"filings/{scene.filings['SCJG']}",
            "returns",
        ):
            page.goto(f"{address}/oversight/{path}")
            axe(page)


@pytest.mark.long
@pytest.mark.parametrize(
    ("who", "paths"),
    [
        ("scjg.planner", ["/statistics", "/statistics/campaigns/{campaign}/objects"]),
        ("scjg.admin", ["/settings/users", "/settings/roles", "/settings/log"]),
        ("sjj.ops", ["/platform/bureaus", "/platform/bureaus/{bureau}", "/platform/health"]),
    ],
)
def test_forms_settings_and_platform_on_a_phone(
    scene: Scene, app: Flask, context: Any, who: str, paths: list[str]
) -> None:
    known = {"campaign": scene.drawn.campaign_id, "bureau": scene.city.bureaus["SWJ"]}
    with served(app) as address:
        page = context(viewport=PHONE).new_page()
        sign_in(scene, page, address, who, paths[0])
        for path in paths:
            page.goto(address + path.format(**known))
            axe(page)
