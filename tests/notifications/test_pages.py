"""The pages of being told and of the calendar in a browser: at a desk and on a phone, by pointer and by keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.kernel.db import db
from onedoor.visits import queries
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.visits.builders import DrawnCampaign


@pytest.fixture(scope="module")
def house(app: Flask, staffed: DrawnCampaign) -> Iterator[str]:
    with served(app) as address:
        yield address


def sign_in(page: Page, house: str, who: str, path: str, code: str = "") -> None:
    page.goto(f"{house}{path}")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    if code:
        page.get_by_label(re.compile("动态口令")).fill(code)
    page.get_by_role("button", name="登录").click()


def look(page: Page, name: str) -> None:
    """axe finds nothing; with ONEDOOR_PICTURES a picture is kept there."""
    axe(page)
    folder = os.environ.get("ONEDOOR_PICTURES")
    if folder:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_somebody_chooses_ways_and_reads_the_calendar(
    staffed: DrawnCampaign, house: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    page = context(viewport=window).new_page()
    sign_in(page, house, "scjg.planner", "/notifications/own")
    expect(page.get_by_role("heading", level=1)).to_have_text("通知方式")
    page.get_by_role("checkbox", name="抽取已经结束：每日汇总邮件").set_checked(False)
    page.get_by_role("button", name="保存通知方式").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_role("checkbox", name="抽取已经结束：每日汇总邮件")).not_to_be_checked()
    look(page, "own")
    with staffed.world.city.acting("scjg.planner"):
        day = min(one.scheduled_on for one in staffed.visits())
    page.goto(f"{house}/visits/calendar?day={day}")
    look(page, "month")
    page.goto(f"{house}/visits/calendar?view=week&day={day}")
    look(page, "week")


def test_a_visit_dragged_to_another_day_is_moved(
    staffed: DrawnCampaign, house: str, context: Callable[..., BrowserContext]
) -> None:
    city = staffed.world.city
    with city.acting("scjg.planner"):
        calendar = queries.calendar()
        visit = next(
            one
            for one in staffed.visits()
            if calendar.add_working_days(one.scheduled_on, 1).isocalendar()[1]
            == one.scheduled_on.isocalendar()[1]
        )
        visit_id, day, number = visit.id, visit.scheduled_on, visit.number
        wished = calendar.add_working_days(day, 1)
        db.session.rollback()
    page = context().new_page()
    sign_in(page, house, "scjg.planner", f"/visits/calendar?view=week&day={day}")
    page.locator("li[draggable]", has_text=number).drag_to(
        page.locator(f"[data-day='{wished}'] .calendar-day")
    )
    expect(page.get_by_label("检查日期")).to_have_value(str(wished))
    look(page, "move")
    page.get_by_role("button", name="改期").click()
    expect(page.get_by_text("已改期。")).to_be_visible()
    with city.acting("scjg.planner"):
        assert queries.visit(visit_id).scheduled_on == wished


def test_the_administrator_sets_up_a_channel(
    staffed: DrawnCampaign, house: str, context: Callable[..., BrowserContext]
) -> None:
    page = context().new_page()
    code = staffed.world.city.code("scjg.admin")
    sign_in(page, house, "scjg.admin", "/notifications/bureau", code)
    if page.get_by_label(re.compile("动态口令")).count():
        page.get_by_label(re.compile("动态口令")).fill(code)
        page.get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通知和消息通道")
    look(page, "bureau")
    page.get_by_text("新增消息通道").first.click()
    page.get_by_label("种类").select_option("wecom")
    page.get_by_label("名称", exact=False).and_(page.locator("form#channel input")).fill("执法工作群")
    page.get_by_label("网址").fill("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x")
    page.get_by_role("button", name="新增消息通道").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("执法工作群")
    look(page, "channel")
