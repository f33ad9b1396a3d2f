"""What a page renews by itself takes nothing from whoever is at it: no click, no text, no tick, and the newest wish holds."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

Contexts = Callable[..., BrowserContext]


def held(page: Page, which: re.Pattern[str]) -> list[Route]:
    """Requests that get no answer until the test lets them go."""
    kept: list[Route] = []
    page.route(which, lambda route: kept.append(route))
    return kept


def answered_while_pressed(page: Page, where: Locator) -> None:
    """A filter is asked for, something is pressed, and then the answer comes."""
    page.evaluate(
        "document.addEventListener('htmx:afterRequest', () => { document.body.dataset.answered = ''; })"
    )
    kept = held(page, re.compile("state=draft"))
    with page.expect_request(re.compile("state=draft")):
        page.get_by_label("状态", exact=True).select_option("草稿")
    where.hover()
    page.mouse.down()
    kept[0].continue_()
    expect(page.locator("body[data-answered]")).to_have_count(1)


def test_a_click_is_not_lost_to_an_answer(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    answered_while_pressed(page, page.locator("tbody th a").first)
    page.mouse.up()
    expect(page).to_have_url(re.compile("/gallery/detail"))


def test_an_answer_is_shown_after_the_press(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    answered_while_pressed(page, page.get_by_role("heading", level=1))
    expect(page.get_by_text("共 123 条")).to_be_visible()
    page.mouse.up()
    expect(page.get_by_text("共 24 条")).to_be_visible()


def test_who_types_or_ticks_before_the_script_is_there_loses_nothing(address: str, context: Contexts) -> None:
    page = context().new_page()
    kept = held(page, re.compile(r"/app\.js"))
    for act, seen in (
        (lambda: page.get_by_label("名称或统一代码").fill("第001"), "共 1 条"),
        (lambda: page.get_by_label("状态", exact=True).select_option("草稿"), "共 24 条"),
        (lambda: page.get_by_label("选择第 2 行").check(), "已选 1 条"),
    ):
        with page.expect_request(re.compile(r"/app\.js")):
            page.goto(f"{address}/gallery/list", wait_until="commit")
        act()
        kept.pop().continue_()
        expect(page.get_by_text(seen)).to_be_visible()


def test_dangerous_work_asks_before_the_other_scripts_are_there(address: str, context: Contexts) -> None:
    page = context().new_page()
    held(page, re.compile(r"/app\.js"))
    page.goto(f"{address}/gallery/detail", wait_until="commit")
    page.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("dialog")).to_contain_text("提交后不能再修改，确定提交吗？")


def test_of_two_wishes_the_newer_is_answered(address: str, context: Contexts) -> None:
    """A sorting whose answer came after that of the search brought the whole list back."""
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    held(page, re.compile("sort="))
    with page.expect_request(re.compile("sort=")):
        page.get_by_role("link", name="从业人数").click()
    with page.expect_event("requestfailed"):
        page.get_by_label("名称或统一代码").fill("第001")
    expect(page.get_by_text("共 1 条")).to_be_visible()


def test_who_sorts_and_turns_pages_by_keyboard_stays_where_they_are(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    by_staff, onward = page.get_by_role("link", name="从业人数"), page.get_by_role("link", name="下一页")
    by_staff.press("Enter")
    expect(page.locator("[aria-sort=ascending]")).to_have_text("从业人数")
    expect(by_staff).to_be_focused()
    onward.press("Enter")
    expect(page.get_by_role("link", name="上一页")).to_be_visible()
    expect(onward).to_be_focused()


def test_a_job_that_ends_takes_no_text_away(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/job")
    page.get_by_label("备注").fill("写了一半")
    page.evaluate("window.neverLeft = true")
    expect(page.get_by_text("已完成")).to_be_visible()
    expect(page.get_by_label("备注")).to_have_value("写了一半")
    assert page.evaluate("window.neverLeft")
