"""The officer's phone, the reviewer's desk and a citizen with the code, in a real browser; axe finds nothing on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.draws import queries as draws
from onedoor.visits import queries
from tenants import approvals
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.visits.builders import DrawnCampaign, run_jobs_of

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def house(app: Flask, going: DrawnCampaign) -> Iterator[str]:
    with served(app) as address:
        yield address


def enter(house: str, context: Contexts, who: str, window: dict[str, int], path: str) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}{path}")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{house}{path}")
    return page


# make test goes this way in tests/e2e/test_main_job_visit.py.
@pytest.mark.long
def test_a_firm_scans_and_the_officer_records_on_a_phone(
    house: str, going: DrawnCampaign, context: Contexts
) -> None:
    """R-V2, R-V4."""
    visit_id = going.joint()
    with going.world.city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        code = visit.code
        matter = queries.matters(visit_id, going.world.city.bureaus["SCJG"])[0].name
    officer = enter(house, context, "scjg.officer", PHONE, "/field")
    axe(officer)
    officer.locator(f'a[href$="/field/visits/{visit_id}"]').first.click()
    axe(officer)
    officer.get_by_role("link", name="亮码").click()
    expect(officer.get_by_role("img", name="打开检查码核验页")).to_be_visible()
    axe(officer)

    firm = context(viewport=PHONE).new_page()
    firm.goto(f"{house}/v/{code}")
    expect(firm.get_by_role("heading", name="检查码有效")).to_be_visible()
    axe(firm)

    # The officer's phone says so by itself.
    expect(officer.get_by_text("对方已扫码核验。")).to_be_visible(timeout=30_000)
    axe(officer)
    officer.get_by_role("link", name="去开始检查").click()
    officer.get_by_label("核验数字").fill(firm.locator("#shown-title + p").inner_text().strip())
    officer.get_by_role("button", name="开始检查", exact=True).click()
    expect(officer.get_by_text("已开始检查。")).to_be_visible()
    axe(officer)
    officer.get_by_role("link", name=re.compile(matter)).click()
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_role("alert")).to_be_visible()
    axe(officer)
    officer.get_by_role("group", name=re.compile("证照在有效期内")).get_by_label("是", exact=True).check()
    officer.get_by_label("餐饮").check()
    officer.get_by_label(re.compile("灭火器数量")).fill("4")
    officer.get_by_label(re.compile("其他情况")).fill("无")
    officer.get_by_label(re.compile("^未发现问题")).check()
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("已保存。")).to_be_visible()
    officer.get_by_role("link", name="核对并提交").click()
    axe(officer)
    officer.get_by_label(re.compile("在场的当事人")).fill("王店长")
    officer.get_by_label("已在笔录上签字").check()
    officer.get_by_label(re.compile("^后续处置")).select_option("none")
    officer.get_by_role("button", name="提交给科室审核").click()
    expect(officer.get_by_text("已提交，等待科室审核。")).to_be_visible()
    axe(officer)

    reviewer = enter(house, context, "scjg.reviewer", DESK, f"/visits/{visit_id}")
    axe(reviewer)
    reviewer.get_by_role("link", name="审核检查记录").click()
    axe(reviewer)
    reviewer.get_by_role("button", name="退回").click()
    expect(reviewer.get_by_text("退回时请写明理由").first).to_be_visible()
    axe(reviewer)
    reviewer.get_by_role("button", name="通过").click()
    expect(reviewer.get_by_text(re.compile("已通过[。：]"))).to_be_visible()

    officer.goto(f"{house}/visits/{visit_id}/report")
    axe(officer)
    officer.get_by_role("button", name="完成报告").click()
    expect(officer.get_by_text("检查报告已完成。")).to_be_visible()
    axe(officer)


@pytest.mark.long
@pytest.mark.parametrize("window", [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone")])
def test_the_lead_looks_around(
    house: str, going: DrawnCampaign, context: Contexts, window: dict[str, int]
) -> None:
    with going.world.city.acting("scjg.planner"):
        visit_id = going.visits()[0].id
    page = enter(house, context, "scjg.planner", window, "/visits")
    axe(page)
    for path in (
        f"/visits/campaigns/{going.campaign_id}", f"/visits/{visit_id}", f"/visits/{visit_id}/notice",
        f"/visits/{visit_id}/sheet", "/visits/reports", "/followups",
    ):  # fmt: skip
        page.goto(f"{house}{path}")
        axe(page)


def test_the_discloser_and_a_wrong_code(house: str, context: Contexts) -> None:
    page = enter(house, context, "scjg.discloser", PHONE, "/visits/to-disclose")
    axe(page)
    page.goto(f"{house}/v/0000000000000000")
    expect(page.get_by_role("heading", name="系统里没有这个检查码")).to_be_visible()
    axe(page)


@pytest.mark.long
def test_what_the_product_logs_is_asked_on_a_phone_and_verified_by_the_browser(
    house: str, going: DrawnCampaign, context: Contexts
) -> None:
    """draw.md, "After the draw": the officer asks, the unit decides, everybody's own device checks what was logged."""
    city, visit_id = going.world.city, going.joint()
    officer = enter(house, context, "scjg.officer", PHONE, f"/field/visits/{visit_id}")
    officer.get_by_role("link", name="对象无法检查，申请改由替补对象").click()
    axe(officer)
    officer.get_by_label("已迁出辖区").check()
    officer.get_by_label(re.compile("怎样核实的")).fill("登记机关已登记迁出")
    officer.get_by_role("button", name="申请改由替补对象").click()
    expect(officer.get_by_text("等待科室审核", exact=True)).to_be_visible()
    axe(officer)
    with city.acting("scjg.reviewer"):
        asked = queries.my_substitution(visit_id)
        waiting = approvals.waiting_for("substitute", asked.id) if asked else None
        assert waiting is not None
        inbox = f"/desk/inbox/{waiting.id}"
    reviewer = enter(house, context, "scjg.reviewer", DESK, inbox)
    axe(reviewer)
    reviewer.get_by_role("button", name="通过").click()
    expect(reviewer.get_by_text("已通过：")).to_be_visible()
    run_jobs_of(city.app)()
    with city.acting("scjg.planner"):
        code = draws.substitutes(going.draw_id)["990100-SCJG", queries.visit(visit_id).entity_code]
        going.used.add(queries.visits_of(going.draw_id, code)[-1].id)
    for window in (DESK, PHONE):
        page = context(viewport=window).new_page()
        page.goto(f"{house}/open/draws/{going.draw_id}")
        expect(page.get_by_role("table", name="各部门的变更")).to_be_visible()
        axe(page)
    page.goto(f"{house}/open/draws/{going.draw_id}/verify")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", name="核验通过", exact=True)).to_be_visible(timeout=60_000)
    expect(main).to_contain_text("次变更，登记簿里都有")
    expect(main).not_to_contain_text("没有重新计算")
