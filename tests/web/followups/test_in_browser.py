"""Findings followed to their end in a real browser: corrected and public, declined and taken by another, to the police."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.credit import service as credit
from onedoor.credit.platform_stand_in import Receiver
from onedoor.kernel.clock import today
from onedoor.visits import queries as visits
from onedoor.visits import service as visiting
from tests.fixtures.browser import DESK, axe, served
from tests.fixtures.city import PASSWORD
from tests.followups.conftest import Finding
from tests.visits.builders import DrawnCampaign

Contexts = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def house(app: Flask, going: DrawnCampaign) -> Iterator[str]:
    with served(app) as address:
        yield address


def enter(house: str, context: Contexts, who: str, path: str) -> Page:
    page = context(viewport=DESK).new_page()
    page.goto(f"{house}{path}")
    page.get_by_label("用户名").fill(who)
    page.get_by_label(re.compile("^密码")).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{house}{path}")
    return page


def day(days: int = 0) -> str:
    return (today() + timedelta(days=days)).isoformat()


def test_ordered_to_correct_proved_rechecked_ended_and_public(
    house: str, going: DrawnCampaign, finding: Finding, context: Contexts
) -> None:
    followup, city = finding(), going.world.city
    with city.acting("scjg.discloser"):
        record_id = visits.followup(followup).record_id
        visiting.disclose([record_id])
    page = enter(house, context, "scjg.officer", f"/followups/{followup}")
    axe(page)
    page.get_by_label(re.compile("^改正要求")).fill("补齐标识")
    page.get_by_label(re.compile("^改正期限")).fill(day(10))
    page.locator("#do").get_by_role("button", name="责令改正").click()
    expect(page.get_by_text("已责令改正。")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("责令改正通知书"))).to_be_visible()
    axe(page)
    page.get_by_role("link", name="录入改正材料").click()
    page.get_by_label(re.compile("^收到日期")).fill(day())
    page.get_by_label(re.compile("^提交人")).fill("王店长")
    page.get_by_label(re.compile("^改正情况")).fill("标识已补齐")
    page.locator("#do").get_by_role("button", name="录入改正材料").click()
    expect(page.get_by_text("代为录入").first).to_be_visible()
    page.get_by_label("已改正", exact=True).check()
    page.get_by_label(re.compile("^复查看到的情况")).fill("标识齐全")
    page.get_by_label("已改正，办结").check()
    page.locator("#do").get_by_role("button", name="复查").click()
    expect(page.get_by_text("已办结").first).to_be_visible()
    axe(page)
    public = context(viewport=DESK).new_page()
    public.goto(f"{house}/open/results/{record_id}")
    expect(public.get_by_text(re.compile("办结：已改正$")).first).to_be_visible()


def test_a_record_is_corrected_and_seen_corrected_at_the_platform(
    house: str,
    going: DrawnCampaign,
    finding: Finding,
    context: Contexts,
    jobs: Callable[[], int],
    platform: Receiver,
) -> None:
    """R-O3: asked for by one, approved by another; public and platform follow by themselves, the firm reads the new text."""
    city, followup = going.world.city, finding("other")
    with city.acting("scjg.discloser"):
        record_id = visits.followup(followup).record_id
        code = visits.visit(visits.record(record_id).visit_id).code
        visiting.disclose([record_id])
        credit.make_batch()
    jobs()
    assert platform.records[str(record_id)]["version"] == 1
    page = enter(house, context, "scjg.officer", f"/visits/records/{record_id}/correct")
    page.get_by_label(re.compile("^由谁提出")).fill("当事人异议")
    page.get_by_label(re.compile("^更正理由")).fill("录入有误")
    for box in page.get_by_label("未发现问题", exact=True).all():
        for other in box.locator("xpath=ancestor::fieldset[1]").get_by_role("checkbox", checked=True).all():
            other.uncheck()
        box.check()
    axe(page)
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("已提交更正，由另一人审批。")).to_be_visible()
    reviewer = enter(house, context, "scjg.reviewer", "/desk/inbox")
    reviewer.get_by_role("link", name=re.compile("更正检查记录")).first.click()
    axe(reviewer)
    reviewer.get_by_role("button", name=re.compile("通过|批准|同意")).first.click()
    reviewer.wait_for_load_state()
    with city.acting("scjg.discloser"):
        credit.follow_publications()
    jobs()
    assert platform.records[str(record_id)]["version"] == 2
    public = context(viewport=DESK).new_page()
    public.goto(f"{house}/open/results/{record_id}")
    expect(public.get_by_text(re.compile("录入有误")).first).to_be_visible()
    public.goto(f"{house}/v/{code}")
    expect(public.get_by_role("heading", name="给您的文书")).to_be_visible()
    expect(public.get_by_role("link", name=re.compile("检查结果告知书")).first).to_be_visible()
    axe(public)


def test_one_declines_and_a_second_ends_it(
    house: str, going: DrawnCampaign, finding: Finding, context: Contexts, jobs: Callable[[], int]
) -> None:
    followup, city = finding("transfer"), going.world.city
    sender = enter(house, context, "scjg.officer", f"/followups/{followup}")
    for letters, decline in (("MZJ", True), ("XFJY", False)):
        sender.goto(f"{house}/followups/{followup}")
        sender.get_by_label("移送其他部门办理").check()
        sender.get_by_label(re.compile("^接收单位")).select_option(str(city.bureaus[letters]))
        sender.get_by_label(re.compile("^事实")).fill("消防通道堵塞")
        sender.locator("#do").get_by_role("button", name="移送或抄告").click()
        expect(sender.get_by_text("已送出，对方会收到。")).to_be_visible()
        receiver = enter(house, context, f"{letters.lower()}.officer", "/followups/transfers")
        receiver.get_by_role("link", name=re.compile(".")).first.wait_for()
        receiver.locator('a[href*="/followups/transfers/"]:not([href$="/sent"])').first.click()
        axe(receiver)
        if decline:
            receiver.get_by_label(re.compile("^意见")).fill("不属职责")
            receiver.get_by_role("button", name="退回").click()
        else:
            receiver.get_by_role("button", name="接收").click()
            receiver.get_by_label(re.compile("^办理情况")).fill("已清理")
            receiver.get_by_role("button", name="答复").click()
        expect(receiver.get_by_text("已答复，送出单位会看到。")).to_be_visible()
        jobs()
    sender.reload()
    expect(sender.get_by_text("已清理").first).to_be_visible()
    expect(sender.get_by_text("已办结").first).to_be_visible()


def test_one_goes_to_the_police(
    house: str, going: DrawnCampaign, finding: Finding, context: Contexts
) -> None:
    followup = finding("police")
    page = enter(house, context, "scjg.officer", f"/followups/{followup}")
    page.get_by_label("检查发现").check()
    page.get_by_label(re.compile("^涉嫌罪名")).fill("销售假药罪")
    page.get_by_label(re.compile("^涉嫌犯罪的事实")).fill("销售假药")
    page.get_by_label(re.compile("^移送的公安机关")).fill("示范市公安局")
    page.locator("#do").get_by_role("button", name="提请移送公安机关").click()
    expect(page.get_by_text("已提交负责人决定。")).to_be_visible()
    head = enter(house, context, "scjg.head", "/desk/inbox")
    head.get_by_role("link", name=re.compile("移送公安机关")).first.click()
    axe(head)
    head.get_by_role("button", name=re.compile("通过|批准|同意")).first.click()
    page.goto(f"{house}/followups/{followup}")
    page.get_by_label(re.compile("^两法衔接编号")).fill("LX1")
    page.get_by_label(re.compile("^移送日期")).fill(day())
    page.get_by_label(re.compile("^抄送的检察机关")).fill("示范市人民检察院")
    page.get_by_label(re.compile("^抄送日期")).fill(day())
    page.locator("#do").get_by_role("button", name="登记移送").click()
    expect(page.get_by_text("已登记移送。")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("涉嫌犯罪案件移送书"))).to_be_visible()
    axe(page)
