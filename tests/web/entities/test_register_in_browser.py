"""A keeper of the register at the desk and on a phone: places, licences, tags, risk, what is there twice (R-T4, R-L5, R-L6)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.commands.demo import firms
from onedoor.entities import queries as entity_queries
from onedoor.entities import service as entity_service
from onedoor.entities.rules.codes import EntityStatus
from onedoor.imports import service as import_service
from onedoor.items import queries as item_queries
from onedoor.kernel.clock import today
from onedoor.kernel.codes import made_up_credit_code
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import City
from tests.fixtures.clerk_files import as_csv, firm, publish_items
from tests.fixtures.plans import list_items
from tests.web.entities.test_in_browser import enter

pytestmark = pytest.mark.long
Jobs = Callable[[], int]
STREET = "示范市城区和平路一百二十八号"


@pytest.fixture(scope="module")
def house(app: Flask, city: City) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def register(city: City, run_jobs: Jobs) -> None:
    """Firms of which two are one, and items about them."""
    alike = [["示范望江楼餐饮有限公司", *firm(1)[1:8], STREET], ["示范望江楼餐饮店", *firm(2)[1:8], STREET]]
    name, content = firms.matters("SCJG", "示范市市场监督管理局")
    with city.acting("scjg.planner"):
        import_service.begin_import("entities", "企业.csv", as_csv([*alike, firm(3), firm(4)]), mode="good")
        import_service.begin_import("items", name, content, mode="good")
    run_jobs()
    with city.acting("scjg.planner"):
        drafts = item_queries.has_drafts()
    if drafts:
        publish_items(city, "SCJG")


def seen(page: Page) -> None:
    """As it is at the desk, and on a phone."""
    axe(page)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    axe(page)
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})


def test_what_belongs_to_a_firm_is_kept_and_two_that_are_one_are_merged(
    house: str, register: None, city: City, context: Callable[..., BrowserContext], run_jobs: Jobs
) -> None:
    page = enter(house, context, "/registry/entities")
    page.get_by_role("link", name="示范望江楼餐饮有限公司").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("示范望江楼餐饮有限公司"))
    firm_page = page.url
    page.get_by_role("link", name="登记经营场所").click()
    seen(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text(re.compile("有 . 处需要修改"))).to_be_visible()
    seen(page)
    page.get_by_label(re.compile("^地址")).fill("示范市城区解放路2号")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("1. 示范市城区解放路2号")).to_be_visible()
    page.get_by_role("link", name="登记许可证").click()
    seen(page)
    page.get_by_label(re.compile("^许可证种类")).fill("食品经营许可证")
    page.get_by_label(re.compile("^编号")).fill("JY001")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("JY001").first).to_be_visible()
    page.goto(f"{house}/registry/licences")
    expect(page.get_by_role("cell", name="JY001")).to_be_visible()
    seen(page)

    page.goto(f"{house}/registry/quality")
    page.get_by_role("button", name="开始核对").click()
    expect(page.get_by_text("已开始核对")).to_be_visible()
    run_jobs()
    # The page comes anew by itself when the job ends; another on its way would cross it.
    expect(page.get_by_role("link", name=re.compile("疑似重复，待判定"))).to_be_visible()
    seen(page)
    page.get_by_role("link", name=re.compile("疑似重复，待判定")).click()
    seen(page)
    page.locator("tbody").get_by_role("link", name=re.compile("望江楼")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("是不是同一个主体？")
    seen(page)
    page.get_by_label("是同一个主体，合并").check()
    page.get_by_label(re.compile("^示范望江楼餐饮店")).check()
    page.get_by_label(re.compile("^理由")).fill("同一家店换了执照")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已合并：")).to_be_visible()
    page.goto(firm_page)
    seen(page)
    expect(page.get_by_role("button", name="列入检查对象名录库")).to_have_count(0)
    page.get_by_role("link", name="示范望江楼餐饮店").click()
    page.get_by_text("随之处理了什么（2）").click()
    expect(page.get_by_text("转到保留的主体")).to_have_count(2)
    seen(page)
    page.get_by_text("撤回合并").first.click()
    page.get_by_label(re.compile("^理由")).first.fill("两家店，一墙之隔")
    page.get_by_role("button", name="撤回合并").click()
    expect(page.get_by_text("合并已撤回，转过去的都已还原。")).to_be_visible()
    expect(page.get_by_role("heading", name="已撤回的合并")).to_be_visible()
    seen(page)


def test_tags_risk_codes_and_what_ceased_are_kept_by_a_bureau_for_itself(
    house: str,
    register: None,
    city: City,
    tmp_path: Path,
    context: Callable[..., BrowserContext],
    run_jobs: Jobs,
) -> None:
    page = enter(house, context, "/registry/targets/codes")
    seen(page)
    page.get_by_label(re.compile("^统一社会信用代码")).fill(
        f"{made_up_credit_code(3)}\n{made_up_credit_code(4)}\n123"
    )
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("heading", name="不能列入的")).to_be_visible()
    seen(page)
    page.get_by_role("button", name="列入 2 个").click()
    expect(page.get_by_role("link", name="示范第3号商行")).to_be_visible()
    page.goto(f"{house}/registry/targets/tags")
    page.get_by_label(re.compile("^标签")).fill("重点监管")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("rowheader", name="重点监管")).to_be_visible()
    seen(page)
    page.goto(f"{house}/registry/targets/risk")
    page.get_by_label(re.compile("^等级和最低分")).fill("低 0\n高 20")
    page.get_by_role("button", name="保存等级").click()
    seen(page)
    sheet = tmp_path / "联系人.csv"
    details = [made_up_credit_code(3), "某甲", "13900000003", "重点监管", "高"]
    sheet.write_bytes(as_csv([details], ("信用号", "经办人", "手机号", "标签", "风险等级"), "gb18030"))
    page.get_by_role("link", name="按表格评定").click()
    seen(page)
    page.get_by_label(re.compile("^表格文件")).set_input_files(sheet)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("139****0003").first).to_be_visible()
    page.get_by_label(re.compile("经办人")).select_option("联系人")
    seen(page)
    page.get_by_role("button", name="确认各列").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(sheet.name)
    run_jobs()
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已开始导入。")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("link", name="查看对象资料")).to_be_visible()
    page.goto(f"{page.url}/rows")
    expect(page.get_by_role("cell", name="更新", exact=True)).to_be_visible()
    seen(page)
    page.goto(f"{house}/registry/targets/risk")
    page.get_by_role("link", name="添加风险因素").click()
    seen(page)
    # A project is listed where an item is about such, and about who bears it (R-L5).
    list_items(city, "SCJG", kinds=("project", "91", "92"))
    page.goto(f"{house}/registry/targets")
    page.get_by_role("link", name="示范第3号商行").click()
    page.get_by_text("登记产品、项目或行为").last.click()
    page.get_by_label("项目").check()
    page.get_by_label(re.compile("^名称")).fill("校园食堂")
    page.get_by_role("button", name="列入").click()
    page.get_by_role("link", name="校园食堂").click()
    seen(page)
    # It is overseen at some of its places of business.
    with city.acting("scjg.planner"):
        shop = entity_queries.entity_by_code(made_up_credit_code(3))
        place = {"jurisdiction_code": shop.jurisdiction_code, "closed_on": None, "note": ""}
        for name in ("站前店", "站后店"):
            entity_service.save_premises(shop, {**place, "name": name, "address": STREET})
    page.goto(f"{house}/registry/targets")
    page.get_by_role("link", name="示范第3号商行").click()
    page.get_by_text("列入经营场所").click()
    page.get_by_label("站前店").check()
    seen(page)
    page.locator("form#places").get_by_role("button", name="列入").click()
    page.get_by_role("link", name="站前店").click()
    seen(page)
    page.goto(f"{house}/registry/targets/matters")
    expect(page.get_by_role("link", name="站前店")).to_be_visible()
    seen(page)
    with city.acting("scjg.planner"):
        gone = entity_queries.entity_by_code(made_up_credit_code(4))
        entity_service.set_status(gone, EntityStatus.REVOKED, today(), "")
    page.goto(f"{house}/registry/targets/ceased")
    expect(page.get_by_role("link", name="示范第4号商行")).to_be_visible()
    seen(page)


def test_a_correction_is_proposed_and_answered(
    house: str, register: None, city: City, context: Callable[..., BrowserContext]
) -> None:
    page = enter(house, context, "/registry/entities", who="wsjk.planner")
    page.get_by_role("link", name="示范第3号商行").click()
    page.get_by_role("link", name="提出更正").click()
    seen(page)
    page.get_by_label(re.compile("^更正哪一项")).select_option("注册地址")
    page.get_by_label(re.compile("^更正为")).fill("示范市城区示例路3号二楼")
    page.get_by_label(re.compile("^理由")).fill("日常巡查时发现")
    page.get_by_role("button", name="提出更正").click()
    expect(page.get_by_text("已提出更正建议")).to_be_visible()
    keeper = enter(house, context, "/registry/corrections")
    seen(keeper)
    keeper.get_by_role("link", name="示范第3号商行").click()
    seen(keeper)
    keeper.get_by_label(re.compile("^采纳")).check()
    keeper.get_by_role("button", name="答复").click()
    expect(keeper.get_by_text("已采纳更正建议。")).to_be_visible()
    seen(keeper)


def test_a_load_that_was_stopped_goes_on(
    house: str, city: City, tmp_path: Path, context: Callable[..., BrowserContext], run_jobs: Jobs
) -> None:
    sheet = tmp_path / "企业.csv"
    sheet.write_bytes(as_csv([firm(n) for n in range(10_000, 15_500)]))
    page = enter(house, context, "/registry/imports/new/entities")
    page.get_by_label(re.compile("^表格文件")).set_input_files(sheet)
    page.get_by_label(re.compile("直接导入没有问题的行")).check()
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    seen(page)
    # Before a worker takes it, so that it stops after the first step.
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_text("正在停止")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("heading", name="停在中途")).to_be_visible()
    expect(page.get_by_text("已按要求停止，做完的部分已保留。")).to_be_visible()
    expect(page.get_by_text("未能完成")).to_have_count(0)
    seen(page)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="从停下的地方继续").click()
    run_jobs()
    expect(page.get_by_role("link", name=re.compile("^查看经营主体"))).to_be_visible()
    seen(page)
