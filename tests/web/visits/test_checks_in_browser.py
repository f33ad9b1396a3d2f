"""A daily, a special, a single-case and an emergency check from their source to disclosure, in a real browser (R-V9, R-V1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.visits import queries, service
from tests.campaigns.builders import World
from tests.e2e.people import press
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.visits.builders import DrawnCampaign
from tests.visits.check_builders import Desk

Contexts = Callable[..., BrowserContext]
KINDS = {
    "daily": ("日常检查", "检查计划", ""),
    "special": ("专项检查", "上级部署", ""),
    "single": ("个案检查", "投诉举报", ""),
    "emergency": ("个案检查", "发生事故", "紧急检查，审批后补"),
}


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return Desk(world)


@pytest.fixture(scope="module")
def house(app: Flask, desk: Desk) -> Iterator[str]:
    desk.line("daily")
    with served(app) as address:
        yield address


def enter(house: str, context: Contexts, who: str, path: str, window: dict[str, int] = DESK) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}{path}")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{house}{path}")
    return page


def proposed(page: Page, desk: Desk, which: str) -> UUID:
    """The clerk fills in the form; the team is the first two officers of the list."""
    kind, source, exceptional = KINDS[which]
    page.get_by_label(kind, exact=True).check()
    page.locator("#f-source").select_option(label=source)
    if which == "daily":
        page.locator("#f-line_id").select_option(index=1)
    if which == "special":
        page.get_by_label("专项计划编号").fill("示政专〔2031〕3号")
        page.get_by_label("专项计划批准文件").fill("示政办函〔2031〕8号")
    page.locator("#f-reason").fill("按来源登记的检查")
    page.locator("#f-reference").fill("示〔2031〕12号")
    page.locator("#f-entity_code").fill(desk.firm())
    page.get_by_label("SCJG检查事项1").check()
    with desk.world.city.acting("scjg.planner"):
        names = [desk.officer(number).name for number in (0, 1)]
    for name in names:
        page.get_by_label(name).check()
    if exceptional:
        page.locator("#f-exceptional").select_option(label=exceptional)
        page.locator("#f-exceptional_reason").fill("燃气泄漏，须立即到场")
    axe(page)
    page.get_by_role("button", name="登记并提交审批").click()
    expect(page.get_by_text("已登记并提交审批。")).to_be_visible()
    expect(page.get_by_text(f"{kind}，非抽取").first).to_be_visible()
    axe(page)
    return UUID(page.url.rsplit("/", 1)[-1])


def approved(house: str, context: Contexts) -> None:
    for who in ("scjg.reviewer", "scjg.head"):
        page = enter(house, context, who, "/desk/inbox")
        page.locator(".desk-list a").first.click()
        expect(page.get_by_text("按来源登记的检查")).to_be_visible()
        axe(page)
        page.get_by_role("button", name="通过", exact=True).click()
        expect(page.get_by_text("已通过：")).to_be_visible()


def scanned(house: str, desk: Desk, context: Contexts, visit_id: UUID) -> str:
    """The firm looks whom it has at the door, and reads out the number that it is shown (R-V2)."""
    with desk.world.city.acting("scjg.planner"):
        code = queries.visit(visit_id).code
    firm = context(viewport=PHONE).new_page()
    firm.goto(f"{house}/v/{code}")
    expect(firm.get_by_role("heading", name="检查码有效")).to_be_visible()
    shown = re.search(r">(\d{6})<", firm.content())
    assert shown is not None
    return shown[1]


def recorded(officer: Page, read_out: str = "") -> None:
    """Begun, filled from the check sheet and handed in, on the phone (R-V4)."""
    officer.reload()
    if read_out:
        officer.get_by_label("核验数字").fill(read_out)
    officer.get_by_role("button", name="开始检查").click()
    expect(officer.get_by_text("已开始检查。")).to_be_visible()
    officer.get_by_role("link", name=re.compile("SCJG检查事项1")).click()
    officer.get_by_role("group", name=re.compile("证照在有效期内")).get_by_label("是", exact=True).check()
    officer.get_by_label("餐饮").check()
    officer.get_by_label(re.compile("灭火器数量")).fill("4")
    officer.get_by_label(re.compile("其他情况")).fill("无")
    officer.get_by_label(re.compile("^未发现问题")).check()
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("已保存。")).to_be_visible()
    officer.get_by_role("link", name="核对并提交").click()
    officer.get_by_label(re.compile("在场的当事人")).fill("王店长")
    officer.get_by_label("已在笔录上签字").check()
    officer.get_by_label(re.compile("^后续处置")).select_option("none")
    officer.get_by_role("button", name="提交给科室审核").click()
    expect(officer.get_by_text("已提交，等待科室审核。")).to_be_visible()
    axe(officer)


def accepted(house: str, context: Contexts) -> None:
    """The unit's word on the record."""
    reviewer = enter(house, context, "scjg.reviewer", "/desk/inbox")
    reviewer.locator(".desk-list a").filter(has_text="检查记录").first.click()
    axe(reviewer)
    reviewer.get_by_role("button", name="通过", exact=True).click()
    expect(reviewer.get_by_text("已通过：")).to_be_visible()


def reported(officer: Page, house: str, visit_id: UUID) -> None:
    """R-V5."""
    officer.goto(f"{house}/visits/{visit_id}/report")
    officer.get_by_label(re.compile("^检查评价")).fill("总体规范。")
    officer.get_by_label(re.compile("^处理意见")).fill("公示检查结果。")
    officer.get_by_role("button", name="完成报告").click()
    expect(officer.get_by_text("检查报告已完成。")).to_be_visible()
    axe(officer)


@pytest.mark.parametrize("which", list(KINDS))
def test_a_check_goes_from_its_source_to_disclosure(
    house: str, desk: Desk, context: Contexts, which: str
) -> None:
    clerk = enter(house, context, "scjg.planner", "/visits/new")
    visit_id = proposed(clerk, desk, which)
    if which != "emergency":
        approved(house, context)
        clerk.reload()
        clerk.get_by_role("button", name="发出检查通知书").click()
        expect(clerk.get_by_text("检查通知书已制作。")).to_be_visible()
    officer = enter(house, context, "scjg.officer", f"/field/visits/{visit_id}", PHONE)
    axe(officer)
    recorded(officer, scanned(house, desk, context, visit_id))
    accepted(house, context)
    if which == "emergency":
        approved(house, context)
    reported(officer, house, visit_id)
    discloser = enter(house, context, "scjg.discloser", "/visits/to-disclose")
    with desk.world.city.acting("scjg.planner"):
        visit = queries.visit(visit_id)
        name, number = visit.entity_name, visit.number
    discloser.get_by_role("row", name=re.compile(re.escape(number))).get_by_role("checkbox").check()
    press(discloser, "公示")
    expect(discloser.get_by_text("已公示 1 条检查结果。")).to_be_visible()
    citizen = context(viewport=PHONE).new_page()
    citizen.goto(f"{house}/open/results")
    citizen.get_by_role("link", name=name).first.click()
    expect(citizen.get_by_text("非抽取").first).to_be_visible()
    axe(citizen)
    clerk.goto(f"{house}/visits/{visit_id}")
    expect(clerk.get_by_text("已办结").first).to_be_visible()


def test_a_written_check_without_entry_goes_from_its_source_to_disclosure(
    house: str, desk: Desk, context: Contexts
) -> None:
    """R-V3: no code, no scan, papers asked for and received instead; the public reads that nobody entered."""
    world = desk.world
    with world.city.acting("scjg.planner"):
        wanted = sa.update(Item).where(Item.id.in_(world.items["SCJG"])).values(method="实地检查、书面检查")
        db.session.execute(wanted)
    clerk = enter(house, context, "scjg.planner", "/visits/new")
    clerk.locator("#f-method").select_option(label="书面检查")
    visit_id = proposed(clerk, desk, "single")
    approved(house, context)
    clerk.reload()
    expect(clerk.get_by_text("这次检查不入企，没有检查码。")).to_be_visible()
    clerk.get_by_role("link", name="检查方式").click()
    expect(clerk.get_by_text("本部门不入企")).to_be_visible()
    axe(clerk)
    officer = enter(house, context, "scjg.officer", f"/field/visits/{visit_id}", PHONE)
    expect(officer.get_by_text("不用亮码和扫码")).to_be_visible()
    axe(officer)
    officer.get_by_role("button", name="开始检查").click()
    officer.get_by_role("link", name=re.compile("SCJG检查事项1")).click()
    expect(officer.locator("input[name=method]").first).to_have_value("written")
    officer.get_by_role("link", name=re.compile("检查材料")).click()
    officer.locator("#f-title").fill("进货台账")
    officer.get_by_role("button", name="保存材料").click()
    expect(officer.get_by_text("还没有收到")).to_be_visible()
    paper: FilePayload = {"name": "台账.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    officer.get_by_label("材料文件").first.set_input_files(paper)
    officer.get_by_role("button", name="登记收到").click()
    expect(officer.get_by_text("文件指纹")).to_be_visible()
    axe(officer)
    drawn = DrawnCampaign(world, visit_id, visit_id)
    record_id = drawn.record(visit_id, "SCJG", attendee="", signature="")
    reviewer = enter(house, context, "scjg.reviewer", f"/visits/records/{record_id}")
    expect(reviewer.get_by_text("进货台账")).to_be_visible()
    axe(reviewer)
    drawn.accept(record_id, "SCJG")
    with world.city.acting("scjg.discloser"):
        service.disclose([record_id])
        name = queries.visit(visit_id).entity_name
    citizen = context(viewport=PHONE).new_page()
    citizen.goto(f"{house}/open/results")
    citizen.get_by_role("link", name=name).first.click()
    expect(citizen.get_by_text("书面检查（不入企）")).to_be_visible()
    axe(citizen)
