"""Going together and using others' results, over the interface and on pages (R-J4, R-J7)."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onedoor.items.models import Item
from onedoor.kernel.db import db
from onedoor.visits import queries
from tenants.rules import Permission as P
from tests.api.test_at_the_door import phone
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.visits.builders import settle
from tests.visits.check_builders import Desk
from tests.visits.test_combinations import Two
from tests.visits.test_recognition import WHY, published

PLACE = "/api/v1/visits/"


@pytest.fixture(scope="module")
def two(city: Any) -> Two:
    return Two(settle(World(city).fill()))


@pytest.fixture(scope="module")
def mine(two: Two) -> dict[str, str]:
    return token(two.world.city, "SCJG", P.BUREAU_READ, P.VISIT_MANAGE)


@pytest.fixture(scope="module")
def theirs(two: Two) -> dict[str, str]:
    return token(two.world.city, "YJGL", P.BUREAU_READ, P.VISIT_MANAGE)


def ask(two: Two, path: str, headers: dict[str, str], **body: Any) -> Any:
    return two.world.city.client().post(f"{PLACE}{path}", headers=headers, json=body)


def test_asked_answered_and_read(two: Two, mine: dict[str, str], theirs: dict[str, str]) -> None:
    city = two.world.city
    visit_id, other = two.both()
    (row,) = [one for one in read(city, f"{PLACE}apart", mine)["items"] if one["visit_id"] == str(visit_id)]
    assert row["bureau_id"] == str(city.bureaus["YJGL"]) and row["month"].endswith("-01")
    given = {"receiver_id": row["bureau_id"]}
    asked = ask(two, f"{visit_id}/combination", mine, **given)
    assert asked.status_code == 201 and asked.get_json()["accepted"] is None, asked.get_data(as_text=True)
    assert ask(two, f"{visit_id}/combination", mine, **given).get_json() == asked.get_json()
    nobody = ask(two, f"{visit_id}/combination", mine, receiver_id=str(city.bureaus["XFJY"]))
    assert nobody.status_code == 409
    assert ask(two, f"{visit_id}/combination", theirs, **given).status_code == 404
    place = f"combinations/{asked.get_json()['id']}/answer"
    assert ask(two, place, mine, decision="accept").status_code == 403
    bare = ask(two, place, theirs, decision="decline")
    assert bare.status_code == 422 and bare.get_json()["errors"][0]["field"] == "reason"
    said = ask(two, place, theirs, decision="accept").get_json()
    assert said["accepted"] is True and said["answered_at"]
    assert ask(two, place, theirs, decision="accept").status_code == 409
    assert read(city, f"{PLACE}combinations", mine)["items"][0]["accepted"] is True
    assert read(city, f"{PLACE}{other}", theirs)["day"] == asked.get_json()["day"]


def test_on_pages(two: Two) -> None:
    city = two.world.city
    visit_id, _ = two.both()
    planner, partner = city.client("scjg.planner"), city.client("yjgl.planner")
    shown = planner.get(f"/visits/{visit_id}").get_data(as_text=True)
    assert "请对方合并上门" in shown
    listed = planner.get("/visits/combinations").get_data(as_text=True)
    assert "近期会分别上门的" in listed and f"/visits/{visit_id}/combination" in listed
    given = {"receiver_id": str(city.bureaus["YJGL"])}
    assert planner.post(f"/visits/{visit_id}/combination", data=given).status_code == 303
    found = re.findall(
        r"/visits/combinations/[0-9a-f-]{36}", partner.get("/visits/combinations").get_data(as_text=True)
    )
    page = found[0]
    assert "本单位的检查" in partner.get(page).get_data(as_text=True)
    assert city.client("xfjy.planner").get(page).status_code == 404
    refused = partner.post(f"{page}/answer", data={"decision": "decline", "reason": ""})
    assert refused.status_code == 422 and "请写明理由" in refused.get_data(as_text=True)
    assert planner.post(f"{page}/answer", data={"decision": "accept"}).status_code == 403
    assert partner.post(f"{page}/answer", data={"decision": "accept", "reason": ""}).status_code == 303
    assert "已合并" in planner.get(page).get_data(as_text=True)
    with city.acting("yjgl.planner"):
        name = queries.combined_visits(visit_id)
        assert name == [], "who is not on the visit reads nothing by its id"
    assert "应急" in planner.get(f"/visits/{visit_id}").get_data(as_text=True)


def test_a_result_is_recognised_with_the_officers_token(two: Two) -> None:
    desk = Desk(two.world, taken=40)
    code, city = desk.firm(), two.world.city
    with city.acting("scjg.planner"):
        db.session.get_one(Item, two.world.items["SCJG"][0]).method = "实地检查、行政部门检查结果或专业意见"
    result, officer = published(desk, code), phone(city, "scjg.officer")
    visit_id = desk.approved(entity_code=code)
    assert ask(two, f"{visit_id}/beginning", officer, reason="对方手机没电").status_code == 200
    (matter,) = read(city, f"{PLACE}{visit_id}/door", officer)["matters"]
    (one,) = read(city, f"{PLACE}{visit_id}/recognisable-results", officer)["items"]
    assert one["id"] == str(result) and one["results"] == ["未发现问题"]
    place = f"{visit_id}/matters/{matter['id']}/recognition"
    bare = ask(two, place, officer, disclosure_id=str(result))
    assert bare.status_code == 422 and bare.get_json()["errors"][0]["field"] == "recognition_reason"
    given = {"disclosure_id": str(result), "recognition_reason": WHY}
    (paper,) = ask(two, place, officer, **given).get_json()["items"]
    assert (paper["disclosure_id"], paper["reason"]) == (str(result), WHY)
    assert ask(two, place, officer, **given).get_json()["items"] == [paper]
    door = read(city, f"{PLACE}{visit_id}/door", officer)["matters"][0]
    assert door["method"] == "opinion"
