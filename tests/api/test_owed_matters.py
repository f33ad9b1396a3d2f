"""What is owed over the interface, as on the pages (R-J5, R-T1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.owed_matters.conftest import Owed, going, jobs, owed
from tests.owed_matters.test_owed_matters import check_of
from tests.visits.builders import DrawnCampaign

__all__ = ["going", "jobs", "owed"]
PLACE = "/api/v1/owed/"


def post(going: DrawnCampaign, path: str, headers: dict[str, str], **body: Any) -> Any:
    return going.world.city.client().post(f"{PLACE}{path}", headers=headers, json=body)


def of(going: DrawnCampaign, letters: str, *more: P) -> dict[str, str]:
    return token(going.world.city, letters, P.BUREAU_READ, P.VISIT_MANAGE, *more)


def test_what_is_owed_is_checked_later_once(going: DrawnCampaign, owed: Owed) -> None:
    letters, owed_id = owed()
    city, mine = going.world.city, of(going, letters)
    listed = read(city, f"{PLACE}?state=open", mine)["items"]
    assert str(owed_id) in {one["id"] for one in listed}
    given = check_of(going, letters)
    officers = [str(one) for one in given["inspector_ids"]]
    body = {"key": "api-owed-0001", "starts_on": given["starts_on"].isoformat(), "announced": True}
    refused = post(going, f"{owed_id}/check", mine, **body)
    assert refused.status_code == 422
    assert {one["field"] for one in refused.get_json()["errors"]} == {"inspector_ids"}
    made = post(going, f"{owed_id}/check", mine, **body, inspector_ids=officers)
    assert made.status_code == 201, made.get_data(as_text=True)
    answer = made.get_json()
    assert (answer["source"], answer["drawn"], answer["state"]) == ("owed", True, "proposed")
    again = post(going, f"{owed_id}/check", mine, **body, inspector_ids=officers)
    assert again.get_json()["id"] == answer["id"]
    lead, other = of(going, "SCJG"), of(going, "MZJ")
    for headers in (lead, other):
        refused = post(going, f"{owed_id}/check", headers, **body, inspector_ids=officers)
        assert refused.status_code == 404, "the lead reads it, and what becomes of it the partner says"
    led = read(city, f"{PLACE}?of=led", lead)["items"]
    assert {one["state"] for one in led if one["id"] == str(owed_id)} == {"checking"}
    assert read(city, f"{PLACE}?of=led", other)["items"] == []


def test_away_handed_over_answered_and_written_off(going: DrawnCampaign, jobs: Callable[[], int]) -> None:
    visit_id = going.joint()
    letters = going.partner(visit_id)
    mine, other = of(going, letters, P.VISIT_APPROVE), of(going, "MZJ", P.VISIT_RECORD)
    away = post(going, f"visits/{visit_id}/absence", mine, reason="防汛值守")
    assert away.status_code == 201, away.get_data(as_text=True)
    owed_id = away.get_json()["items"][0]["id"]
    assert post(going, f"visits/{visit_id}/absence", mine, reason="再来").status_code == 409
    assert post(going, f"visits/{visit_id}/absence", other, reason="防汛").status_code == 404
    refused = post(going, f"{owed_id}/handover", mine, reason="职责划转")
    assert {one["field"] for one in refused.get_json()["errors"]} == {"receiver_id"}
    receiver = str(going.world.city.bureaus["MZJ"])
    asked = post(going, f"{owed_id}/handover", mine, receiver_id=receiver, reason="职责划转").get_json()
    jobs()
    handover_id = asked["items"][0]["id"]
    waiting = read(going.world.city, f"{PLACE}handovers", other)["items"]
    assert [one["accepted"] for one in waiting if one["id"] == handover_id] == [None]
    said = post(going, f"handovers/{handover_id}/answer", other, decision="decline", reason="无此职责")
    assert said.get_json()["accepted"] is False
    assert post(going, f"handovers/{handover_id}/answer", other, decision="accept").status_code == 409
    jobs()
    gone = post(going, f"{owed_id}/write-off", mine, reason="对象已注销")
    assert gone.get_json()["items"][0]["state"] == "written_off"
    assert read(going.world.city, f"{PLACE}{owed_id}", mine)["end_reason"] == "对象已注销"
