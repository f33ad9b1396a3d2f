"""Two units of one bureau at one door, and the ledger with its counts, in a real browser (R-J2, R-V9)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.items.models import Item
from onedoor.kernel.clock import today
from onedoor.kernel.db import db, new_id
from onedoor.ledger import queries
from onedoor.officers.models import Inspector
from onedoor.visits import queries as visits
from onedoor.visits import service
from tenants.models import Unit
from tests.campaigns.builders import World
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD
from tests.visits.builders import DrawnCampaign
from tests.visits.check_builders import CLERK, Desk

Contexts = Callable[..., BrowserContext]
FOOD, FIRE = "食品科", "特种设备科"


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    """Market regulation with two units, an item and officers of each."""
    with world.city.acting(CLERK):
        for number, name in enumerate((FOOD, FIRE)):
            unit = Unit(id=new_id(), tenant_id=world.city.bureaus["SCJG"], name=name)
            db.session.add(unit)
            db.session.flush()
            db.session.get_one(Item, world.items["SCJG"][number]).unit_id = unit.id
            for officer in world.officers["SCJG"][number::2]:
                db.session.get_one(Inspector, officer).unit_id = unit.id
    return Desk(world)


@pytest.fixture(scope="module")
def house(app: Flask, desk: Desk) -> Iterator[str]:
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


def test_two_units_answer_and_go_through_one_door(house: str, desk: Desk, context: Contexts) -> None:
    """R-J2: each unit agrees to its own part; then it is one check, one notice, one team."""
    visit_id = desk.proposed(item_ids=desk.world.items["SCJG"], inspector_ids=desk.world.officers["SCJG"][:4])
    clerk = enter(house, context, CLERK, f"/visits/{visit_id}")
    units = clerk.get_by_role("region", name="参加的科室")
    for name in (FOOD, FIRE):
        one = units.get_by_role("listitem").filter(has_text=name)
        one.get_by_text("答复", exact=True).click()
        one.get_by_role("button", name="同意检查本科室的事项").click()
        expect(clerk.get_by_text("已答复。")).to_be_visible()
    expect(units.get_by_text("同意", exact=True)).to_have_count(2)
    axe(clerk)
    clerk.get_by_role("button", name="提交审批").click()
    expect(clerk.get_by_text("已提交审批。")).to_be_visible()
    desk.approve(visit_id)
    clerk.reload()
    clerk.get_by_role("button", name="发出检查通知书").click()
    expect(clerk.get_by_text("检查通知书已制作。")).to_be_visible()
    clerk.goto(f"{house}/visits/{visit_id}/notice")
    for unit in (FOOD, FIRE):
        expect(clerk.get_by_text(f"（{unit}）").first).to_be_visible()
    officer = enter(house, context, "scjg.officer", f"/field/visits/{visit_id}", PHONE)
    expect(officer.get_by_role("link", name="亮码")).to_be_visible()
    axe(officer)


def test_the_ledger_has_every_check_and_its_counts_are_the_lists(
    house: str, desk: Desk, context: Contexts
) -> None:
    """R-V9: what is entered on paper, and what was begun here; page, print, workbook and its numbers are the same."""
    of_one = desk.world.items["SCJG"][:1]
    visit_id = desk.approved(item_ids=of_one, inspector_ids=desk.world.officers["SCJG"][0:4:2])
    with desk.world.city.acting("scjg.officer"):
        service.begin(visit_id, reason="对方手机没电")
    DrawnCampaign(desk.world, visit_id, visit_id).record(visit_id, "SCJG")
    officer = enter(house, context, "scjg.officer", "/ledger")
    officer.get_by_role("link", name="登记平台外检查").click()
    officer.get_by_label("日常检查", exact=True).check()
    officer.locator("#f-source").select_option(label="检查计划")
    officer.locator("#f-entity_code").fill(desk.firm())
    officer.locator("#f-checked_on").fill(today().isoformat())
    officer.locator("#f-inspectors").fill("张三、李四")
    officer.locator("#f-matters").fill("食品经营许可")
    officer.get_by_label("实地检查", exact=True).check()
    officer.get_by_label("未发现问题", exact=True).check()
    officer.locator("#f-cause").select_option(index=1)
    officer.locator("#f-cause_note").fill("平台升级停机两天")
    axe(officer)
    officer.locator("main form button[type=submit]").first.click()
    expect(officer.get_by_text("平台升级停机两天").first).to_be_visible()
    axe(officer)
    with desk.world.city.acting(CLERK):
        counts = queries.counts_by_kind(queries.mine())
        number = visits.visit(visit_id).number
    for asked, wanted in (("registration=outside", 1), ("kind=single", counts["single"])):
        officer.goto(f"{house}/ledger?{asked}")
        expect(officer.get_by_text(f"共 {wanted} 条")).to_be_visible()
    expect(officer.get_by_text(number).first).to_be_visible()
    axe(officer)
    with officer.expect_download() as coming:
        officer.get_by_role("link", name="下载台账 Excel").click()
    sheet = load_workbook(io.BytesIO(coming.value.path().read_bytes())).worksheets[0]
    kinds = [row[1].value for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert kinds == ["个案检查"] * counts["single"]
    officer.get_by_role("link", name="打印台账").click()
    expect(officer.get_by_text(number).first).to_be_visible()
    axe(officer)
