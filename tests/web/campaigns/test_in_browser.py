"""A partner's planner answers on a phone, the coordinator follows at the desk; axe finds nothing on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from onedoor.campaigns import service
from tests.campaigns.builders import World
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD


@pytest.fixture(scope="module")
def house(app: Flask, world: World) -> Iterator[str]:
    with served(app) as address:
        yield address


def enter(house: str, context: Callable[..., BrowserContext], who: str, window: dict[str, int]) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}/campaigns/")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("抽查任务")
    return page


@pytest.mark.long  # partners answer in the main job too
@pytest.mark.parametrize("window", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_a_partner_answers_and_the_lead_sees_it(
    house: str, world: World, context: Callable[..., BrowserContext], window: dict[str, int]
) -> None:
    world.line()
    lead = enter(house, context, "scjg.planner", window)
    axe(lead)
    lead.get_by_role("link", name="建立抽查任务").click()
    axe(lead)
    lead.get_by_role("link", name=f"餐饮场所联合抽查{world.batch}").click()
    axe(lead)
    lead.get_by_role("button", name="建立并发出邀请").click()
    expect(lead.get_by_text("抽查任务已建立。")).to_be_visible()
    axe(lead)

    partner = enter(house, context, "yjgl.planner", window)
    partner.get_by_role("link", name=f"餐饮场所联合抽查{world.batch}").first.click()
    partner.get_by_role("link", name="答复邀请").click()
    axe(partner)
    partner.get_by_label(re.compile("^每人最多")).fill("0")
    partner.get_by_role("button", name="同意参加").click()
    expect(partner.get_by_text("有 1 处需要修改")).to_be_visible()
    axe(partner)
    partner.get_by_label(re.compile("^每人最多")).fill("20")
    partner.get_by_role("button", name="同意参加").click()
    expect(partner.get_by_text("已保存：可抽 60 户，抽 7 户。")).to_be_visible()
    axe(partner)

    lead.reload()
    row = lead.get_by_role("row", name=re.compile("市应急管理局"))
    expect(row.get_by_text("参加", exact=True)).to_be_visible()
    lead.get_by_role("link", name="核对准备情况").click()
    expect(lead.get_by_text("市消防救援支队还没有答复").first).to_be_visible()
    axe(lead)
    lead.go_back()
    row = lead.get_by_role("row", name=re.compile("市消防救援支队"))
    row.get_by_role("link", name="不等其参加").click()
    axe(lead)
    lead.get_by_label(re.compile("^理由")).fill("多次催办未答复")
    lead.get_by_role("button", name="确认").click()
    expect(lead.get_by_text("已记录，本次抽取不含该部门。")).to_be_visible()


def test_registering_what_is_outside_the_plan(
    house: str, world: World, context: Callable[..., BrowserContext]
) -> None:
    page = enter(house, context, "scjg.planner", PHONE)
    page.goto(f"{house}/campaigns/new/ad-hoc")
    axe(page)
    page.get_by_role("button", name="登记并发出邀请").click()
    expect(page.get_by_text(re.compile("处需要修改"))).to_be_visible()
    axe(page)


def test_who_is_on_the_way_to_the_draw_gets_there_though_a_job_ends_meanwhile(
    house: str, world: World, context: Callable[..., BrowserContext]
) -> None:
    """The page is loaded again when a job ends; that must not call off a journey that has begun."""
    campaign_id = world.ready(())
    page = enter(house, context, "scjg.planner", DESK)
    with world.city.acting("scjg.operator"):
        service.begin_draw(campaign_id)
    page.goto(f"{house}/campaigns/{campaign_id}")
    expect(page.locator("[data-job-running]")).to_be_visible()
    on_the_way: list[Route] = []
    page.route("**/draws/*", lambda route: on_the_way.append(route))
    page.route(
        "**/jobs/*/progress",
        lambda route: route.fulfill(body="<div data-job-ended></div>") if on_the_way else route.continue_(),
    )
    with page.expect_response(lambda answer: "/jobs/" in answer.url and bool(on_the_way)):
        page.get_by_role("link", name="进入抽取").evaluate("link => link.click()")
    on_the_way[0].continue_()
    expect(page).to_have_url(re.compile("/draws/"))


def test_what_is_missing_is_told_before_the_question_is_asked(
    house: str, world: World, context: Callable[..., BrowserContext]
) -> None:
    """A yes to "the lists are frozen then" is asked for only where it would be carried out."""
    campaign_id = world.ready(())
    page = enter(house, context, "scjg.operator", DESK)
    page.goto(f"{house}/campaigns/{campaign_id}/draw-mode")
    page.get_by_label("公开开奖号码").check()
    begin, dialog = page.get_by_role("button", name="开始抽取"), page.get_by_role("dialog")
    for field, value in (
        ("beacon_name", "中国福利彩票双色球"),
        ("beacon_round", "2026135期"),
        ("beacon_time", "2030-01-02T10:00"),
        ("beacon_size", "7"),
        ("beacon_digits", "2"),
    ):
        begin.click()
        expect(page.locator(f"[name={field}]")).to_be_focused()
        expect(dialog).to_be_hidden()
        page.locator(f"[name={field}]").fill(value)
    begin.click()
    dialog.get_by_role("button", name="取消").click()
    # What is needed with another choice only is not asked for any longer.
    page.locator("[name=beacon_round]").fill("")
    page.get_by_label("不约定").check()
    begin.click()
    dialog.get_by_role("button", name="确定").click()
    expect(page.get_by_text("抽取已开始，正在冻结各部门的名单。")).to_be_visible()


@pytest.mark.long
def test_a_list_by_risk_level_is_previewed_refused_open_and_begun_closed(
    house: str, world: World, context: Callable[..., BrowserContext]
) -> None:
    """R-P5: what to change stands on each page, before anything is frozen."""
    world.give_levels()
    # What the plan says, and the answer comes to in the end (R-P3).
    rates = {"*": {"number": 0}, "R2": {"number": 3}, "R1": {"number": 2}}
    campaign_id = world.invited((), rates=rates)
    world.accept(campaign_id, "SCJG")
    path = f"{house}/campaigns/{campaign_id}"
    planner = enter(house, context, "scjg.planner", DESK)
    planner.goto(f"{path}/answer")
    planner.get_by_label("按风险等级分层（只能封闭抽取）").check()
    planner.get_by_label("按数量").check()
    planner.locator("[name=rate]").fill("0")
    planner.get_by_text("按风险等级分层时，各等级另定的比例或数量").click()
    planner.locator("[name=risk-rate-R2]").fill("3")
    axe(planner)
    planner.get_by_role("button", name="保存").click()
    expect(planner.get_by_text("已保存，但还有问题必须解决")).to_be_visible()
    expect(planner.get_by_text("只有分层“风险等级 2 级”抽取").first).to_be_visible()
    planner.goto(f"{path}/preview")
    expect(planner.get_by_text("只有分层“风险等级 2 级”抽取").first).to_be_visible()
    at_both_sizes(planner)
    # As one would try it: another level draws too.
    planner.locator("[name=rate-R1]").fill("2")
    planner.get_by_role("button", name="试算", exact=True).click()
    expect(planner.get_by_text("只有分层“风险等级 2 级”抽取")).to_have_count(0)
    planner.goto(f"{path}/answer")
    planner.locator("[name=risk-rate-R1]").fill("2")
    planner.get_by_role("button", name="保存").click()
    expect(planner.get_by_text(re.compile("已保存"))).to_be_visible()
    operator = enter(house, context, "scjg.operator", DESK)
    operator.goto(path)
    operator.get_by_role("link", name="选择抽取方式").first.click()
    expect(operator.locator("[name=closed]")).to_be_checked()
    at_both_sizes(operator)
    operator.locator("[name=closed]").uncheck()
    begin(operator)
    expect(operator.get_by_text("风险等级不公开，只能封闭抽取").first).to_be_visible()
    at_both_sizes(operator)
    operator.locator("[name=closed]").check()
    operator.locator("[name=holder_id]").select_option(label="示范市卫生健康委员会")
    begin(operator)
    expect(operator.get_by_text("抽取已开始，正在冻结各部门的名单。")).to_be_visible()


def begin(page: Page) -> None:
    page.get_by_role("button", name="开始抽取").click()
    page.get_by_role("dialog").locator("[value=yes]").click()


def at_both_sizes(page: Page) -> None:
    for window in (PHONE, DESK):
        page.set_viewport_size(window)  # type: ignore[arg-type]
        axe(page)
