"""The preview before freezing: seen by the party alone, quick to change and never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.campaigns import queries, service
from tests.campaigns.making import World
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.web.campaigns.test_in_browser import enter


@pytest.fixture(scope="module")
def house(app: Flask, world: World) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def campaign_id(world: World) -> UUID:
    return world.ready(("YJGL",))


def test_a_planner_tries_another_rate_and_finds_what_to_change(
    house: str, world: World, campaign_id: UUID, context: Callable[..., BrowserContext]
) -> None:
    page = enter(house, context, "yjgl.planner", DESK)
    page.goto(f"{house}/campaigns/{campaign_id}")
    page.get_by_role("link", name="抽取前试算").click()
    expect(page.get_by_text("没有发现问题，检查组都能派齐。")).to_be_visible()
    axe(page)
    page.get_by_label("比例或数量").fill("60")
    page.get_by_label("企业").fill("20")
    page.get_by_role("button", name="试算").click()
    expect(page.get_by_role("columnheader", name="试算应抽")).to_be_visible()
    expect(page.get_by_text("比例超过一半").first).to_be_visible()
    expect(page.get_by_label("比例或数量")).to_have_value("60")
    axe(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    axe(page)
    page.get_by_role("link", name="改名单和比例").first.click()
    expect(page).to_have_url(f"{house}/campaigns/{campaign_id}/answer")
    with world.city.acting("yjgl.planner"):
        own = queries.my_list(campaign_id)
        assert own is not None and own.rates == {"*": {"bp": 1000}}


def test_what_makes_no_sense_is_said_beside_its_field(world: World, campaign_id: UUID) -> None:
    client = world.city.client("yjgl.planner")
    sound = {"tried": "1", "rate_mode": "bp", "rate": "10", "more_visits": "0", "team_size": "2", "cap": "30"}
    path = f"/campaigns/{campaign_id}/preview"
    assert client.get(path, query_string=sound).status_code == 200
    for wrong in (
        {"rate": "很多"},
        {"rate": "101"},
        {"rate": ""},
        {"rate_mode": "别的"},
        {"rate-91": "1.2345"},
        {"more_visits": "9"},
        {"team_size": "0"},
        {"cap": "-1"},
        {"cap": "9" * 30},
    ):
        answer = client.get(path, query_string=sound | wrong)
        assert (answer.status_code, "需要修改" in answer.get_data(as_text=True)) == (422, True), wrong


def test_each_sees_its_own_list_and_only_before_the_freeze(world: World, campaign_id: UUID) -> None:
    path = f"/campaigns/{campaign_id}/preview"
    lead = world.city.client("scjg.planner").get(path).get_data(as_text=True)
    assert "联合抽取最少入" in lead
    partner = world.city.client("yjgl.planner").get(path).get_data(as_text=True)
    assert "联合抽取最少入" not in partner
    assert world.city.client("wsjk.planner").get(path).status_code == 404
    with world.city.acting("scjg.operator"):
        service.begin_draw(campaign_id)
    assert world.city.client("scjg.planner").get(path).status_code == 404
