"""The desk decides on approvals of every kind (R-T5, R-V1, R-P1, R-L4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from onedoor.items import service as item_service
from onedoor.web.desk.decisions import BRIEFS, DECISIONS, KINDS
from tenants import approvals
from tests.campaigns.builders import World
from tests.fixtures.city import City
from tests.visits.builders import draw, settle

ITEM: dict[str, Any] = {
    "name": "旅馆业治安管理检查",
    "basis": "《旅馆业治安管理办法》第十四条",
    "enforcing_body": "示范市商务局",
    "inspecting_body": "示范市商务局",
    "object_kinds": ["91"],
    "content": "登记制度",
    "checklist": [{"point": "是否登记", "kind": "yes_no"}],
    "method": "实地检查",
    "rate_bp": 300,
    "frequency": 1,
    "key": False,
    "market": True,
    "mode": "random",
    "qualifications": [],
    "results_use": "公示",
    "remark": "",
}


@pytest.fixture(scope="module")
def world(city: City) -> World:
    return settle(World(city).fill())


def page_of(city: City, who: str, path: str, status: int = 200) -> str:
    answer = city.client(who).get(path)
    assert answer.status_code == status
    return str(answer.get_data(as_text=True))


def test_what_can_be_asked_can_be_read_and_decided() -> None:
    assert set(DECISIONS) == set(KINDS) == set(BRIEFS)


def test_the_item_list_is_approved_on_the_desk(city: City) -> None:
    with city.acting("swj.planner"):
        item_service.save_item("SWJ-099", ITEM)
        made = item_service.submit_list()
        waiting = approvals.waiting_for("items", made.id)
        assert waiting is not None
        approval_id, list_id = waiting.id, made.id
    page = page_of(city, "swj.head", "/desk/inbox")
    assert "旅馆业治安管理检查" in page and "《旅馆业治安管理办法》第十四条" in page
    head = city.client("swj.head")
    assert head.post(f"/desk/inbox/{approval_id}", data={"decision": "approve"}).status_code == 303
    with city.acting("swj.planner"):
        assert approvals.history(list_id)[-1].state == "approved"
    page_of(city, "swj.reviewer", f"/desk/inbox/{approval_id}", 403)


def test_a_record_is_returned_on_the_desk(world: World) -> None:
    city = world.city
    going = draw(world, bp=4000).approve()
    record_id: UUID = going.record(going.joint(), "SCJG")
    with city.acting("scjg.reviewer"):
        waiting = approvals.waiting_for("record", record_id)
        assert waiting is not None
        approval_id = waiting.id
    assert "检查要点" in page_of(city, "scjg.reviewer", f"/desk/inbox/{approval_id}")
    client = city.client("scjg.reviewer")
    page = client.post(f"/desk/inbox/{approval_id}", data={"decision": "return", "reason": ""})
    assert page.status_code == 422
    data = {"decision": "return", "reason": "请补充照片"}
    assert client.post(f"/desk/inbox/{approval_id}", data=data).status_code == 303
    assert "请补充照片" in page_of(city, "scjg.reviewer", f"/visits/records/{record_id}")
