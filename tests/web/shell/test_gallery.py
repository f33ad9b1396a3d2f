"""The shell in a real browser: nothing for axe to find at a desk, on a phone and at 200 %, and every piece by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from tests.fixtures.browser import DESK, PHONE, axe

Contexts = Callable[..., BrowserContext]
PAGES = [
    "detail", "detail?next=blocked&flash=1", "list", "list?state=draft&q=示例", "list?least=10", "list?none=1", "form", "public?guest=1",
    "hall", "field", "print", "sign_in?guest=1", "oversight", "error/404", "detail?lang=en",
]  # fmt: skip


@pytest.mark.parametrize(
    "window",
    [
        pytest.param(DESK, id="desk"),
        pytest.param(PHONE, id="phone", marks=pytest.mark.long),
        pytest.param({"width": 720, "height": 450}, id="zoom200", marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing_and_nothing_runs_over(
    address: str, context: Contexts, window: dict[str, int]
) -> None:
    page = context(viewport=window).new_page()
    for name in PAGES:
        page.goto(f"{address}/gallery/{name}")
        axe(page)


def test_a_table_wider_than_its_place_can_be_scrolled_by_keyboard(address: str, context: Contexts) -> None:
    page = context(viewport={"width": 800, "height": 600}).new_page()
    page.goto(f"{address}/gallery/list")
    table = page.locator(".list-table").first
    page.evaluate("document.querySelector('.list-table td').style.minWidth = '1200px'")
    expect(table).to_have_attribute("tabindex", "0")
    page.evaluate("document.querySelector('.list-table td').style.minWidth = ''")
    page.set_viewport_size({"width": 1900, "height": 600})
    expect(table).not_to_have_attribute("tabindex", "0")


def test_a_refused_form_takes_the_focus_to_what_is_wrong(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/form")
    page.get_by_role("button", name="保存", exact=True).click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link", name="计划名称：请填写此项。").click()
    expect(page.get_by_label("计划名称")).to_be_focused()


def test_the_first_tab_skips_to_the_text(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/detail")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_dangerous_work_asks_and_takes_no_for_an_answer(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/detail")
    page.get_by_role("button", name="提交审核").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("提交后不能再修改，确定提交吗？")
    axe(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.url.endswith("/gallery/detail")
    page.get_by_role("button", name="提交审核").click()
    dialog.get_by_role("button", name="提交审核").click()
    expect(page.get_by_role("status").filter(has_text="已提交审核。")).to_be_visible()


def test_a_search_changes_list_and_address_and_back_brings_the_former(
    address: str, context: Contexts
) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    page.get_by_label("名称或统一代码").fill("第001")
    expect(page.get_by_text("共 1 条")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=%E7%AC%AC001"))
    expect(page.get_by_label("名称或统一代码")).to_be_focused()
    page.go_back()
    expect(page.get_by_text("共 123 条")).to_be_visible()
    page.get_by_label("名称或统一代码").fill("第002")
    expect(page.get_by_text("共 1 条")).to_be_visible()
    page.reload()
    expect(page.get_by_text("共 1 条")).to_be_visible()


def test_filters_sorting_and_paging_keep_one_another(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    page.get_by_label("状态", exact=True).select_option("草稿")
    expect(page.get_by_text("共 24 条")).to_be_visible()
    page.get_by_role("link", name="从业人数").click()
    expect(page.locator("[aria-sort=ascending]")).to_have_text("从业人数")
    page.get_by_role("link", name="下一页").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    page.get_by_label("名称或统一代码").fill("5")
    expect(page.locator("[aria-sort=ascending]")).to_have_text("从业人数")
    expect(page).to_have_url(re.compile(r"^(?=.*state=draft)(?=.*sort=staff).*q=5"))
    page.get_by_role("link", name="去掉筛选：状态 草稿").click()
    expect(page.get_by_label("状态", exact=True)).to_have_value("")


def test_a_search_is_asked_once_and_not_while_something_is_pressed(address: str, context: Contexts) -> None:
    """A list that came anew between press and release took the click with it."""
    page, asked = context().new_page(), list[str]()
    page.clock.install(time="2026-03-02T01:00:00Z")
    page.goto(f"{address}/gallery/list")
    page.clock.pause_at("2026-03-02T02:00:00Z")
    page.on("request", lambda request: asked.append(request.url) if "/gallery/list?" in request.url else None)
    search = page.get_by_label("名称或统一代码")
    search.fill("5")
    page.get_by_role("heading", level=1).hover()
    page.mouse.down()
    page.clock.run_for(2000)
    assert asked == []
    page.mouse.up()
    page.clock.run_for(2000)
    expect(page).to_have_url(re.compile(r"q=5"))
    search.press("End")
    search.blur()
    page.clock.run_for(2000)
    page.get_by_label("状态", exact=True).select_option("草稿")
    page.clock.run_for(2000)
    expect(page).to_have_url(re.compile(r"q=5.*state=draft"))
    assert len(asked) == 2


def test_of_many_filters_some_are_folded_until_one_of_them_is_used(address: str, context: Contexts) -> None:
    page = context(viewport=PHONE).new_page()
    page.goto(f"{address}/gallery/list")
    folded, total = page.get_by_label("从业人数", exact=True), page.locator(".list-count").inner_text()
    expect(page.get_by_label("填报", exact=True)).to_be_visible()
    expect(folded).to_be_hidden()
    page.get_by_text("更多筛选").press("Enter")
    folded.select_option("10 人以上")
    expect(page.get_by_role("link", name="去掉筛选：从业人数 10 人以上")).to_be_visible()
    expect(page.locator(".list-count")).not_to_have_text(total)
    axe(page)
    page.reload()
    expect(folded).to_have_value("10")
    expect(folded).to_be_visible()


def test_bulk_actions_appear_with_a_choice(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/list")
    expect(page.get_by_role("button", name="移出名录")).to_be_hidden()
    page.get_by_label("选择第 2 行").check()
    expect(page.get_by_text("已选 1 条")).to_be_visible()
    page.get_by_label("选择本页全部").check()
    expect(page.get_by_text("已选 20 条")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="移出名录").click()
    expect(page.get_by_role("dialog")).to_contain_text("移出后不再参加抽取")


def test_a_job_is_watched_live_and_the_page_comes_anew_when_it_ends(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/job")
    expect(page.get_by_text("正在处理")).to_be_visible()
    loads: list[str] = []
    page.on("load", lambda loaded: loads.append(loaded.url))
    expect(page.get_by_text("已完成")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.wait_for_load_state()
    assert len(loads) == 1


def test_a_look_at_a_job_that_fails_says_nothing_and_is_repeated(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/detail")
    for _ in range(2):
        with page.expect_response("**/gallery/nothing") as looked:
            pass
        assert looked.value.status == 404
    expect(page.locator("#messages")).to_be_empty()
    expect(page.get_by_text("3,120 / 5,636")).to_be_visible()


def test_leaving_a_changed_form_asks_and_a_sent_one_does_not(address: str, context: Contexts) -> None:
    page = context().new_page()
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"{address}/gallery/form")
    page.get_by_label("计划名称").fill("餐饮")
    page.get_by_role("link", name="取消").click()
    expect(page).to_have_url(re.compile("/gallery/list"))
    assert asked == ["beforeunload"]
    page.goto(f"{address}/gallery/form")
    page.get_by_label("计划名称").fill("餐饮")
    page.get_by_label("检查方式").select_option("实地检查")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("计划已保存。")).to_be_visible()
    assert asked == ["beforeunload"]


def test_the_menu_of_a_phone_opens_holds_the_focus_and_closes(address: str, context: Contexts) -> None:
    page = context(viewport=PHONE).new_page()
    page.goto(f"{address}/gallery/detail")
    entry = page.locator("#side").get_by_text("年度计划")
    expect(entry).to_be_hidden()
    page.get_by_role("button", name="打开菜单").click()
    expect(page.locator("#side.show")).to_be_visible()
    page.locator("#side summary", has_text="计划").click()
    expect(entry).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(page.get_by_role("button", name="打开菜单")).to_be_focused()


def test_a_chart_is_drawn_from_our_own_server_and_told_as_a_table(address: str, context: Contexts) -> None:
    page = context().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/gallery/detail")
    expect(page.locator(".chart canvas")).to_be_visible()
    page.get_by_text("看数据表").click()
    expect(page.get_by_role("rowheader", name="2月")).to_be_visible()
    assert all(url.startswith((address, "data:")) for url in asked)


def test_a_list_works_without_scripts(address: str, context: Contexts) -> None:
    page = context(java_script_enabled=False).new_page()
    page.goto(f"{address}/gallery/list")
    page.get_by_label("名称或统一代码").fill("第001")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_text("共 1 条")).to_be_visible()


def test_a_phone_shows_rows_as_cards_with_their_heads(address: str, context: Contexts) -> None:
    page = context(viewport=PHONE).new_page()
    page.goto(f"{address}/gallery/list")
    cell = page.locator("tbody tr").first.locator("td[data-label=从业人数]")
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"从业人数"'
    assert page.locator("tbody tr").first.evaluate("row => getComputedStyle(row).display") == "block"


def _motion(page: Page) -> str:
    return str(page.locator(".job-bar").nth(1).evaluate("bar => getComputedStyle(bar).animationDuration"))


def test_reduced_motion_is_honoured(address: str, context: Contexts) -> None:
    page = context(reduced_motion="reduce").new_page()
    page.goto(f"{address}/gallery/detail")
    assert float(_motion(page).removesuffix("s")) < 0.001


def test_print_leaves_the_document_alone(address: str, context: Contexts) -> None:
    page = context().new_page()
    page.goto(f"{address}/gallery/detail")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    expect(page.get_by_role("heading", name="餐饮场所联合抽查")).to_be_visible()
