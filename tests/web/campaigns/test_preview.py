"""The preview before freezing: seen by the party alone, quick to change and never kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect

from onedoor.campaigns import queries, service
from onedoor.kernel.clock import today
from onedoor.web.campaigns.preview import LEFT_OUT
from tests.campaigns.builders import World, firm_code
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


def columns(client: Any, path: str) -> dict[str, int]:
    """The numbers of the preview's table by the heads of their columns, all strata together."""
    table = client.get(path).get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
    found: Counter[str] = Counter()
    for head, cell in re.findall(r'data-label="([^"]+)">(\d+)</td>', table):
        found[head] += int(cell)
    return dict(found)


def test_all_who_are_left_out_have_a_column(world: World) -> None:
    """Whom a bureau's own conditions leave out too: what is on the register is what may be drawn and what may not."""
    made = world.ready(())
    world.accept(made, "SCJG", conditions={"kinds": ["92"]})
    found = columns(world.city.client("scjg.planner"), f"/campaigns/{made}/preview")
    assert (found["在库"], found["本单位条件以外"], found["可抽"]) == (80, 60, 20)
    assert found["在库"] == found["可抽"] + sum(found[str(head)] for head in LEFT_OUT.values())
    world.accept(made, "SCJG")
    assert "本单位条件以外" not in columns(world.city.client("scjg.planner"), f"/campaigns/{made}/preview")


def test_outside_the_plan_nothing_speaks_of_who_was_drawn_this_year(world: World) -> None:
    """R-D3 keeps in whom a complaint or an order names, and such is the reason of a check outside the plan (R-P3)."""
    with world.city.acting("scjg.planner"):
        wanted = service.AdHoc(
            name="临时抽查", reason="上级临时部署", reference="示范办〔2026〕5号", starts_on=today(), ends_on=today(),
            rates={"*": {"bp": 1000}},
        )  # fmt: skip
        made = service.start_ad_hoc(wanted).id
        service.invite(made)
    kept = [{"code": firm_code(0), "reason": "complaint", "reference": "12315-7"}]
    world.accept(made, "SCJG", skip_drawn=True, kept=kept)
    client = world.city.client("scjg.planner")
    for path in ("answer", "preview"):
        shown = client.get(f"/campaigns/{made}/{path}").get_data(as_text=True)
        assert "今年已抽中过的对象不排除" in shown
        assert "不抽本部门今年已抽中过的对象" not in shown and "仍保留" not in shown
    assert "本年已抽" not in columns(client, f"/campaigns/{made}/preview")
    with world.city.acting("scjg.planner"):
        own = queries.my_list(made)
        assert own is not None and (own.skip_drawn, own.kept) == (False, [])


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
