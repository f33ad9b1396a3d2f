"""At the door with an officer's own token: what the phone's pages do (R-V2, R-V4), and nothing beyond the person (R-T5)."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest

from onedoor.visits import queries
from tenants import people
from tenants.rules import Permission as P
from tests.api.test_registry_loads import read, token
from tests.campaigns.builders import World
from tests.fixtures.city import PASSWORD, City
from tests.kernel.test_pictures import photo
from tests.visits.builders import settle
from tests.visits.check_builders import Desk

PLACE = "/api/v1/visits/"
TOKEN = re.compile(r"<code>(od_[\w-]{43})</code>")


@pytest.fixture(scope="module")
def desk(city: Any) -> Desk:
    return Desk(settle(World(city).fill()))


def phone(city: City, who: str) -> dict[str, str]:
    """The officer makes a token for the own phone on the own account's page."""
    client = city.client(who)
    wrong = client.post("/account/phones", data={"name": "工作手机", "phone_password": "x"})
    assert wrong.status_code == 422 and "当前密码不正确" in wrong.get_data(as_text=True)
    made = client.post("/account/phones", data={"name": "工作手机", "phone_password": PASSWORD})
    assert made.status_code == 200 and made.headers["Cache-Control"] == "no-store"
    found = TOKEN.search(made.get_data(as_text=True))
    assert found is not None
    home = client.get("/account/").get_data(as_text=True)
    assert "工作手机" in home and found[1] not in home
    return {"Authorization": f"Bearer {found[1]}"}


def test_a_check_goes_from_the_code_to_the_handed_in_record(desk: Desk) -> None:
    city, visit_id = desk.world.city, desk.approved()
    mine, colleague = phone(city, "scjg.officer"), phone(city, "scjg.officer2")
    system = token(city, "SCJG", P.BUREAU_READ, P.VISIT_RECORD)

    def ask(method: str, path: str, headers: Any = mine, **body: Any) -> Any:
        return city.client().open(f"{PLACE}{visit_id}/{path}", method=method, headers=headers, json=body)

    assert str(visit_id) in {one["id"] for one in read(city, f"{PLACE}mine", mine)["items"]}
    assert read(city, f"{PLACE}mine", system)["items"] == []
    assert ask("POST", "beginning", system, reason="x").status_code == 403, "no system is on a team"
    assert city.client().get(f"{PLACE}{visit_id}/code", headers=system).status_code == 403
    held = read(city, f"{PLACE}{visit_id}/code", mine)
    assert held["address"].endswith(held["code"]) and held["scanned"] is False
    matter = read(city, f"{PLACE}{visit_id}/door", mine)["matters"][0]
    place = f"matters/{matter['id']}/finding"
    found = {"results": ["nothing"], "answers": [{"value": one} for one in ("yes", "餐饮", "4", "无")]}
    assert ask("PUT", place, **found).status_code == 409, "it has not begun"
    refused = ask("POST", "beginning")
    assert refused.status_code == 422 and refused.get_json()["errors"][0]["field"] == "reason"
    page = city.client().get(f"/v/{held['code']}")
    assert page.status_code == 200
    shown = re.search(r">(\d{6})<", page.get_data(as_text=True))
    assert shown is not None
    assert ask("POST", "beginning", number="000000x").status_code == 422
    begun = ask("POST", "beginning", number=shown.group(1)).get_json()
    assert begun["scanned"] and begun["begun_by"] and ask("POST", "beginning").get_json() == begun
    assert ask("POST", "postponement", day="2031-01-02", reason="下雨").status_code == 409
    for one in begun["matters"]:
        saved = ask("PUT", f"matters/{one['id']}/finding", **found)
        assert saved.status_code == 200, saved.get_data(as_text=True)
    lost = ask("PUT", place, colleague, **{**found, "note": "我看到别的"}, revision=0)
    name = city.person("scjg.officer").display_name
    assert lost.status_code == 409 and name in lost.get_json()["detail"]
    again = ask("PUT", place, colleague, **{**found, "note": "我看到别的"}, revision=1).get_json()
    assert [one["note"] for one in again["matters"] if one["id"] == matter["id"]] == ["我看到别的"]
    assert ask("PUT", f"matters/{uuid4()}/finding", **found).status_code == 404
    sent = {"file": (io.BytesIO(photo("JPEG")), "门面.jpg"), "matter_id": matter["id"], "point": "0"}
    kept = city.client().post(f"{PLACE}{visit_id}/photos", headers=mine, data=sent)
    assert kept.status_code == 201, kept.get_data(as_text=True)
    (taken,) = kept.get_json()["photos"]
    assert (taken["matter_id"], taken["point"]) == (matter["id"], 0)
    assert ask("DELETE", f"photos/{taken['id']}").get_json()["photos"] == []
    assert ask("PUT", "whole", whole="unreachable").get_json()["whole"] == "unreachable"
    assert ask("PUT", "whole", whole=None).get_json()["whole"] is None
    lacking = ask("POST", "record", key=uuid4().hex, attendee="王店长")
    assert [one["field"] for one in lacking.get_json()["errors"]] == ["signature"]
    ending = {"key": uuid4().hex, "attendee": "王店长", "signature": "signed"}
    handed = ask("POST", "record", **ending)
    assert handed.get_json()["record_state"] == "submitted", handed.get_data(as_text=True)
    assert ask("POST", "record", **ending).get_json() == handed.get_json(), "the same key counts once"
    assert ask("POST", "record", **{**ending, "key": uuid4().hex}).status_code == 409
    assert ask("PUT", place, **found, revision=2).status_code == 409
    with city.acting("scjg.officer"):
        record = queries.my_record(visit_id)
        assert record is not None and record.submitter_name == name, "what the token does, its person does"
    other = token(city, "YJGL", P.BUREAU_READ, P.VISIT_RECORD)
    for path in ("door", "code"):
        assert city.client().get(f"{PLACE}{visit_id}/{path}", headers=other).status_code == 404
    assert ask("POST", "beginning", other).status_code == 404


def test_the_token_is_never_more_than_the_person_and_ends_with_the_account(desk: Desk) -> None:
    city = desk.world.city
    mine = phone(city, "scjg.officer2")
    reader = f"{PLACE}mine"
    assert city.client().get(reader, headers=mine).status_code == 200
    # Approving is not for the phone, whoever holds it; nor may somebody who is no officer have one.
    assert city.client().post(f"/api/v1/visits/{uuid4()}/decision", headers=mine, json={}).status_code == 403
    none = city.client("scjg.head").post("/account/phones", data={"name": "手机", "phone_password": PASSWORD})
    assert none.status_code == 403
    with city.acting("scjg.admin"):
        listed = next(one for one in people.tokens() if one.of)
        assert listed.state == "valid"
    admin = city.client("scjg.admin")
    assert "的手机" in admin.get("/settings/interfaces").get_data(as_text=True)
    assert admin.post(f"/settings/interfaces/{listed.id}/renewal").status_code == 422
    assert city.client("scjg.head").post(f"/account/phones/{listed.id}/end").status_code == 404
    with city.acting("scjg.admin"):
        officer = city.person("scjg.officer2")
        people.close(officer.user_id, "调离")
    assert city.client().get(reader, headers=mine).status_code == 401
    with city.acting("scjg.admin"):
        people.reopen(officer.user_id)
    assert city.client().get(reader, headers=mine).status_code == 401, "an ended token stays ended"
