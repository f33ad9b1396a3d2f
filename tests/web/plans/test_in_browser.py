"""Plans, the desk and the filing box in a real browser, large and small, by mouse, by keyboard and by axe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from onedoor.plans import queries, service
from tenants import approvals
from tests.fixtures import plans
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.plans import YEAR

Entering = Callable[..., Page]


@pytest.fixture(scope="module")
def house(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return plans.list_items(city)


@pytest.fixture
def enter(house: str, city: City, context: Callable[..., BrowserContext]) -> Entering:
    """A person at a device of their own, at a path."""

    def signed_in(who: str, path: str, window: dict[str, int] = DESK) -> Page:
        page = context(viewport=window).new_page()
        page.goto(f"{house}/sign-in?next={path}")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        if code := city.code(who):
            page.fill("[name=code]", code)
        page.click("main [type=submit]")
        page.wait_for_url(f"{house}{path}")
        return page

    return signed_in


def submitted(city: City, items: dict[str, UUID], title: str) -> UUID:
    plan_id = plans.draft_plan(city, items)
    with city.acting("scjg.planner"):
        service.rename(plan_id, title, "")
        service.submit(plan_id)
    return plan_id


def test_a_planner_writes_a_joint_line(city: City, items: dict[str, UUID], enter: Entering) -> None:
    plans.list_firms(city, [f"9{1 + place % 2}990100MB{place:08d}" for place in range(30)])
    page = enter("scjg.planner", "/plans/new")
    axe(page)
    page.get_by_label("计划年度").fill(str(YEAR))
    page.get_by_role("button", name="开始起草").click()
    axe(page)
    expect(page.get_by_text("请先添加检查内容")).to_be_visible()
    page.get_by_role("link", name="添加检查内容").click()
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("alert")).to_contain_text("请至少选择一个检查事项")
    axe(page)
    page.get_by_label(re.compile("^名称 ")).fill("餐饮场所联合抽查")
    page.get_by_label("食品经营主体日常监督检查").check()
    page.get_by_text("示范市消防救援支队").click()
    page.get_by_label("公众聚集场所消防安全检查").check()
    page.get_by_label("第 1 行：数值").fill("10")
    page.get_by_label("开始日期").fill(f"{YEAR}-03-01")
    page.get_by_label("结束日期").fill(f"{YEAR}-05-01")
    page.get_by_label("负责人").fill("王知行")
    page.get_by_role("button", name="测算抽取户数").click()
    expect(page.get_by_role("heading", name="将抽取 3 户")).to_be_visible()
    axe(page)
    # Enter in a field saves, and does not press the first button of the rows.
    page.get_by_label("负责人").press("Enter")
    expect(page.get_by_role("button", name="提交科室审核")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="提交科室审核").click()
    page.get_by_role("dialog").get_by_role("button", name="提交科室审核").click()
    expect(page.get_by_text("科室审核中").first).to_be_visible()


def nothing_waits(city: City) -> None:
    """What another test handed in is returned."""
    permissions = city.person("scjg.reviewer").permissions
    with city.acting("scjg.reviewer"):
        for waiting in approvals.inbox(permissions):
            service.decide(waiting, False, "请补充", permissions)


def arrived_at(page: Page, title: str) -> None:
    """The matter is there, and the script that listens to the keys."""
    expect(page.locator(".desk-matter h2").first).to_have_text(title)
    page.wait_for_load_state()


def test_the_desk_by_keyboard(city: City, items: dict[str, UUID], enter: Entering) -> None:
    nothing_waits(city)
    plans = [submitted(city, items, f"待审计划{number}") for number in "甲乙丙"]
    page = enter("scjg.reviewer", "/desk/")
    axe(page)
    page.get_by_role("link", name="逐件审批").click()
    axe(page)
    page.locator(".desk-side").get_by_role("link", name="待审计划甲").click()
    arrived_at(page, "待审计划甲")
    page.keyboard.press("j")
    arrived_at(page, "待审计划乙")
    page.keyboard.press("k")
    arrived_at(page, "待审计划甲")
    page.keyboard.press("a")
    expect(page.get_by_text("已通过：")).to_contain_text("待审计划甲")
    arrived_at(page, "待审计划甲")
    page.keyboard.press("j")
    arrived_at(page, "待审计划乙")
    page.keyboard.press("r")
    expect(page.get_by_label("意见")).to_be_focused()
    page.keyboard.type("ajk 请补充")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已退回：")).to_contain_text("待审计划乙")
    page.get_by_role("link", name="下一件").click()
    arrived_at(page, "待审计划丙")
    with city.acting("scjg.planner"):
        states = [queries.plan(plan_id).state for plan_id in plans]
    assert states == ["reviewed", "returned", "submitted"]


# How often the form is sent while its answer is awaited.
TWICE = """async () => {
  let sent = 0;
  document.addEventListener('submit', () => (sent += 1));
  for (const pause of [50, 0]) {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return sent;
}"""


def test_a_key_pressed_twice_decides_once(city: City, items: dict[str, UUID], enter: Entering) -> None:
    submitted(city, items, "按了两下的计划")
    page = enter("scjg.reviewer", "/desk/inbox")
    page.get_by_role("link", name="按了两下的计划").click()
    arrived_at(page, "按了两下的计划")
    waiting: list[Route] = []
    page.route("**/desk/inbox/*", lambda route: waiting.append(route), times=1)
    assert page.evaluate(TWICE) == 1
    waiting[0].continue_()
    expect(page.get_by_text("已通过：")).to_be_visible()


def test_the_desk_on_a_phone(city: City, items: dict[str, UUID], enter: Entering) -> None:
    submitted(city, items, "手机上审批的计划")
    page = enter("scjg.reviewer", "/desk/inbox", PHONE)
    axe(page)
    expect(page.locator(".desk-matter")).to_be_hidden()
    page.get_by_role("link", name="手机上审批的计划").click()
    expect(page.locator(".desk-side")).to_be_hidden()
    axe(page)
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("alert")).to_contain_text("请写明退回的理由")
    axe(page)


def test_justice_answers(city: City, items: dict[str, UUID], enter: Entering) -> None:
    plan_id = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        service.file(plan_id)
    page = enter("sfj.supervisor", "/filing/inbox")
    axe(page)
    page.locator("tbody th a").first.click()
    expect(page.get_by_role("link", name="打开报送的材料")).to_be_visible()
    axe(page)
    filed = page.url
    page.get_by_role("link", name="打开报送的材料").click()
    expect(page).not_to_have_url(filed)
    axe(page)
    page.go_back()
    page.get_by_label("意见").fill("符合要求")
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("的备案。")).to_be_visible()


@pytest.mark.long
@pytest.mark.parametrize("window", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_every_page_is_in_order(
    city: City, items: dict[str, UUID], enter: Entering, window: dict[str, int]
) -> None:
    plan_id = plans.published_plan(city, items)
    with city.acting("scjg.planner"):
        filing = service.file(plan_id)[0].id
        line = queries.lines(plan_id)[0].id
        later = service.change(plan_id, "法律修改").id
        service.set_cap(YEAR, "91", 2, "示市监〔2026〕1号")
    page = enter("scjg.planner", "/plans/", window)
    for path in ("/plans/", "/plans/published", "/plans/with-us", f"/plans/{plan_id}", f"/plans/lines/{line}",
                 f"/plans/{later}", f"/plans/{later}/head", f"/plans/{later}/lines/new", f"/plans/{plan_id}/print",
                 f"/plans/{plan_id}/change", f"/plans/caps?year={YEAR}", "/filing/", f"/filing/{filing}", "/desk/"):  # fmt: skip
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        expect(page.locator("h1")).not_to_be_empty()
        axe(page)
