"""The log, a supervisor's look into it, anchors, and a number revealed: at the desk and on a phone (R-T3, R-T6, R-T7)."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.kernel import audit, audit_chain
from onedoor.kernel.codes import made_up_identity_number
from onedoor.kernel.db import new_id
from onedoor.officers import service
from tenants import audit_anchors
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City

NUMBER = "13955550042"
BOTH = pytest.mark.parametrize(
    "window", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone", marks=pytest.mark.long)]
)
# Where pictures go, for whoever wants to look.
PICTURES = os.environ.get("ONEDOOR_PICTURES", "")


@pytest.fixture(scope="module")
def officer(city: City) -> str:
    """A log with acts of all sorts, sealed but for the last; and an officer with numbers."""
    with city.acting("scjg.planner"):
        for number in range(25):
            audit.record(
                "plans.line.change",
                ("line", new_id()),
                f"第{number}行",
                before={"rate": 500},
                after={"rate": 300},
            )
        values = {
            "name": "赵示例", "body": "示范市市场监督管理局", "post": "", "certificate_number": "M-1",
            "certificate_expires_on": date(2030, 1, 1), "kinds": "", "area": "", "qualifications": [],
            "leads": False, "unit_id": None, "user_id": None,
        }  # fmt: skip
        made = service.save_inspector(None, values, made_up_identity_number(date(1980, 1, 2), 42), NUMBER)
    with city.app.app_context():
        audit_chain.seal()
        audit_anchors.make_anchors()
    with city.acting("scjg.planner"):
        audit.record("plans.plan.submit", ("plan", new_id()), "刚刚提交的计划")
    return str(made.id)


@pytest.fixture(scope="module")
def house(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


def enter(
    house: str,
    city: City,
    context: Callable[..., BrowserContext],
    who: str,
    where: str,
    window: dict[str, int],
) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}/sign-in?next={where}")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    if code := city.code(who):
        page.fill("[name=code]", code)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{house}{where}")
    return page


def looked_at(page: Page, name: str) -> None:
    """Nothing in the way of anybody; nothing wider than the screen; a picture if they are wanted."""
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)


@BOTH
def test_the_log_and_one_act(
    house: str, city: City, officer: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    page = enter(house, city, context, "scjg.admin", "/settings/log", window)
    expect(page.get_by_text("待封存").first).to_be_visible()
    looked_at(page, "log")
    page.goto(f"{house}/settings/log?room=plans&q=第7行")
    page.locator("main table tbody a").first.click()
    expect(page.get_by_role("heading", name="之前和之后")).to_be_visible()
    looked_at(page, "entry")


@BOTH
def test_a_supervisor_gives_a_reason_and_reads(
    house: str, city: City, officer: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    page = enter(house, city, context, "sfj.supervisor", "/oversight/logs", window)
    looked_at(page, "ask")
    page.get_by_label(re.compile("^单位")).select_option(label="示范市市场监督管理局")
    page.get_by_label(re.compile("^查阅理由")).fill("核实计划变更的投诉")
    page.get_by_role("button", name="打开日志").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("示范市市场监督管理局的日志")
    looked_at(page, "look")
    page.goto(f"{house}/oversight/anchors")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部锚点").click()
    assert download.value.suggested_filename.endswith(".jsonl")
    looked_at(page, "anchors")


@BOTH
def test_a_number_is_asked_for_and_shown_once(
    house: str, city: City, officer: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    page = enter(house, city, context, "scjg.planner", f"/registry/inspectors/{officer}", window)
    page.get_by_text("查看完整号码").click()
    page.get_by_label(re.compile("^查看理由")).fill("通知参加培训")
    page.get_by_label(re.compile("^号码")).select_option(label="手机号")
    looked_at(page, "reveal")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text(NUMBER)).to_be_visible()
    looked_at(page, "revealed")
    page.goto(f"{house}/registry/inspectors/{officer}")
    expect(page.get_by_text("139****0042")).to_be_visible()
    page.goto(f"{house}/registry/numbers")
    page.get_by_label(re.compile("^身份证号或电话号码")).fill(NUMBER)
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_role("link", name="赵示例")).to_be_visible()
    assert NUMBER not in page.url
    looked_at(page, "numbers")
