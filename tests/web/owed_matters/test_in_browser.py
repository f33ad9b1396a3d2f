"""A matter that is owed is checked later, in a real browser, and stands in the ledger as drawn (R-J5, R-V9)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from onedoor.kernel.db import db
from onedoor.officers.models import Inspector
from onedoor.owed_matters import queries
from tests.fixtures.browser import DESK, axe, served
from tests.fixtures.city import PASSWORD
from tests.owed_matters.conftest import Owed
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


def test_it_is_checked_later_and_ends(
    house: str, going: DrawnCampaign, owed: Owed, jobs: Callable[[], int], context: Contexts
) -> None:
    letters, owed_id = owed()
    city, who = going.world.city, letters.lower()
    with city.acting(f"{who}.planner"):
        item = queries.owed(owed_id).item_name
        names = [db.session.get_one(Inspector, one).name for one in going.world.officers[letters][:2]]
    clerk = enter(house, context, f"{who}.planner", "/owed")
    expect(clerk.get_by_text("待补查").first).to_be_visible()
    axe(clerk)
    clerk.goto(f"{house}/owed/{owed_id}")
    axe(clerk)
    clerk.get_by_role("link", name="登记补查").click()
    for name in names:
        clerk.get_by_label(name).check()
    axe(clerk)
    clerk.locator("main form button[type=submit]").first.click()
    expect(clerk.get_by_text("已登记补查并提交审批。")).to_be_visible()
    expect(clerk.get_by_text("抽中后补查").first).to_be_visible()
    axe(clerk)
    with city.acting(f"{who}.planner"):
        visit_id = queries.owed(owed_id).check_visit_id
    assert visit_id is not None
    for role in ("reviewer", "head"):
        page = enter(house, context, f"{who}.{role}", "/desk/inbox")
        page.locator(".desk-list a").first.click()
        page.get_by_role("button", name="通过", exact=True).click()
        expect(page.get_by_text("已通过：")).to_be_visible()
    drawn = DrawnCampaign(going.world, visit_id, visit_id)
    drawn.accept(drawn.record(visit_id, letters), letters)
    jobs()
    clerk.goto(f"{house}/owed/{owed_id}")
    expect(clerk.get_by_text("已补查").first).to_be_visible()
    clerk.goto(f"{house}/ledger?source=owed")
    expect(clerk.get_by_role("cell", name=item).first).to_be_visible()
    axe(clerk)
