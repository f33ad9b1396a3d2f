"""The overview's duties, trends, alerts, joint inspections and timetables as pages; what a figure says it opens (R-S2, R-S4)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onedoor.kernel.clock import today
from onedoor.supervision.rules import DUTIES
from tasks import supervision
from tests.fixtures.browser import DESK, PHONE, axe, served
from tests.supervision.scene import Scene
from tests.web.supervision.test_in_browser import sign_in
from tests.web.supervision.test_pages import listed, text

CELL = re.compile(r'class="duty-cell is-(\w+)" href="([^"]+)">[^<]*<span class="num">([\d,]+)')
TREND = re.compile(r'class="matrix-cell[^"]*" href="([^"]+)">([\d,]+)</a>')


@pytest.fixture(scope="module")
def justice(scene: Scene) -> FlaskClient:
    """The city's justice supervisor, signed in."""
    return scene.city.client("sfj.supervisor")


def number(said: str) -> int:
    return int(said.replace(",", ""))


def test_every_duty_of_a_bureau_opens_that_many_records(justice: FlaskClient) -> None:
    cells = CELL.findall(text(justice, "/oversight"))
    assert len(cells) % len(DUTIES) == 0 and cells
    bureau = [(state, unescape(href), number(said)) for state, href, said in cells if "-SCJG" in href]
    assert {state for state, _href, _said in bureau} >= {"wrong", "done"}
    wrong = [(href, said) for _state, href, said in bureau if listed(justice, href) != said]
    assert wrong == []


def test_every_figure_of_the_trend_opens_that_many_records(justice: FlaskClient) -> None:
    cells = [
        (unescape(href), number(said)) for href, said in TREND.findall(text(justice, "/oversight/trends"))
    ]
    assert {"month", "place", "domain"} <= {
        name for href, _n in cells for name in re.findall(r"[?&](\w+)=", href)
    }
    some = [cell for cell in cells if cell[1]]
    assert some
    assert [(href, said) for href, said in some if listed(justice, href) != said] == []


def test_an_order_can_be_written_from_each_duty(justice: FlaskClient, scene: Scene) -> None:
    for kind in dict.fromkeys(duty.kind for duty in DUTIES):
        address = (
            f"/orders/new?bureau=990100-SCJG&cause_kind={kind}&cause_state=all&cause_year={today().year}"
        )
        assert 'name="cause_kind"' in text(justice, address), kind


def test_alert_rules_are_set_and_refused_by_a_sentence(justice: FlaskClient, scene: Scene) -> None:
    with scene.city.app.app_context():
        supervision.watch_alerts()
    assert listed(justice, "/orders/alerts?state=standing") > 0
    rule = {"cell": "followups.overdue", "days": "400", "audience": "both"}
    assert justice.post("/orders/alert-rules", data=rule).status_code == 422
    assert justice.post("/orders/alert-rules", data={**rule, "days": "5"}).status_code == 303
    again = justice.post("/orders/alert-rules", data={**rule, "days": "5"})
    assert again.status_code == 422 and "没有变化" in again.get_data(as_text=True)
    planner = scene.city.client("scjg.planner")
    assert planner.get("/orders/alert-rules").status_code == 403
    assert listed(planner, "/orders/alerts/received") > 0


def test_inspection_timetable_and_causes_by_their_forms(justice: FlaskClient, scene: Scene) -> None:
    day, bureaus = today().isoformat(), scene.city.bureaus
    given = {
        "title": "联合督查",
        "scope": "清单",
        "starts_on": day,
        "ends_on": day,
        "partners": [bureaus["SCJG"]],
    }
    assert justice.post("/orders/inspections/new", data=given).status_code == 422
    made = justice.post("/orders/inspections/new", data={**given, "bureaus": [bureaus["XFJY"]]})
    address = made.headers["Location"]
    found = {"bureau_id": bureaus["XFJY"], "found_on": day, "text": "名录库没有更新", "demand": "请更新"}
    planner = scene.city.client("scjg.planner")
    assert planner.post(f"{address}/findings", data=found).status_code == 303
    assert justice.post(f"{address}/findings", data={**found, "text": "没有细则"}).status_code == 303
    (order,) = re.findall(r"/orders/findings/[0-9a-f-]+/order", text(justice, address))
    assert "请更新" in text(justice, order)
    sent = justice.post(order, data={"demand": "请公布", "due_on": (today() + timedelta(days=9)).isoformat()})
    assert sent.status_code == 303
    assert "没有细则" in text(scene.city.client("xfjy.planner"), sent.headers["Location"])
    assert justice.post(f"{address}/close", data={"conclusion": "已督办"}).status_code == 303
    assert planner.post(f"{address}/findings", data=found).status_code == 422
    person = scene.city.person("scjg.planner").user_id
    task = {"title": "培训执法人员", "due_on": day, "person_id": str(person)}
    assert planner.post("/orders/tasks/new", data={**task, "due_on": "2020-01-01"}).status_code == 422
    assert planner.post("/orders/tasks/new", data=task).status_code == 303
    (one,) = set(re.findall(r"/orders/tasks/[0-9a-f]{8}-[0-9a-f-]+", text(planner, "/orders/tasks")))
    assert planner.post(f"{one}/end", data={"outcome": "done", "note": "培训了 12 人"}).status_code == 303
    assert listed(justice, "/oversight/tasks?state=done") == 1
    measure = {"year": str(today().year), "cause": "untrained", "text": "组织培训"}
    assert justice.post("/orders/cause-measures", data=measure).status_code == 303
    assert "组织培训" in text(justice, "/oversight/outside-causes")
    assert justice.post("/orders/cause-measures", data={**measure, "cause": "x"}).status_code == 422


PAGES = (
    "/oversight", "/oversight/trends", "/oversight/outside-causes", "/oversight/owed-plans", "/oversight/trainees",
    "/orders/alerts", "/orders/alert-rules", "/orders/inspections/new", "/orders/tasks",
)  # fmt: skip


def test_the_pages_stand_at_both_widths(scene: Scene, app: Flask, context: Any) -> None:
    with served(app) as address:
        for viewport in (DESK, PHONE):
            page = context(viewport=viewport).new_page()
            sign_in(scene, page, address, "sfj.supervisor", "/oversight")
            for path in PAGES:
                page.goto(f"{address}{path}")
                axe(page)
