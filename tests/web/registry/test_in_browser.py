"""A planner fills the registry at the desk and on a phone: files in, items submitted, targets chosen (R-L)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.commands.demo import firms
from onedoor.registry import queries
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.fixtures.city import PASSWORD, City

# The second test looks at what the first made; make test fills a registry in tests/e2e/test_main_job_plan.py.
pytestmark = pytest.mark.long
FILES = {
    "entities": firms.entities(),
    "items": firms.matters("SCJG", "示范市市场监督管理局"),
    "inspectors": firms.officers("SCJG", "示范市市场监督管理局"),
}


@pytest.fixture(scope="module")
def house(app: Flask, city: City) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    for name, content in FILES.values():
        (folder / name).write_bytes(content)
    return {kind: folder / name for kind, (name, _) in FILES.items()}


def enter(
    house: str, context: Callable[..., BrowserContext], where: str, window: dict[str, int] = DESK
) -> Page:
    page = context(viewport=window).new_page()
    page.goto(f"{house}{where}")
    page.get_by_label("用户名").fill("scjg.planner")
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    return page


def bring_in(page: Page, sheet: Path, run_jobs: Callable[[], int]) -> None:
    """Upload a file, see what it would do, and let it: the page renews itself when each job ends."""
    axe(page)
    page.get_by_label(re.compile("^表格文件")).set_input_files(sheet)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(sheet.name)
    run_jobs()
    expect(page.get_by_text("还没有写入任何数据")).to_be_visible()
    axe(page)
    page.get_by_role("button", name=re.compile("导入没有问题的|确认导入")).click()
    expect(page.get_by_text("已开始导入。")).to_be_visible()
    run_jobs()
    expect(page.get_by_role("link", name=re.compile("^查看"))).to_be_visible()
    axe(page)


def test_the_registry_is_filled_and_the_list_submitted(
    house: str,
    city: City,
    sheets: dict[str, Path],
    context: Callable[..., BrowserContext],
    run_jobs: Callable[[], int],
) -> None:
    page = enter(house, context, "/registry/entities")
    page.get_by_role("link", name="导入名录").click()
    bring_in(page, sheets["entities"], run_jobs)
    expect(page.get_by_role("cell", name=re.compile("应为 18 位，实为 7 位"))).to_be_visible()
    page.get_by_role("link", name="查看经营主体").click()
    page.get_by_role("link", name=re.compile("宾馆")).first.click()
    axe(page)

    page.get_by_role("link", name="检查事项", exact=True).click()
    axe(page)
    page.get_by_role("main").get_by_role("link", name="导入事项清单").first.click()
    bring_in(page, sheets["items"], run_jobs)
    page.get_by_role("link", name="查看检查事项").click()
    page.get_by_role("link", name="食品经营监督检查").click()
    axe(page)
    page.get_by_role("link", name="修改事项").click()
    axe(page)
    page.get_by_label(re.compile("^检查依据")).fill("")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("有 1 处需要修改")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("^检查依据")).fill(
        "《中华人民共和国食品安全法》第一百一十条、第一百一十三条"
    )
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("第一百一十三条")).to_be_visible()
    page.get_by_role("link", name="检查事项", exact=True).first.click()
    page.get_by_role("button", name="提交清单审批").click()
    expect(page.get_by_text("等待负责人审批")).to_be_visible()
    axe(page)

    page.get_by_role("link", name="执法人员", exact=True).click()
    page.get_by_role("link", name="导入名录库").click()
    bring_in(page, sheets["inspectors"], run_jobs)
    page.get_by_role("link", name="查看执法人员").click()
    axe(page)
    page.locator("tbody").get_by_role("link").first.click()
    axe(page)
    page.get_by_role("link", name="修改", exact=True).click()
    axe(page)

    page.get_by_role("link", name="检查对象", exact=True).click()
    page.get_by_role("link", name="新建选取规则").first.click()
    page.get_by_label(re.compile("^规则名称")).fill("住宿餐饮")
    page.get_by_label(re.compile("^经营范围含")).fill("住宿、餐饮")
    axe(page)
    page.get_by_role("button", name="保存规则").click()
    expect(page.get_by_text(re.compile("现在会选中 1[0-9]{2} 个主体"))).to_be_visible()
    axe(page)
    page.get_by_role("link", name="检查对象", exact=True).first.click()
    page.get_by_role("button", name="按规则更新名录库").click()
    run_jobs()
    expect(page.get_by_text(re.compile("现有 1[0-9]{2} 个"))).to_be_visible()
    axe(page)
    page.get_by_role("checkbox", name="选择本页全部").check()
    page.get_by_role("button", name="移出名录库").click()
    expect(page.get_by_text("将移出 20 个检查对象")).to_be_visible()
    axe(page)


PAGES = (
    "entities",
    "entities/uncovered",
    "items",
    "items/published",
    "items/new",
    "targets",
    "targets/rules",
    "targets/rules/new",
    "targets/history",
    "inspectors",
    "inspectors/new",
    "imports",
    "imports/new/items",
    "rulebooks",
    "rulebooks/edit",
)


def test_every_page_on_a_phone(house: str, city: City, context: Callable[..., BrowserContext]) -> None:
    with city.acting("scjg.planner"):
        officer, item = queries.my_inspectors()[0].id, queries.my_items()[0].id
        made = queries.item_lists()[0].id
    page = enter(house, context, "/registry/imports", PHONE)
    expect(page.get_by_role("heading", level=1)).to_have_text("导入记录")
    for where in (*PAGES, f"inspectors/{officer}", f"items/{item}", f"item-lists/{made}"):
        page.goto(f"{house}/registry/{where}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)
