"""Checks over the interface: as the pages propose, submit, decide and read them (R-V9, R-V1, R-T5, R-T1)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from onedoor.visits import service
from tenants.rules import Permission
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import CLERK, Desk

PLACE = "/api/v1/visits/"
P = Permission


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


@pytest.fixture(scope="module")
def clerk(desk: Desk) -> dict[str, str]:
    return token(desk.world.city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE)


@pytest.fixture(scope="module")
def deciding(desk: Desk) -> dict[str, str]:
    return token(desk.world.city, "SCJG", P.BUREAU_READ, P.VISIT_REVIEW, P.VISIT_APPROVE)


def ask(desk: Desk, path: str, headers: dict[str, str], **body: Any) -> Any:
    return desk.world.city.client().post(f"{PLACE}{path}", headers=headers, json=body)


def body(desk: Desk, **more: Any) -> dict[str, Any]:
    asked = desk.proposal()
    return {
        "kind": "single", "source": "complaint", "entity_code": asked.entity_code, "key": uuid4().hex,
        "item_ids": [str(one) for one in asked.item_ids], "inspector_ids": [str(one) for one in asked.inspector_ids],
        "starts_on": asked.starts_on.isoformat(), "reason": asked.reason, "reference": asked.reference, "announced": True,
        "complainant_name": "王举报", **more,
    }  # fmt: skip


def test_a_check_is_proposed_once_submitted_and_read(desk: Desk, clerk: dict[str, str]) -> None:
    given = body(desk)
    made = ask(desk, "", clerk, **given)
    assert made.status_code == 201, made.get_data(as_text=True)
    answer = made.get_json()
    assert (answer["kind"], answer["drawn"], answer["state"], answer["draw_id"]) == (
        "single",
        False,
        "proposed",
        None,
    )
    assert answer["source_of"]["reason"] == given["reason"] and "王举报" not in made.get_data(as_text=True)
    assert ask(desk, "", clerk, **given).get_json()["id"] == answer["id"], "the same key is the same check"
    other = ask(desk, "", clerk, **{**given, "source": "accident"})
    assert other.status_code == 409 and "已经用于另一次检查" in other.get_json()["detail"]
    sent = ask(desk, f"{answer['id']}/submission", clerk)
    assert sent.get_json()["state"] == "submitted"
    assert ask(desk, f"{answer['id']}/submission", clerk).status_code == 200, "again it changes nothing"
    listed = read(desk.world.city, f"{PLACE}?kind=single&source=complaint", clerk)["items"]
    assert answer["id"] in {one["id"] for one in listed}
    assert read(desk.world.city, f"{PLACE}?kind=random", clerk)["items"] == []
    assert read(desk.world.city, f"{PLACE}{answer['id']}/records", clerk) == {"items": []}


def test_what_is_wrong_is_told_beside_the_field(desk: Desk, clerk: dict[str, str]) -> None:
    wrong = ask(desk, "", clerk, **body(desk, kind="daily", source="plan_line"))
    assert wrong.status_code == 422 and wrong.get_json()["errors"][0]["field"] == "line_id"
    assert ask(desk, "", clerk, **{**body(desk), "key": ""}).status_code == 422
    assert ask(desk, "", clerk, **body(desk, kind="nonsense")).status_code == 422


def test_a_system_decides_on_what_people_submitted_and_no_other(
    desk: Desk, clerk: dict[str, str], deciding: dict[str, str]
) -> None:
    """R-T5: two tokens may be one hand."""
    by_system = ask(desk, "", clerk, **body(desk)).get_json()["id"]
    ask(desk, f"{by_system}/submission", clerk)
    alone = ask(desk, f"{by_system}/decision", deciding, decision="approve")
    assert alone.status_code == 403 and "在页面上办理" in alone.get_json()["detail"]
    desk.approve(by_system)
    by_hand = desk.submitted()
    assert ask(desk, f"{by_hand}/decision", deciding, decision="return").status_code == 422
    assert ask(desk, f"{by_hand}/decision", deciding, decision="approve").get_json()["state"] == "submitted"
    assert ask(desk, f"{by_hand}/decision", deciding, decision="approve").status_code == 403
    noticed = ask(desk, f"{by_system}/notice", clerk)
    assert noticed.get_json()["state"] == "noticed"
    assert ask(desk, f"{by_system}/notice", clerk).status_code == 200
    assert ask(desk, f"{by_system}/decision", deciding, decision="approve").status_code == 409


def test_records_and_reports_are_read_and_nothing_of_another_bureaus(
    desk: Desk, clerk: dict[str, str]
) -> None:
    visit_id = desk.approved()
    desk.record(visit_id)
    with desk.world.city.acting("scjg.officer"):
        service.complete_report(visit_id, "总体规范", "无")
    (record,) = read(desk.world.city, f"{PLACE}{visit_id}/records", clerk)["items"]
    assert (record["state"], record["results"], record["report"]["proposed"]) == (
        "accepted",
        ["nothing"],
        "无",
    )
    assert record["findings"][0]["results"] == ["nothing"]
    stranger = token(desk.world.city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE, P.VISIT_APPROVE)
    client = desk.world.city.client()
    for path in ("", "/records"):
        assert client.get(f"{PLACE}{visit_id}{path}", headers=stranger).status_code == 404
    for path in ("submission", "notice"):
        assert ask(desk, f"{visit_id}/{path}", stranger).status_code == 404
    assert ask(desk, f"{visit_id}/decision", stranger, decision="approve").status_code == 404
    reader = token(desk.world.city, "SCJG", P.BUREAU_READ)
    assert ask(desk, "", reader, **body(desk)).status_code == 403


def test_what_is_proposed_over_the_interface_stands_on_the_page(desk: Desk, clerk: dict[str, str]) -> None:
    made = ask(desk, "", clerk, **body(desk)).get_json()
    page = desk.world.city.client(CLERK).get(f"/visits/{made['id']}").get_data(as_text=True)
    assert made["number"] in page and "投诉举报" in page
