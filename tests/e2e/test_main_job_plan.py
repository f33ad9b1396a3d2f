"""The main job, chapters one and two: a registry from clerks' files, and a plan that justice accepts (R-L, R-P)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from playwright.sync_api import Page, expect

from onedoor.commands.demo import firms
from onedoor.commands.demo.scenes import registry
from onedoor.kernel.clock import today
from tests.e2e.people import PATIENCE, PHONE, People, looked_at, press
from tests.fixtures.deployment import Deployment

LEAD = "示范市市场监督管理局"
TITLE = f"{today().year}年公众聚集场所联合抽查计划"
LINE = "公众聚集场所联合抽查"


def test_from_files_to_a_filed_plan(house: Deployment, people: People, tmp_path: Path) -> None:
    the_planner_loads_the_files(people, tmp_path)
    the_head_publishes_the_items(people)
    the_targets_are_chosen(people)
    the_partners_do_the_same(house)
    plan = the_plan_is_drafted(people)
    the_plan_is_decided(people, plan)
    it_is_published_and_filed(people, plan)
    everybody_reads_it(people)


def the_planner_loads_the_files(people: People, folder: Path) -> None:
    """Watched live: the worker loads, the page follows; a bad row says where and why."""
    page = people.at("scjg.planner", "/registry/imports/new/entities")
    loaded(page, folder, firms.entities())
    expect(page.get_by_role("cell", name=re.compile("应为 18 位，实为 7 位"))).to_be_visible()
    page = people.at("scjg.planner", "/registry/imports/new/entities")
    loaded(page, folder, firms.entities())
    expect(page.get_by_text("没有变化")).to_be_visible()
    page = people.at("scjg.planner", "/registry/imports/new/items")
    loaded(page, folder, firms.matters("SCJG", LEAD))
    page = people.at("scjg.planner", "/registry/imports/new/inspectors")
    loaded(page, folder, firms.officers("SCJG", LEAD))
    page = people.at("scjg.planner", "/jobs/")
    expect(page.locator("tbody").get_by_text("已完成").first).to_be_visible()


def loaded(page: Page, folder: Path, file: tuple[str, bytes]) -> None:
    name, content = file
    (folder / name).write_bytes(content)
    page.get_by_label(re.compile("^表格文件")).set_input_files(folder / name)
    page.get_by_label("直接导入没有问题的行").check()
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("数据行")).to_be_visible(timeout=PATIENCE)
    looked_at(page)


def the_head_publishes_the_items(people: People) -> None:
    page = people.at("scjg.planner", "/registry/items")
    press(page, "提交清单审批")
    expect(page.get_by_text("等待负责人审批")).to_be_visible()
    head = people.at("scjg.head", "/desk/")
    head.get_by_role("link", name="逐件审批").click()
    looked_at(head)
    # The officers of the file first, then the list (R-L9, R-L4).
    expect(head.get_by_role("heading", name=re.compile("^执法人员入库"))).to_be_visible()
    head.get_by_role("button", name="通过").click()
    expect(head.get_by_text(re.compile("已通过：执法人员入库"))).to_be_visible()
    head.get_by_role("main").get_by_role("link", name="下一件").click()
    expect(head.get_by_role("heading", name=re.compile("随机抽查事项清单"))).to_be_visible()
    head.get_by_role("button", name="通过").click()
    expect(head.get_by_text(re.compile("已通过：.*随机抽查事项清单"))).to_be_visible()
    expect(people.at("scjg.head", "/desk/inbox").get_by_text("没有等待您审批的事项")).to_be_visible()
    page = people.at("scjg.planner", "/registry/items")
    expect(page.get_by_text("食品经营监督检查")).to_be_visible()
    page = people.at("scjg.planner", "/registry/inspectors")
    press(page, "公布名录库")
    expect(page.get_by_text("名录库已公布并报送备案。")).to_be_visible()


def the_targets_are_chosen(people: People) -> None:
    page = people.at("scjg.planner", "/registry/targets/rules/new")
    page.get_by_label(re.compile("^规则名称")).fill("辖区内经营主体")
    page.get_by_label("企业", exact=True).check()
    page.get_by_label("个体工商户", exact=True).check()
    page.get_by_role("button", name="保存规则").click()
    expect(page.get_by_text(re.compile("现在会选中 3[0-9]{2} 个主体"))).to_be_visible()
    page = people.at("scjg.planner", "/registry/targets")
    press(page, "按规则更新名录库")
    expect(page.get_by_text(re.compile("现有 3[0-9]{2} 个"))).to_be_visible(timeout=PATIENCE)
    looked_at(page)


def the_partners_do_the_same(house: Deployment) -> None:
    """Through the services: the pages are the ones just seen."""
    cast = house.cast
    for letters in ("XFJY", "WSJK"):
        registry._list_items(cast, letters)
        registry._list_officers(cast, letters)
        registry._choose_targets(cast, letters)
    cast.settle()


def the_plan_is_drafted(people: People) -> str:
    """A joint line with items of three bureaus; what is wrong is said beside the field. Returns the plan's path."""
    page = people.at("scjg.planner", "/plans/new")
    page.get_by_label("计划年度").fill(str(today().year))
    page.get_by_label("计划名称").fill(TITLE)
    page.get_by_role("button", name="开始起草").click()
    expect(page.get_by_text("请先添加检查内容")).to_be_visible()
    path = page.url.removeprefix(people.house.address)
    looked_at(page)
    page.get_by_role("link", name="添加检查内容").click()
    page.get_by_label(re.compile("^名称 ")).fill(LINE)
    page.get_by_role("button", name="保存").last.click()
    expect(page.get_by_role("alert")).to_contain_text("请至少选择一个检查事项")
    looked_at(page)
    page.get_by_label("食品经营监督检查").check()
    for bureau, item in (
        ("示范市消防救援支队", "单位消防安全监督检查"),
        ("示范市卫生健康委员会", "公共场所卫生监督检查"),
    ):
        page.get_by_text(bureau).click()
        page.get_by_label(item).check()
    page.get_by_label("经营范围含").fill("住宿、娱乐")
    page.get_by_label("第 1 行：数值").fill("10")
    page.get_by_label("开始日期").fill(today().isoformat())
    page.get_by_label("结束日期").fill(date(today().year, 12, 31).isoformat())
    page.get_by_label("负责人").fill("赵知行")
    page.get_by_role("button", name="测算抽取户数").click()
    expect(page.get_by_role("heading", name=re.compile("将抽取 [1-9][0-9]* 户"))).to_be_visible()
    looked_at(page)
    page.get_by_role("button", name="保存").last.click()
    press(page, "提交科室审核")
    expect(page.get_by_text("科室审核中").first).to_be_visible()
    return path


def the_plan_is_decided(people: People, plan: str) -> None:
    """Returned with a reason, mended, then reviewed and approved in the one inbox (R-P1)."""
    reviewer = people.at("scjg.reviewer", "/desk/inbox")
    reviewer.get_by_label("意见").fill("请把候补户数写上。")
    reviewer.get_by_role("button", name="退回").click()
    expect(reviewer.get_by_text(f"已退回：{TITLE}。提交人会看到理由。")).to_be_visible()
    page = people.at("scjg.planner", plan)
    expect(page.get_by_text("请把候补户数写上。").first).to_be_visible()
    page.get_by_role("link", name=LINE, exact=True).first.click()
    page.get_by_label("替补户数").fill("2")
    page.get_by_role("button", name="保存").last.click()
    press(page, "提交科室审核")
    expect(page.get_by_text("科室审核中").first).to_be_visible()
    for who in ("scjg.reviewer", "scjg.head"):
        decider = people.at(who, "/desk/inbox")
        expect(decider.locator(".desk-matter h2").first).to_have_text(TITLE)
        decider.keyboard.press("a")
        expect(decider.get_by_text(f"已通过：{TITLE}。")).to_be_visible()


def it_is_published_and_filed(people: People, plan: str) -> None:
    page = people.at("scjg.planner", plan)
    press(page, "向社会公布")
    expect(page.get_by_text("计划已向社会公布。下一步请报送备案。")).to_be_visible()
    press(page, "报送备案")
    expect(page.get_by_text(re.compile("已报送备案"))).to_be_visible()
    looked_at(page)
    justice = people.at("sfj.supervisor", "/filing/inbox")
    justice.get_by_role("link", name=TITLE).first.click()
    looked_at(justice)
    justice.get_by_label("意见").fill("符合要求")
    justice.get_by_role("button", name="通过").click()
    expect(justice.get_by_text(f"已通过《{TITLE}》的备案。")).to_be_visible()
    page = people.at("scjg.planner", plan)
    expect(page.get_by_text("已通过").first).to_be_visible()


def everybody_reads_it(people: People) -> None:
    """A partner sees its line, a citizen the plan, another bureau nothing but what is public."""
    partner = people.at("xfjy.planner", "/plans/with-us")
    expect(partner.get_by_role("link", name=LINE).first).to_be_visible()
    citizen = people.passer_by("/open/plans", PHONE)
    citizen.get_by_role("link", name=re.compile(TITLE)).first.click()
    expect(citizen.get_by_text(LINE).first).to_be_visible()
    looked_at(citizen)
    county = people.at("xscjg.planner", "/plans/")
    expect(county.get_by_text(TITLE)).to_have_count(0)
    expect(people.at("xscjg.planner", "/filing/").get_by_text(TITLE)).to_have_count(0)
