"""The shell in the whole application: its files are found, a person signs in, axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.kernel.sentences import Sentence
from onedoor.messages import service as messages
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City


@pytest.fixture(scope="module")
def house(app: Flask, city: City) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_a_person_signs_in_looks_at_jobs_gets_lost_and_signs_out(
    house: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    page = context(viewport=window).new_page()
    page.goto(f"{house}/jobs/")
    expect(page).to_have_title("登录 · 一门")
    axe(page)
    page.get_by_label("用户名").fill("scjg.planner")
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("后台作业")
    axe(page)
    page.goto(f"{house}/nothing-here")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有找到这个页面")
    axe(page)
    page.goto(f"{house}/jobs/")
    page.get_by_role("button", name="退出").click()
    expect(page).to_have_title("登录 · 一门")


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_what_was_said_to_somebody_is_one_step_away_on_every_page(
    city: City, house: str, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    """The top bar says how much of it is unread; a phone has room for it too."""
    clerk = city.person("wsjk.planner").user_id
    with city.acting("wsjk.planner"):
        for number in range(120):
            messages.send_message(Sentence("请核对第 %(number)s 件", number=number), "/jobs/", clerk)
    page = context(viewport=window).new_page()
    page.goto(f"{house}/jobs/")
    page.get_by_label("用户名").fill("wsjk.planner")
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    unread = page.get_by_role("link", name="通知 99+ 条未读")
    expect(unread).to_be_in_viewport(ratio=1)
    axe(page)
    unread.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通知")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("link", name="通知", exact=True)).to_be_in_viewport(ratio=1)
    expect(page.locator(".office-messages-count")).to_have_count(0)
    axe(page)


def test_every_bundled_file_is_found(app: Flask) -> None:
    client = app.test_client()
    text = client.get("/sign-in").text
    wanted = [
        part.split('"')[0]
        for part in text.replace('src="', 'href="').replace('content="/', 'href="/').split('href="')[1:]
    ]
    files = [one for one in wanted if one.endswith((".css", ".js")) or "?v=" in one]
    assert len(files) == 5, files
    for one in files:
        assert client.get(one).status_code == 200, one
