"""Supervision over the interface, as on the pages: overview, alerts, orders, circulars, assessments, inspections (R-S4, R-S5)."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest

from onedoor.api.supervision.records import LISTED
from onedoor.edge.lists import keyset
from onedoor.kernel.clock import today
from onedoor.kernel.db import db
from onedoor.plans import queries as plans
from onedoor.supervision import queries
from tasks import supervision
from tenants.models import CrossingEntry
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.supervision.conftest import scene
from tests.supervision.scene import Scene

__all__ = ["scene"]
SOON = (today() + timedelta(days=9)).isoformat()
YEAR = today().year


@pytest.fixture(scope="module")
def of(scene: Scene) -> dict[str, dict[str, str]]:
    """A token of each bureau."""
    made = {
        letters: token(scene.city, letters, P.BUREAU_READ, P.FILING_SEND)
        for letters in ("SCJG", "MZJ", "XFJY")
    }
    return {"SFJ": token(scene.city, "SFJ", P.BUREAU_READ, P.OVERSIGHT, P.OVERSIGHT_ANSWER), **made}


def post(scene: Scene, path: str, headers: dict[str, str], status: int = 200, **body: Any) -> Any:
    answer = scene.city.client().post(f"/api/v1/{path}", headers=headers, json=body)
    assert answer.status_code == status, (path, answer.get_data(as_text=True))
    return answer.get_json()


def test_an_order_from_its_cell_to_its_end(scene: Scene, of: dict[str, dict[str, str]]) -> None:
    mine, other = of["SFJ"], of["SCJG"]
    cause = {"kind": "results", "state": "report_overdue", "year": YEAR}
    given = {
        "receiver_id": str(scene.city.bureaus["SCJG"]),
        "kind": "order",
        "title": "补报告",
        "demand": "请补。",
    }
    refused = post(scene, "orders/", mine, 422, **given)
    assert "due_on" in {one["field"] for one in refused["errors"]}
    post(scene, "orders/", other, 403, **given)
    sent = post(scene, "orders/", mine, 201, **given, due_on=SOON, cause=cause)
    assert [one["id"] for one in sent["records"]] == [str(scene.found_problem)]
    listed = read(scene.city, "/api/v1/orders/?state=sent", other)["items"]
    assert sent["id"] in {one["id"] for one in listed}
    post(scene, f"orders/{sent['id']}/answer", of["MZJ"], 404, text="不是我们的")
    post(scene, f"orders/{sent['id']}/end", mine, 409, note="还没有答复")
    later = (today() + timedelta(days=20)).isoformat()
    assert (
        post(scene, f"orders/{sent['id']}/extension", mine, reason="材料多", due_on=later)["due_on"] == later
    )
    paper = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "证明.pdf")
    answered = scene.city.client().post(
        f"/api/v1/orders/{sent['id']}/answer-file", headers=other, data={"text": "已补齐", "file": paper}
    )
    assert answered.get_json()["answers"][0]["papers"][0]["name"] == "证明.pdf"
    post(scene, f"orders/{sent['id']}/again", mine, reason="写明时间", due_on=SOON)
    post(scene, f"orders/{sent['id']}/answer", other, text="三日内完成")
    assert post(scene, f"orders/{sent['id']}/end", mine, note="已看到")["state"] == "ended"


def test_circulars(scene: Scene, of: dict[str, dict[str, str]]) -> None:
    given = {"receivers": [str(scene.city.bureaus["SCJG"])], "title": "通报", "text": "按期完成。"}
    made = post(scene, "orders/circulars", of["SFJ"], 201, **given)
    path = f"/api/v1/orders/circulars/{made['id']}"
    assert read(scene.city, path, of["SCJG"])["number"] == made["number"]
    assert scene.city.client().get(path, headers=of["MZJ"]).status_code == 404


def test_the_overview_and_alerts_by_rules(scene: Scene, of: dict[str, dict[str, str]]) -> None:
    mine, other = of["SFJ"], of["SCJG"]
    found = read(scene.city, f"/api/v1/supervision/overview?year={YEAR}", mine)
    (row,) = [one for one in found["items"] if one["code"] == "990100-SCJG"]
    reports = next(one for one in row["duties"] if one["duty"] == "reports")
    assert (reports["state"], reports["number"], reports["opens"]) == ("wrong", 1, "report_overdue")
    assert scene.city.client().get("/api/v1/supervision/overview", headers=other).status_code == 403
    rule = post(
        scene, "supervision/alert-rules", mine, 201, cell="results.report_overdue", days=0, audience="both"
    )
    post(scene, "supervision/alert-rules", mine, 404, cell="results.nothing", days=0, audience="both")
    with scene.city.app.app_context():
        supervision.watch_alerts()
    (alert,) = read(scene.city, "/api/v1/supervision/alerts?state=standing", other)["items"]
    assert alert["record_id"] == str(scene.found_problem)
    assert read(scene.city, f"/api/v1/supervision/alerts/{alert['id']}", mine)["name"] == alert["name"]
    assert rule["id"] in {
        one["id"] for one in read(scene.city, "/api/v1/supervision/alert-rules", mine)["items"]
    }
    post(scene, f"supervision/alert-rules/{rule['id']}/end", mine)


def test_an_assessment_tried_announced_objected_to(scene: Scene, of: dict[str, dict[str, str]]) -> None:
    mine = of["SFJ"]
    lines = [{"kind": "results", "state": "report_overdue", "points": "5", "most": "20"}]
    tried = post(scene, "assessments/trial", mine, year=YEAR, deductions=lines)["items"]
    made = post(scene, "assessments/", mine, 201, year=YEAR, deductions=lines, reason="按办法")
    post(scene, f"assessments/{made['id']}/announcement", mine, objections_until=SOON)
    scores = read(scene.city, f"/api/v1/assessments/{made['id']}", mine)["scores"]
    assert {one["bureau_id"]: one["score"] for one in scores} == {
        one["bureau_id"]: one["score"] for one in tried
    }
    (own,) = read(scene.city, "/api/v1/assessments/scores", of["SCJG"])["items"]
    assert own["lines"][0]["records"][0]["id"] == str(scene.found_problem)
    post(scene, f"assessments/scores/{own['id']}/objection", of["SCJG"], text="已补")
    post(scene, f"assessments/scores/{own['id']}/objection", of["SCJG"], 409, text="再说")
    kept = post(
        scene, f"assessments/scores/{own['id']}/adjustment", mine, points=own["score"], reason="维持原分"
    )
    assert kept["final"] == own["score"]
    post(scene, f"assessments/{made['id']}/end", mine, 409)


def test_an_inspection_and_a_timetable(scene: Scene, of: dict[str, dict[str, str]]) -> None:
    mine, partner, inspected = of["SFJ"], of["SCJG"], of["XFJY"]
    ids, day = scene.city.bureaus, today().isoformat()
    made = post(
        scene,
        "supervision/inspections",
        mine,
        201,
        title="联合督查",
        scope="清单",
        starts_on=day,
        ends_on=day,
        partners=[str(ids["SCJG"])],
        bureaus=[str(ids["XFJY"])],
    )
    given = {"bureau_id": str(ids["XFJY"]), "found_on": day, "text": "没有更新"}
    post(scene, f"supervision/inspections/{made['id']}/findings", partner, 201, **given)
    own = post(scene, f"supervision/inspections/{made['id']}/findings", mine, 201, **given)
    order = post(scene, f"supervision/findings/{own['id']}/order", mine, 201, demand="请更新", due_on=SOON)
    seen = read(scene.city, f"/api/v1/supervision/inspections/{made['id']}", inspected)
    assert {one["order_number"] for one in seen["findings"]} == {None, order["number"]}
    post(scene, f"supervision/inspections/{made['id']}/end", mine, conclusion="已督办")
    person = str(scene.city.person("scjg.planner").user_id)
    with scene.city.acting("scjg.planner"):
        line = str(plans.my_open_lines()[0].id)
    wanted = {"title": "培训", "due_on": SOON, "person_id": person}
    task = post(scene, "supervision/tasks", partner, 201, **wanted, line_id=line)
    assert task["line_id"] == line
    post(scene, "supervision/tasks", partner, 422, **wanted, line_id=str(ids["SFJ"]))
    of_another = {**wanted, "person_id": str(scene.city.person("xfjy.planner").user_id)}
    post(scene, "supervision/tasks", inspected, 422, **of_another, line_id=line)
    post(scene, f"supervision/tasks/{task['id']}/end", inspected, 404, outcome="done", note="x")
    ended = post(scene, f"supervision/tasks/{task['id']}/end", partner, outcome="done", note="培训了 12 人")
    assert ended["state"] == "done"
    assert [
        one["id"] for one in read(scene.city, "/api/v1/supervision/tasks?state=done", partner)["items"]
    ] == [task["id"]]


def test_a_supervisors_token_reads_the_records_behind_each_cell_and_the_look_is_kept(
    scene: Scene, of: dict[str, dict[str, str]]
) -> None:
    mine, place = of["SFJ"], "/api/v1/supervision/records"
    cells = read(scene.city, f"/api/v1/supervision/overview?year={YEAR}", mine)["items"]
    numbers = {
        (one["code"], cell["kind"], cell["opens"]): cell["number"] for one in cells for cell in one["duties"]
    }
    compared = 0
    for (bureau, kind, state), number in numbers.items():
        if kind not in LISTED or not number:
            continue
        page = read(scene.city, f"{place}/{kind}?state={state}&bureau={bureau}&year={YEAR}&size=1", mine)
        assert page["count"] == number and state in page["items"][0]["states"], (bureau, kind, state)
        compared += 1
    assert compared > 3
    seen, after = [], ""
    while True:
        page = read(scene.city, f"{place}/results?size=1{after}", mine)
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == page["count"] and str(scene.found_problem) in seen
    client = scene.city.client()
    assert client.get(f"{place}/results", headers=of["SCJG"]).status_code == 403, "a bureau's view is its own"
    assert client.get(f"{place}/nothing", headers=mine).status_code == 404
    wrong = client.get(f"{place}/results?state=nothing", headers=mine)
    assert wrong.status_code == 422 and wrong.get_json()["errors"][0]["field"] == "state"
    with scene.city.app.app_context():
        cursor = keyset.pack("x", None, scene.found_problem)
    foreign = client.get(f"{place}/visits?after={cursor}", headers=mine)
    assert foreign.status_code == 422
    with scene.city.acting("sfj.supervisor", supervisor=True):
        kept = db.session.scalars(queries.looks().order_by(CrossingEntry.at.desc())).first()
        assert kept is not None and "接口" in kept.purpose
