"""The main job, chapters three and four: partners answer, and a draw is held in front of everybody (R-J5, R-D)."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from onedoor.campaigns import service as campaigns
from onedoor.commands.demo.scenes import joint_draw, joint_plan
from tests.e2e.people import PATIENCE, PHONE, People, looked_at, press
from tests.fixtures.databases import Databases
from tests.fixtures.deployment import Deployment
from tests.fixtures.main_job import PLANNED, main_job_until

LINE = "公众聚集场所部门联合抽查"
PARTNERS = ("市消防救援支队", "市卫生健康委", "市文化和旅游局")


@pytest.fixture
def beginning(databases: Databases) -> str:
    """The registry is filled and the plan made; in a browser and with a worker tests/e2e/test_main_job_plan.py does it."""
    return main_job_until(databases, PLANNED)[0]


@dataclass
class Place:
    """Where the campaign and its draw are: paths on the site."""

    campaign: str = ""
    draw: str = ""

    @property
    def campaign_id(self) -> UUID:
        return UUID(self.campaign.rsplit("/", 1)[-1])

    @property
    def draw_id(self) -> UUID:
        return UUID(self.draw.rsplit("/", 1)[-1])


def test_from_an_invitation_to_a_result_anybody_can_check(
    house: Deployment, people: People, tmp_path: Path
) -> None:
    at = Place()
    the_lead_invites(people, at)
    the_partners_answer(house, people, at)
    the_lead_looks_whether_it_can_be_drawn(people, at)
    the_operator_begins(people, at)
    justice = justice_commits(people, at)
    crowd = the_hall_is_open(people, at)
    a_witness_speaks(people, at, crowd)
    all_reveal(people, at, justice)
    expect(crowd.get_by_text("抽中的检查对象和检查组")).to_be_visible(timeout=PATIENCE)
    looked_at(crowd)
    a_citizen_checks_the_draw(people, tmp_path)
    the_county_sees_nothing(people, at)


def the_lead_invites(people: People, at: Place) -> None:
    page = people.at("scjg.planner", "/campaigns/new")
    page.get_by_role("link", name=LINE).click()
    looked_at(page)
    page.get_by_role("button", name="建立并发出邀请").click()
    expect(page.get_by_text("抽查任务已建立。")).to_be_visible()
    at.campaign = page.url.removeprefix(people.house.address)
    looked_at(page)


def the_partners_answer(house: Deployment, people: People, at: Place) -> None:
    """Fire rescue takes part from a phone, commerce declines; emergency management is silent and left out."""
    fire = people.at("xfjy.planner", at.campaign, PHONE)
    fire.get_by_role("link", name="答复邀请").click()
    looked_at(fire)
    answer(fire, "同意参加")
    expect(fire.get_by_text(re.compile("已保存：可抽 [0-9]+ 户"))).to_be_visible()
    commerce = people.at("swj.planner", f"{at.campaign}/decline")
    commerce.get_by_label(re.compile("^理由")).fill("预付卡检查已于上半年完成。")
    commerce.get_by_role("main").get_by_role("button").last.click()
    expect(commerce.get_by_text("预付卡检查已于上半年完成。").first).to_be_visible()
    share = joint_plan.rate(house.cast)
    for letters in ("wsjk", "wlj"):
        with house.city.acting(f"{letters}.planner"):
            campaigns.accept(at.campaign_id, joint_draw._contribution(share))
    page = people.at("scjg.planner", f"{at.campaign}/answer")
    answer(page, "保存")
    expect(page.get_by_text(re.compile("已保存：可抽 [0-9]+ 户"))).to_be_visible()
    page = people.at("scjg.planner", at.campaign)
    expect(
        page.get_by_role("row", name=re.compile("市消防救援支队")).get_by_text("参加", exact=True)
    ).to_be_visible()
    row = page.get_by_role("row", name=re.compile("市应急管理局"))
    row.get_by_role("button", name="催办").click()
    expect(page.get_by_text("已催办，对方会在任务页面看到。")).to_be_visible()
    page.get_by_role("row", name=re.compile("市应急管理局")).get_by_role("link", name="不等其参加").click()
    page.get_by_label(re.compile("^理由")).fill("多次催办未答复，电话确认本次不参加。")
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("已记录，本次抽取不含该部门。")).to_be_visible()
    looked_at(page)


def answer(page: Page, name: str) -> None:
    """A party's part: a tenth of its list by kind of firm, its officers for up to forty firms each."""
    page.get_by_label("按比例").check()
    page.get_by_label(re.compile("^比例或数量")).fill("10")
    page.get_by_label(re.compile("^每人最多")).fill("40")
    page.get_by_role("button", name=name, exact=True).click()


def the_lead_looks_whether_it_can_be_drawn(people: People, at: Place) -> None:
    page = people.at("scjg.planner", f"{at.campaign}/readiness")
    expect(page.get_by_text("已经准备好，由本部门抽取员办理。")).to_be_visible()


def the_operator_begins(people: People, at: Place) -> None:
    page = people.at("scjg.operator", at.campaign)
    press(page, "开始抽取")
    expect(page.get_by_role("link", name="进入抽取")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="进入抽取").click()
    expect(page).to_have_url(re.compile("/draws/"))
    at.draw = page.url.removeprefix(people.house.address)
    looked_at(page)


def justice_commits(people: People, at: Place) -> Page:
    """Its nonce is made in its own browser by WebCrypto, and kept there and in a file."""
    page = people.at("sfj.supervisor", f"{at.draw}/secret")
    with page.expect_download() as saved:
        page.get_by_role("button", name="生成随机数并提交承诺").click()
    assert "nonce" in saved.value.path().read_text()
    expect(page.get_by_text("随机数保存在这台设备的浏览器中。")).to_be_visible()
    return looked_at(page)


def the_hall_is_open(people: People, at: Place) -> Page:
    """Once all lists are frozen and the commitment is in, the worker publishes the plan; the public watches."""
    page = people.at("scjg.operator", at.draw)
    expect(page.get_by_role("button", name="截止见证")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="向公众开放观看").click()
    expect(page.get_by_text("公众现在可以观看。")).to_be_visible()
    crowd = people.passer_by(f"/hall/{at.draw_id}")
    expect(crowd.locator("[aria-current=step]")).to_have_text("公布方案，见证")
    return crowd


def a_witness_speaks(people: People, at: Place, crowd: Page) -> None:
    page = people.at("scjg.operator", at.draw)
    page.get_by_label("姓名和身份").fill("孙见证（人大代表）")
    page.get_by_role("button", name="邀请", exact=True).click()
    page.get_by_text("邀请链接和二维码").click()
    link = page.get_by_text(re.compile("/witness/")).first.inner_text()
    looked_at(page)
    witness = people.passer_by(link[link.index("/witness/") :], PHONE)
    witness.get_by_label("您的寄语").fill("一视同仁")
    witness.get_by_role("button", name="提交寄语").click()
    expect(witness.get_by_text("您的寄语是第 1 条：一视同仁")).to_be_visible()
    looked_at(witness)
    expect(crowd.get_by_text("一视同仁")).to_be_visible(timeout=PATIENCE)


def all_reveal(people: People, at: Place, justice: Page) -> None:
    page = people.at("scjg.operator", at.draw)
    press(page, "截止见证")
    expect(page.get_by_text("见证已截止，寄语已登记。请各方揭示。")).to_be_visible()
    expect(page.get_by_text("等待示范市司法局揭示")).to_be_visible()
    justice.goto(f"{people.house.address}{at.draw}/secret")
    justice.get_by_role("button", name="核对登记簿并揭示").click()
    expect(justice.get_by_text("已揭示。各方揭示后自动抽取。")).to_be_visible()
    expect(page.get_by_text("抽中的检查对象和检查组")).to_be_visible(timeout=PATIENCE)
    looked_at(page)
    looked_at(people.at("scjg.operator", f"{at.draw}/announcement"))


def a_citizen_checks_the_draw(people: People, folder: Path) -> None:
    """All files from the public page, and the command says VALID; one digit changed, INVALID."""
    page = people.passer_by("/open/draws", PHONE)
    page.get_by_role("main").get_by_role("link", name=re.compile("抽〔")).first.click()
    expect(page.get_by_role("heading", name="抽中的检查对象和检查组")).to_be_visible()
    looked_at(page)
    links = page.locator("section[aria-labelledby=files] a")
    for place in range(links.count()):
        with page.expect_download() as saved:
            links.nth(place).click()
        saved.value.save_as(folder / saved.value.suggested_filename)
    lists = [path.stem.removeprefix("pool-") for path in sorted(folder.glob("pool-*.txt"))]
    assert len(lists) == 1 + len(PARTNERS)
    assert verdict(folder, lists).startswith("VALID")
    pool = folder / f"pool-{lists[0]}.txt"
    pool.write_bytes(pool.read_bytes().replace(b"9199", b"9198", 1))
    assert verdict(folder, lists).startswith("INVALID:")
    page.get_by_role("link", name="在线验证").click()
    expect(page.get_by_role("heading", name="核验通过")).to_be_visible(timeout=PATIENCE)
    looked_at(page)


def verdict(folder: Path, lists: list[str]) -> str:
    pools = [part for name in lists for part in ("--pool", f"{name}={folder / f'pool-{name}.txt'}")]
    files = ["--roster", str(folder / "roster.txt"), "--register", str(folder / "register.jsonl")]
    command = [sys.executable, "-m", "onedoor", "verify", str(folder / "proof.json"), *pools, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def the_county_sees_nothing(people: People, at: Place) -> None:
    for path in ("/campaigns/", "/campaigns/joint", "/visits"):
        page = people.at("xscjg.planner", path)
        expect(page.get_by_role("main").get_by_text(LINE)).to_have_count(0)
