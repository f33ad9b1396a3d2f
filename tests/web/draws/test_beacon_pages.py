"""Pages of a draw with a beacon: what is said when, who types in what the source said, what anybody reads of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.draws_room.beacons import Clock, in_two_hours
from tests.draws_room.ceremony import JUSTICE, Ceremony
from tests.fixtures.browser import PHONE, axe
from tests.fixtures.city import City
from tests.web.draws.conftest import Client, Entering, in_word

NUMBERS = "03 07 12 18 25 31 09"


@pytest.fixture
def clock(owner: psycopg.Connection) -> Iterator[Clock]:
    made = Clock(owner)
    yield made
    made.back()


@pytest.fixture
def ceremony(city: City, clock: Clock) -> Ceremony:
    made = Ceremony(city, mode=in_two_hours(city, hash="sm3"))
    made.open()
    return made


def read(client: Client, who: str | None, path: str) -> str:
    return client(who).get(path).get_data(as_text=True)


def test_a_draw_with_a_beacon_by_the_next_step(client: Client, ceremony: Ceremony, clock: Clock) -> None:
    path = f"/draws/{ceremony.draw_id}"
    ceremony.close()
    text = read(client, "scjg.operator", path)
    assert "摘要算法：SM3" in text and "示范彩票" in text
    assert client("scjg.operator").post(f"{path}/reveal-system").status_code == 303
    assert f"等待{JUSTICE}揭示；到" in read(client, "scjg.operator", path)
    assert "逾期按空值计" in read(client, "sfj.supervisor", f"{path}/secret")
    clock.on(timedelta(minutes=111))
    ceremony.run()
    text = read(client, "scjg.operator", path)
    assert "公布，到时录入。" in text and f"没有揭示，按空值计：{JUSTICE}" in text
    assert "还没有到公布时间" in read(client, "scjg.operator", f"{path}/beacon")
    clock.on(timedelta(hours=3))
    form = {"spoke": "yes", "value": "03 07", "source": "公告"}
    answer = client("scjg.operator").post(f"{path}/beacon", data=form)
    assert answer.status_code == 422 and "应为 7 个号码，每个 2 位" in answer.get_data(as_text=True)
    form["value"] = NUMBERS
    assert client("scjg.operator").post(f"{path}/beacon", data=form).status_code == 303
    # The other reads the source, not what the lead typed.
    assert NUMBERS not in read(client, "sfj.supervisor", f"{path}/beacon")
    assert client("sfj.supervisor").post(f"{path}/beacon", data=form).status_code == 303
    assert NUMBERS in read(client, "scjg.operator", path)
    ceremony.run()
    for who, place in (("yjgl.planner", path), (None, f"/open/draws/{ceremony.draw_id}")):
        text = read(client, who, place)
        assert NUMBERS in text and "抽中的检查对象和检查组" in text
    assert NUMBERS in read(client, "scjg.operator", f"{path}/announcement")
    written = in_word(client("scjg.operator").get(f"{path}/announcement.docx").data)
    assert NUMBERS in written and f"没有揭示、按空值计的：{JUSTICE}。" in written
    assert "核验通过" in read(client, None, f"/open/draws/{ceremony.draw_id}/verify?here=1")
    # Who read otherwise says so afterwards too; the lead has nothing to add.
    assert f"{path}/beacon" in read(client, "sfj.supervisor", path)
    assert f"{path}/beacon" not in read(client, "scjg.operator", path)
    assert "现在不需要录入" in read(client, "scjg.operator", f"{path}/beacon")
    form["value"] = NUMBERS.replace("09", "10")
    assert client("sfj.supervisor").post(f"{path}/beacon", data=form).status_code == 303
    ceremony.run()
    for who, place in (("sfj.supervisor", path), (None, f"/open/draws/{ceremony.draw_id}")):
        text = read(client, who, place)
        assert "读数与此不同：" in text and form["value"] in text and NUMBERS in text
    for text in (
        read(client, "scjg.operator", f"{path}/announcement"),
        in_word(client("scjg.operator").get(f"{path}/announcement.docx").data),
    ):
        assert f"读数与此不同：{form['value']}" in text and NUMBERS in text


@pytest.mark.parametrize("who", ["wsjk.operator", "wsjk.planner"])
def test_a_stranger_finds_no_beacon(client: Client, ceremony: Ceremony, who: str) -> None:
    stranger = client(who)
    assert stranger.get(f"/draws/{ceremony.draw_id}/beacon").status_code in (403, 404)
    form = {"spoke": "no", "source": "公告"}
    assert stranger.post(f"/draws/{ceremony.draw_id}/beacon", data=form).status_code in (403, 404)


def test_a_draw_without_a_beacon_has_no_such_page(client: Client, city: City) -> None:
    made = Ceremony(city)
    made.open()
    assert client("scjg.operator").get(f"/draws/{made.draw_id}/beacon").status_code == 404


@pytest.mark.long
def test_the_pages_in_a_browser(
    house: str, ceremony: Ceremony, clock: Clock, enter: Entering, context: Callable[..., BrowserContext]
) -> None:
    path = f"/draws/{ceremony.draw_id}"
    ceremony.close()
    ceremony.reveal()
    ceremony.run()
    clock.on(timedelta(hours=3))
    page = enter("scjg.operator", path)
    axe(page)
    page.get_by_role("link", name="录入公共随机数").click()
    axe(page)
    page.get_by_label("公布的内容").fill(NUMBERS)
    page.get_by_label("从哪里读到").fill("示范彩票开奖公告")
    page.get_by_role("button", name="录入").click()
    expect(page.get_by_text("已录入，等牵头部门和监督部门都从来源核对录入。")).to_be_visible()
    justice = enter("sfj.supervisor", f"{path}/beacon", PHONE)
    axe(justice)
    justice.get_by_label("公布的内容").fill("03，07，12，18，25，31，09")
    justice.get_by_label("从哪里读到").fill("报纸")
    justice.get_by_role("button", name="录入").click()
    expect(justice.get_by_text("牵头部门和监督部门的读数一致，正在抽取。")).to_be_visible()
    axe(justice)
    ceremony.run()
    expect(page.get_by_text("抽中的检查对象和检查组")).to_be_visible()
    crowd = context(viewport=PHONE).new_page()
    crowd.goto(f"{house}/open/draws/{ceremony.draw_id}")
    axe(crowd)
