"""The main job, chapters five to eight: at the door, before the public, to the credit platform, under supervision
(R-V, R-O, R-S)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from uuid import UUID

import docx
import pytest
from playwright.sync_api import Page, expect

from onedoor.visits import queries
from tests.e2e.people import PATIENCE, PHONE, People, looked_at, press
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import Deployment
from tests.fixtures.main_job import DRAWN, main_job_until


@dataclass
class Visit:
    """The one visit that is followed to its end."""

    id: UUID
    name: str
    code: str
    entity_code: str

    @property
    def path(self) -> str:
        return f"/visits/{self.id}"


@pytest.fixture
def beginning(databases: Databases) -> str:
    """The draw is held and its visits are made."""
    return main_job_until(databases, DRAWN)[0]


def test_from_a_drawn_object_to_the_supervisors_figures(
    house: Deployment, people: People, databases: Databases
) -> None:
    campaign_id = main_job_until(databases, DRAWN)[1].campaign_id
    batch = f"/visits/campaigns/{campaign_id}"
    the_visits_are_approved(house, people, campaign_id, batch)
    visit = the_officer_finds_the_visit(house, people)
    the_notice_is_a_letter(people, visit)
    read_out = the_firm_checks_the_code(people, visit)
    the_officer_records_on_a_phone(people, visit, read_out)
    the_unit_accepts_and_the_report_is_written(people, visit)
    the_discloser_publishes(people)
    a_citizen_finds_the_result(people, visit)
    the_platform_refuses_and_accepts(house, people, visit)
    justice_sees_the_figures(people)
    the_county_sees_nothing(people, visit)


def the_visits_are_approved(house: Deployment, people: People, campaign_id: UUID, batch: str) -> None:
    page = people.at("scjg.planner", batch)
    press(page, "提交审批")
    expect(page.get_by_text("已提交审批。")).to_be_visible()
    for who in ("scjg.reviewer", "scjg.head"):
        decider = people.at(who, "/desk/inbox")
        decider.get_by_role("button", name="通过").click()
        expect(decider.get_by_text("已通过：")).to_be_visible()
    for letters in partners_of(house, campaign_id):
        press(people.at(f"{letters}.planner", batch), "报本单位负责人批准")
        for who in (f"{letters}.reviewer", f"{letters}.head"):
            decider = people.at(who, "/desk/inbox")
            decider.get_by_role("button", name="通过").click()
            expect(decider.get_by_text("已通过：")).to_be_visible()
    page = people.at("scjg.planner", batch)
    press(page, "发出检查通知书")
    expect(page.get_by_text("正在制作检查通知书")).to_be_visible()


def partners_of(house: Deployment, campaign_id: UUID) -> list[str]:
    """The letters of the partners whose heads have still to approve their parts (R-J2)."""
    with house.city.acting("scjg.planner"):
        waiting = queries.unapproved_parties(queries.of_campaign(campaign_id))
    ids = {party.bureau_id for found in waiting.values() for party in found}
    return [letters.lower() for letters, bureau in house.city.bureaus.items() if bureau in ids]


def the_officer_finds_the_visit(house: Deployment, people: People) -> Visit:
    """On a phone, once the worker has written the notices."""
    house.cast.settle()
    page = people.at("scjg.officer", "/field", PHONE)
    page.locator("a.visit-card").first.click()
    expect(page).to_have_url(re.compile("/field/visits/"))
    looked_at(page)
    found = UUID(page.url.rsplit("/", 1)[-1])
    with house.city.acting("scjg.officer"):
        visit = queries.visit(found)
        return Visit(visit.id, visit.entity_name, visit.code, visit.entity_code)


def the_notice_is_a_letter(people: People, visit: Visit) -> None:
    page = people.at("scjg.planner", visit.path)
    looked_at(people.at("scjg.planner", f"{visit.path}/notice"))
    answer = page.request.get(f"{people.house.address}{visit.path}/notice.docx")
    letter = docx.Document(io.BytesIO(answer.body()))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    assert visit.name in "".join([paragraph.text for paragraph in letter.paragraphs] + cells)


def the_firm_checks_the_code(people: People, visit: Visit) -> str:
    """Who may come, from which bureaus, about what and why; a made-up code is told so."""
    officer = people.at("scjg.officer", f"/field/visits/{visit.id}/code")
    expect(officer.get_by_role("img", name="打开检查码核验页")).to_be_visible()
    firm = people.passer_by(f"/v/{visit.code}", PHONE)
    expect(firm.get_by_role("heading", name="检查码有效")).to_be_visible()
    expect(firm.get_by_text("示范市市场监督管理局").first).to_be_visible()
    expect(firm.get_by_text("食品经营监督检查").first).to_be_visible()
    return firm.locator("#shown-title + p").inner_text().strip()


def the_officer_records_on_a_phone(people: People, visit: Visit, read_out: str) -> None:
    officer = people.at("scjg.officer", f"/field/visits/{visit.id}")
    expect(officer.get_by_text("对方已扫码核验。")).to_be_visible()
    officer.get_by_label("核验数字").fill(read_out)
    officer.get_by_role("button", name="开始检查", exact=True).click()
    expect(officer.get_by_text("已开始检查。")).to_be_visible()
    officer.get_by_role("link", name=re.compile("食品经营监督检查")).click()
    expect(officer.get_by_label(re.compile("^未发现问题"))).to_be_visible()
    looked_at(officer)
    for group in officer.get_by_role("group").all():
        for yes in group.get_by_label("是", exact=True).all():
            yes.check()
    officer.get_by_label(re.compile("^未发现问题")).check()
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("已保存。")).to_be_visible()
    officer.get_by_role("link", name="核对并提交").click()
    looked_at(officer)
    officer.get_by_label(re.compile("在场的当事人")).fill("王店长")
    officer.get_by_label("已在笔录上签字").check()
    officer.get_by_label(re.compile("^后续处置")).select_option("none")
    officer.get_by_role("button", name="提交给科室审核").click()
    expect(officer.get_by_text("已提交，等待科室审核。")).to_be_visible()
    looked_at(officer)


def the_unit_accepts_and_the_report_is_written(people: People, visit: Visit) -> None:
    reviewer = people.at("scjg.reviewer", "/desk/inbox")
    expect(reviewer.get_by_text(visit.name).first).to_be_visible()
    reviewer.get_by_role("button", name="通过").click()
    expect(reviewer.get_by_text("已通过：")).to_be_visible()
    officer = people.at("scjg.officer", f"{visit.path}/report")
    officer.get_by_label(re.compile("^检查评价")).fill("现场情况与记录一致。")
    officer.get_by_label(re.compile("^处理意见")).fill("公示检查结果。")
    officer.get_by_role("button", name="完成报告").click()
    expect(officer.get_by_text("检查报告已完成。")).to_be_visible()
    looked_at(officer)


def the_discloser_publishes(people: People) -> None:
    page = people.at("scjg.discloser", "/visits/to-disclose")
    page.get_by_role("checkbox", name="选择本页全部").check()
    press(page, "公示")
    expect(page.get_by_text("已公示 1 条检查结果。")).to_be_visible()
    looked_at(page)


def a_citizen_finds_the_result(people: People, visit: Visit) -> None:
    """By name, from the first page, on a phone; and from the result to the draw it came from."""
    page = people.passer_by("/", PHONE)
    page.get_by_role("searchbox").fill(visit.name)
    page.get_by_role("main").get_by_role("button", name="搜索").click()
    looked_at(page)
    page.get_by_role("link", name=f"{visit.name}：检查结果").first.click()
    expect(page.get_by_role("heading", name="未发现问题")).to_be_visible()
    looked_at(page)
    page.get_by_role("link", name=re.compile("抽〔")).first.click()
    expect(page.get_by_role("heading", name="抽中的检查对象和检查组")).to_be_visible()


def the_platform_refuses_and_accepts(house: Deployment, people: People, visit: Visit) -> None:
    """The platform knows the firm by another name: the record comes back, is mended, is sent again, once (R-O2)."""
    renamed = f"{visit.name}（更名后）"
    house.platform.knows(visit.entity_code, renamed)
    page = people.at("scjg.discloser", "/exports/")
    press(page, "生成报送批次")
    expect(page.get_by_text("回执已齐，有退回")).to_be_visible(timeout=PATIENCE)
    looked_at(page)
    page = people.at("scjg.discloser", "/exports/records/?state=rejected")
    page.get_by_role("main").get_by_role("link", name=visit.name).first.click()
    expect(page.get_by_text("被退回的原因")).to_be_visible()
    looked_at(page)
    house.platform.knows(visit.entity_code, visit.name)
    press(page, "原样再报")
    expect(page.get_by_text("这条记录会进入下一个报送批次")).to_be_visible()
    page = people.at("scjg.discloser", "/exports/")
    press(page, "生成报送批次")
    expect(page.get_by_text("回执已齐", exact=True)).to_be_visible(timeout=PATIENCE)
    assert [receipt["state"] for receipt in house.platform.receipts] == ["rejected", "accepted"]
    assert len(house.platform.records) == 1


def justice_sees_the_figures(people: People) -> None:
    """Across bureaus, each figure with the records it is made of; what is saved at the doors on top (R-S4)."""
    page = people.at("sfj.supervisor", "/oversight")
    expect(page.get_by_role("link", name=re.compile("抽中户数"))).to_be_visible()
    row = page.get_by_role("row", name=re.compile("^市市场监管局"))
    shown = [cell.inner_text() for cell in row.get_by_role("link").all()]
    assert sum(number != "0" for number in shown) > 5, shown
    row.get_by_role("link").nth(next(place for place, number in enumerate(shown) if number != "0")).click()
    expect(page.get_by_role("main").get_by_role("row").nth(1)).to_be_visible()
    looked_at(page)
    page = people.at("sfj.supervisor", "/oversight/results")
    expect(page.get_by_role("main").get_by_role("row").nth(1)).to_be_visible()


def the_county_sees_nothing(people: People, visit: Visit) -> None:
    """Neither in its lists, nor by the address."""
    for path in ("/visits", "/visits/reports", "/exports/records/", "/jobs/"):
        page: Page = people.at("xscjg.planner", path)
        expect(page.get_by_role("main").get_by_text(visit.name)).to_have_count(0)
    gone = people.devices["xscjg.planner"].request.get(f"{people.house.address}{visit.path}")
    assert gone.status == 404
