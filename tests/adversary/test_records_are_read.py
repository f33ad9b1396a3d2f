"""Accepting records without having had their content on the screen (issue 18)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, expect

from onedoor.config import Config
from onedoor.kernel.db import db
from onedoor.visits import queries
from tenants import approvals
from tests.campaigns.builders import World
from tests.conftest import city_alone
from tests.fixtures.browser import axe, served
from tests.fixtures.city import PASSWORD, City
from tests.fixtures.databases import Databases
from tests.visits.builders import DrawnCampaign, draw, settle


@pytest.fixture(scope="module")
def config(databases: Databases) -> Iterator[Config]:
    """These begin from the city alone."""
    yield from city_alone(databases)


@pytest.fixture(scope="module")
def going(city: City) -> DrawnCampaign:
    """A campaign with approved visits, of which each test takes its own."""
    return draw(settle(World(city).fill()), bp=4000).approve()


def waiting(going: DrawnCampaign, record_id: UUID) -> UUID:
    with going.world.city.acting("scjg.reviewer"):
        found = approvals.waiting_for("record", record_id)
        assert found is not None
        return found.id


def test_a_decision_names_the_text_that_was_shown(going: DrawnCampaign) -> None:
    """The attack: approve by its address alone, or what was shown before somebody changed it."""
    city = going.world.city
    record_id = going.record(going.joint(), "SCJG", ["pending"], handling="other")
    at = f"/desk/inbox/{waiting(going, record_id)}"
    reviewer = city.client("scjg.reviewer")
    assert reviewer.post(at, data={"decision": "approve"}).status_code == 422
    page = reviewer.get(at).get_data(as_text=True)
    for text in (
        "请先核对",
        "没有扫码入企",
        "没有现场照片",
        "证照在有效期内",
        "灭火器数量",
        "已签字",
        "其他",
    ):
        assert text in page, text
    assert page.index("请先核对") < page.index("检查时间")
    shown = re.search(r'name="shown" value="([0-9a-f]{64})"', page)
    assert shown is not None
    with city.acting("scjg.reviewer"):
        queries.record(record_id).note = "事后改过"
        db.session.commit()
    refused = reviewer.post(at, data={"decision": "approve", "shown": shown.group(1)})
    assert refused.status_code == 422 and "看过全文再办理" in refused.get_data(as_text=True)
    assert (
        reviewer.post(f"/visits/records/{record_id}/decide", data={"decision": "approve"}).status_code == 422
    )
    fresh = re.search(r'name="shown" value="([0-9a-f]{64})"', reviewer.get(at).get_data(as_text=True))
    assert fresh is not None
    assert reviewer.post(at, data={"decision": "approve", "shown": fresh.group(1)}).status_code == 303


def test_three_keys_accept_no_three_records(
    going: DrawnCampaign, context: Callable[..., BrowserContext]
) -> None:
    """The attack, in the browser: a, a, a. Each press goes on through the content of the first."""
    city = going.world.city
    records = [going.record(going.joint(), "SCJG", ["pending"], handling="other") for _ in range(3)]
    first = waiting(going, records[0])
    with served(city.app) as address:
        page = context(viewport={"width": 1440, "height": 420}).new_page()
        page.goto(f"{address}/sign-in")
        page.get_by_label("用户名").fill("scjg.reviewer")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{address}/desk/")
        page.goto(f"{address}/desk/inbox/{first}")
        expect(page.get_by_text("请先核对")).to_be_visible()
        axe(page)
        page.evaluate("window.scrollTo(0, 0)")
        page.keyboard.press("a")
        page.keyboard.press("a")
        page.keyboard.press("a")
        with city.acting("scjg.reviewer"):
            assert sum(queries.record(one).state == "accepted" for one in records) <= 1
        page.goto(f"{address}/desk/inbox/{waiting(going, records[2])}")
        page.keyboard.press("a")
        with city.acting("scjg.reviewer"):
            assert queries.record(records[2]).state == "submitted", "one press shows the next screen of it"
