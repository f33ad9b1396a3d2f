"""The pages of orders, circulars and assessments: from a figure to an ended order; in the browser and by hand (R-S4, R-S5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import expect

from onedoor.kernel.clock import today
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.supervision.scene import Scene
from tests.web.supervision.test_in_browser import sign_in

SOON = (today() + timedelta(days=10)).isoformat()


@pytest.fixture(scope="module")
def justice(scene: Scene) -> FlaskClient:
    return scene.city.client("sfj.supervisor")


@pytest.fixture(scope="module")
def planner(scene: Scene) -> FlaskClient:
    return scene.city.client("scjg.planner")


def test_from_a_figure_to_an_ended_order_in_the_browser(scene: Scene, app: Flask, context: Any) -> None:
    with served(app) as address:
        page = context(viewport=DESK).new_page()
        sign_in(scene, page, address, "sfj.supervisor", "/oversight")
        page.get_by_role("link", name="1，市市场监管局，报告逾期").click()
        page.get_by_role("link", name="督办", exact=True).click()
        page.wait_for_url("**/orders/new?**")
        axe(page)
        expect(page.locator("main")).to_contain_text("报告逾期")
        assert page.locator("[name=receiver_id]").input_value() == str(scene.city.bureaus["SCJG"])
        page.fill("[name=title]", "尽快补齐检查报告")
        page.fill("[name=demand]", "请在期限内补齐并答复。")
        page.fill("[name=due_on]", SOON)
        page.get_by_role("button", name="发出").click()
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
        expect(page.locator("h1")).to_have_text("尽快补齐检查报告")
        axe(page)
        place = page.url.removeprefix(address)
        phone = context(viewport=PHONE).new_page()
        sign_in(scene, phone, address, "scjg.planner", place)
        axe(phone)
        phone.fill("[name=text]", "报告已补齐。")
        phone.get_by_role("button", name="提交答复").click()
        expect(phone.locator("main")).to_contain_text("已答复，待核查")
        page.reload()
        page.fill("[name=note]", "三份报告都已看到。")
        page.get_by_role("button", name="办结").click()
        page.get_by_role("dialog").get_by_role("button", name="确定").click()
        expect(page.locator("main")).to_contain_text("已办结")
        page.goto(f"{address}/oversight/results/{scene.found_problem}")


def test_the_desk_counts_what_waits_and_lists_open_it(
    scene: Scene, justice: FlaskClient, planner: FlaskClient
) -> None:
    data = {
        "receiver_id": str(scene.city.bureaus["SCJG"]),
        "kind": "order",
        "title": "列表里的督办",
        "demand": "请答复。",
        "due_on": SOON,
    }
    made = justice.post("/orders/new", data=data)
    assert made.status_code == 303
    assert "待答复的督办" in planner.get("/desk/").text
    assert "列表里的督办" in planner.get("/orders/?state=sent&q=列表").text
    assert "列表里的督办" not in planner.get("/orders/?state=ended").text
    assert "列表里的督办" in justice.get("/orders/sent?kind=order&sort=-due_on").text
    assert "列表里的督办" in justice.get("/orders/sent?export=csv").get_data(as_text=True)
    answered = planner.post(f"{made.headers['Location']}/answer", data={"text": "已办"})
    assert answered.status_code == 303
    assert "列表里的督办" in justice.get("/orders/sent?state=answered").text


def test_what_is_refused_keeps_what_was_typed(scene: Scene, justice: FlaskClient) -> None:
    data = {
        "receiver_id": str(scene.city.bureaus["SCJG"]),
        "kind": "order",
        "title": "没有期限",
        "demand": "写好的要求",
    }
    answer = justice.post("/orders/new", data=data)
    assert answer.status_code == 422
    assert "写好的要求" in answer.text and "请填写答复期限" in answer.text
    answer = justice.post("/orders/new", data={**data, "due_on": "2020-01-01"})
    assert answer.status_code == 422 and "今天以后" in answer.text
    assert justice.get("/orders/new?cause_kind=approvals").status_code == 404
    assert justice.get("/orders/new?cause_kind=visits&cause_state=x&cause_year=a").status_code == 404


@pytest.mark.parametrize("who", ["yjgl.planner", "scjg.officer", "xsfj.supervisor"])
def test_others_are_turned_away(scene: Scene, justice: FlaskClient, who: str) -> None:
    data = {
        "receiver_id": str(scene.city.bureaus["SCJG"]),
        "kind": "reminder",
        "title": "别人的",
        "demand": "文",
    }
    place = justice.post("/orders/new", data=data).headers["Location"]
    other = scene.city.client(who)
    if who != "scjg.officer":
        assert other.get(place).status_code == 404
    assert other.post(f"{place}/answer", data={"text": "冒名"}).status_code in (403, 404)
    assert other.post(f"{place}/end", data={"note": "冒名"}).status_code in (403, 404)


def test_a_published_circular_is_read_by_everybody(scene: Scene, app: Flask, justice: FlaskClient) -> None:
    data = {
        "receivers": [str(scene.city.bureaus["SCJG"]), str(scene.city.bureaus["YJGL"])],
        "title": "公开的通报",
        "text": "第一段。",
        "published": "1",
    }
    made = justice.post("/orders/circulars/new", data=data)
    assert made.status_code == 303
    public = app.test_client()
    found = public.get(f"/open/circulars/{made.headers['Location'].rsplit('/', 1)[1]}")
    assert found.status_code == 200 and "第一段。" in found.text
    assert "公开的通报" in public.get("/open/search?q=公开的通报").text
    assert justice.post("/orders/circulars/new", data={**data, "receivers": []}).status_code == 422


def test_an_assessment_by_its_pages(scene: Scene, justice: FlaskClient, planner: FlaskClient) -> None:
    data = {
        "year": str(today().year),
        "full": "100",
        "cell-0": "results.report_overdue",
        "points-0": "5",
        "most-0": "20",
        "cell-3": "filings.accepted",
        "points-3": "-1",
    }
    tried = justice.post("/orders/assessments/new", data={**data, "act": "try"})
    assert tried.status_code == 200 and "按现有记录试算" in tried.text and "报告逾期：1 条，5" in tried.text
    assert justice.post("/orders/assessments/new", data={**data, "act": "save"}).status_code == 422
    assert justice.post("/orders/assessments/new", data={**data, "points-0": "五"}).status_code == 422
    kept = justice.post("/orders/assessments/new", data={**data, "act": "save", "reason": "按办法"})
    place = kept.headers["Location"]
    assert "得分" in justice.get(place).text
    assert justice.post(f"{place}/announce", data={"objections_until": "2020-01-01"}).status_code == 422
    assert justice.post(f"{place}/announce", data={"objections_until": SOON}).status_code == 303
    listing = planner.get("/orders/scores").text
    score = listing.split("/orders/scores/")[1].split('"')[0]
    assert "报告逾期：1 条" in planner.get(f"/orders/scores/{score}").text
    assert planner.post(f"/orders/scores/{score}/object", data={"text": "已补"}).status_code == 303
    assert planner.post(f"/orders/scores/{score}/object", data={"text": "再提"}).status_code == 422
    done = justice.post(f"/orders/scores/{score}/adjust", data={"points": "98", "reason": "核实"})
    assert done.status_code == 303
    assert justice.get(f"{place}/file.xlsx").data[:2] == b"PK"
    assert scene.city.client("yjgl.planner").get(f"/orders/scores/{score}").status_code == 404
