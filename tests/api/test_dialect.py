"""What every call of the interface has in common: errors, unknown names, slashes, versions, keys, tokens' addresses."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from flask import Flask

from onedoor.edge import versions
from onedoor.kernel.clock import today
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.api.test_tokens import TOKEN
from tests.fixtures.city import City

PLANS = "/api/v1/plans/"
YEAR = 2031


@pytest.fixture(scope="module")
def planner(city: City) -> dict[str, str]:
    return token(city, "SCJG", P.BUREAU_READ, P.PLAN_DRAFT)


@pytest.fixture(scope="module")
def other(city: City) -> dict[str, str]:
    return token(city, "YJGL", P.BUREAU_READ, P.PLAN_DRAFT)


def draft(city: City, headers: dict[str, str], key: str | None = None, **body: Any) -> Any:
    given = {**headers, **({"Idempotency-Key": key} if key else {})}
    return city.client().post(PLANS, headers=given, json={"kind": "supplement", "reason": "机构改革", **body})


def problem(answer: Any) -> dict[str, Any]:
    assert answer.mimetype == "application/problem+json"
    found: dict[str, Any] = answer.get_json()
    assert found["type"] == f"/api/#problem-{found['code']}" and found["request"], found
    assert found["status"] == answer.status_code
    assert "页面" not in found["detail"] and "上一页" not in found["detail"], found
    return found


def test_every_error_is_a_problem_document_with_its_code(city: City, planner: dict[str, str]) -> None:
    client = city.client()
    nowhere = f"{PLANS}{uuid4()}"
    assert problem(client.get(PLANS))["code"] == "unauthenticated"
    assert problem(client.post("/api/v1/visits/", headers=planner, json={}))["code"] == "forbidden"
    assert problem(client.get(nowhere, headers=planner))["code"] == "not-found"
    assert problem(client.get("/api/v1/nothing", headers=planner))["code"] == "not-found"
    assert problem(client.delete(PLANS, headers=planner))["code"] == "method-not-allowed"
    assert problem(client.post(PLANS, headers=planner, data="{", content_type="application/json"))[
        "code"
    ] in (
        "unreadable",
        "invalid-fields",
    )
    wrong = problem(client.post(PLANS, headers=planner, json={"year": "x"}))
    assert wrong["code"] == "invalid-fields" and {one["field"] for one in wrong["errors"]} >= {"year"}
    english = client.get(nowhere, headers={**planner, "Accept-Language": "en"}).get_json()
    assert english["title"].isascii() and english["detail"].isascii()


def test_the_page_explains_every_code(city: City) -> None:
    page = city.client().get("/api/").get_data(as_text=True)
    codes = city.app.extensions["onedoor.api"]["components"]["schemas"]["Problem"]["properties"]["code"][
        "enum"
    ]
    assert len(codes) > 15 and all(f'id="problem-{code}"' in page for code in codes)


def test_an_unknown_name_in_the_query_is_refused(city: City, planner: dict[str, str]) -> None:
    refused = problem(city.client().get(f"{PLANS}?yaer=2031", headers=planner))
    assert refused["status"] == 422 and [one["field"] for one in refused["errors"]] == ["yaer"]
    one = draft(city, planner, year=YEAR).get_json()["id"]
    assert problem(city.client().get(f"{PLANS}{one}?full=1", headers=planner))["status"] == 422
    assert city.client().get(f"{PLANS}?yaer=2031").status_code == 401, "first, who it is"
    assert problem(city.client().get("/api/v1/draws/?page=2"))["status"] == 422, "what is public too"


def test_an_address_is_the_same_with_and_without_a_slash(city: City, planner: dict[str, str]) -> None:
    for path in (PLANS, PLANS.rstrip("/"), "/api/v1/draws", "/api/v1/draws/"):
        assert city.client().get(path, headers=planner).status_code == 200, path


def test_the_same_key_and_content_get_the_first_answer(
    city: City, planner: dict[str, str], other: dict[str, str], owner: psycopg.Connection
) -> None:
    key = str(uuid4())
    first = draft(city, planner, key, year=YEAR + 1)
    assert first.status_code == 201 and "Idempotent-Replayed" not in first.headers
    again = draft(city, planner, key, year=YEAR + 1)
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotent-Replayed"] == "true"
    reused = problem(draft(city, planner, key, year=YEAR + 2))
    assert reused["code"] == "idempotency-key-reused"
    assert draft(city, other, key, year=YEAR + 1).get_json()["id"] != first.get_json()["id"], (
        "keys are a token's own"
    )
    assert problem(draft(city, planner, "with space", year=YEAR + 2))["status"] == 422
    count = "SELECT count(*) FROM plan WHERE year = %s"
    assert owner.execute(count, (YEAR + 1,)).fetchone() == (2,)
    # A refused call did nothing: mended, it may come with the same key.
    key = str(uuid4())
    assert draft(city, planner, key, year="x").status_code == 422
    assert draft(city, planner, key, year=YEAR + 2).status_code == 201
    owner.execute("UPDATE api_answer SET created_at = now() - interval '25 hours'")
    later = draft(city, planner, key, year=YEAR + 3)
    assert later.status_code == 201, "a key is kept a day"
    kept = owner.execute(
        "SELECT count(*) FROM api_answer WHERE created_at < now() - interval '1 day'"
    ).fetchone()
    assert kept == (1,), "the caller's own old answers went, the other's stand until it calls"


@pytest.mark.committed("four transactions at once")
def test_the_same_key_at_the_same_moment_acts_once(
    city: City, planner: dict[str, str], owner: psycopg.Connection
) -> None:
    key = str(uuid4())
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: draft(city, planner, key, year=YEAR + 5), range(4)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.get_json()["id"] for one in answers}) == 1
    assert owner.execute("SELECT count(*) FROM plan WHERE year = %s", (YEAR + 5,)).fetchone() == (1,)


def test_a_version_is_told_and_asked_for(city: City, planner: dict[str, str]) -> None:
    client, plan = city.client(), f"{PLANS}{draft(city, planner, year=YEAR + 6).get_json()['id']}"
    read = client.get(plan, headers=planner)
    version = read.headers["ETag"]
    same = client.get(plan, headers={**planner, "If-None-Match": version})
    assert same.status_code == 304 and same.data == b""
    changed = client.put(plan, headers={**planner, "If-Match": version}, json={"title": "补充计划"})
    assert changed.status_code == 200, changed.get_data(as_text=True)
    outdated = client.put(plan, headers={**planner, "If-Match": version}, json={"title": "又一个"})
    assert problem(outdated)["code"] == "version-outdated" and outdated.status_code == 412
    below = client.post(f"{plan}/submission", headers={**planner, "If-Match": version})
    assert below.status_code == 412, "an action is held against its thing"
    assert client.get(plan, headers=planner).get_json()["title"] == "补充计划"


# What has no state of its own that two could change at once: it is begun, answered or decided once, and told apart by 409.
ONCE = re.compile(
    r"/(assessments/scores|credit/(listings|measures)|documents|followups/records|libraries|owed|quality|visits/(records|combinations))/|/members/|/(tasks|alert-rules|findings)/<"
)


def test_everything_that_is_changed_is_read_at_its_address(app: Flask) -> None:
    """So that its version can be asked for: each PUT, PATCH and DELETE, and each act on a thing that changes later."""
    rules = [one for one in app.url_map.iter_rules() if one.endpoint.startswith("api_")]
    read = {_bare(one.rule) for one in rules if "GET" in (one.methods or ()) and one.arguments}
    unread = []
    for one in rules:
        methods = set(one.methods or ()) - {"GET", "HEAD", "OPTIONS"}
        above, found = _bare(one.rule), False
        for _step in range(versions.MOST_BELOW):
            found = found or above in read
            above = above.rpartition("/")[0]
        once = methods == {"POST"} and ONCE.search(one.rule)
        if methods and one.arguments and not found and not once:
            unread.append((sorted(methods), one.rule))
    assert unread == []


def _bare(rule: str) -> str:
    return re.sub(r"<[^>]+>", "{}", rule.rstrip("/"))


def test_a_tag_that_another_changed_meanwhile_is_not_written_over(city: City) -> None:
    keeper = token(city, "SCJG", P.BUREAU_READ, P.REGISTRY_WRITE)
    client, place = city.client(), "/api/v1/vocabularies/tags"
    made = client.post(
        place, headers=keeper, json={"name": "两人同改", "note": "", "shared": False}
    ).get_json()
    read = client.get(f"{place}/{made['id']}", headers=keeper)
    seen = {**keeper, "If-Match": read.headers["ETag"]}
    first = client.put(f"{place}/{made['id']}", headers=seen, json={"active": False})
    assert first.status_code == 200 and read.get_json()["active"] is True
    second = client.put(f"{place}/{made['id']}", headers=seen, json={"active": True})
    assert problem(second)["code"] == "version-outdated" and second.status_code == 412


def test_a_place_and_a_setting_are_held_against_their_version(city: City) -> None:
    client, operator = city.client(), token(city, "SJJ", P.PLATFORM_MANAGE)
    place = "/api/v1/platform/places/990102"
    read = client.get(place, headers=operator)
    body = {"name": read.get_json()["name"] + "（改）", "level": read.get_json()["level"], "gb2260": None}
    seen = {**operator, "If-Match": read.headers["ETag"]}
    assert client.put(place, headers=seen, json=body).status_code == 200
    assert client.put(place, headers=seen, json=body).status_code == 412
    key, decided = "/api/v1/settings/report_days", {"place": "990100", "value": 6, "since": str(today())}
    version = client.get(key).headers["ETag"]
    source = {"provenance": "示范市规定", "document_number": "示府〔2026〕9号"}
    entered = client.put(key, headers={**operator, "If-Match": version}, json={**decided, **source})
    assert entered.status_code == 200, entered.get_data(as_text=True)
    again = client.put(key, headers={**operator, "If-Match": version}, json={**decided, **source})
    assert again.status_code == 412
    (kept,) = [one for one in client.get(key).get_json()["items"] if one["place"] == "990100"]
    assert (kept["value"], kept["document_number"]) == (6, "示府〔2026〕9号")
    assert client.get("/api/v1/settings/nothing").status_code in (404, 422)


def test_a_token_comes_from_its_networks_and_is_renewed_with_overlap(
    city: City, owner: psycopg.Connection
) -> None:
    admin = city.client("scjg.admin")
    given = {"name": "数据交换", "permissions": ["bureau.read"], "days": "90"}
    refused = admin.post("/settings/interfaces", data={**given, "networks": "10.1.2.x"})
    assert refused.status_code == 422 and "10.1.2.x" in refused.get_data(as_text=True)
    answer = admin.post("/settings/interfaces", data={**given, "networks": "10.1.0.0/16，192.0.2.7"})
    found = TOKEN.search(answer.get_data(as_text=True))
    assert found is not None
    former = {"Authorization": f"Bearer {found[1]}"}

    def call(headers: dict[str, str], address: str) -> int:
        return city.client().get(PLANS, headers=headers, environ_base={"REMOTE_ADDR": address}).status_code

    assert [call(former, one) for one in ("10.1.200.3", "192.0.2.7", "10.2.0.1", "::1")] == [
        200,
        200,
        401,
        401,
    ]
    page = admin.get("/settings/interfaces").get_data(as_text=True)
    assert "192.0.2.7" in page and "600" in page
    row = owner.execute("SELECT id FROM api_token WHERE name = '数据交换'").fetchone()
    assert row is not None
    renewed = TOKEN.search(admin.post(f"/settings/interfaces/{row[0]}/renewal").get_data(as_text=True))
    assert renewed is not None and renewed[1] != found[1]
    fresh = {"Authorization": f"Bearer {renewed[1]}"}
    assert [call(one, "10.1.0.9") for one in (former, fresh)] == [200, 200], "both serve for a week"
    assert call(fresh, "10.9.0.9") == 401
    ends = owner.execute(
        "SELECT expires_at < now() + interval '8 days' FROM api_token WHERE id = %s", (row[0],)
    ).fetchone()
    assert ends == (True,)
    assert city.client("yjgl.admin").post(f"/settings/interfaces/{row[0]}/renewal").status_code == 404
    assert admin.post(f"/settings/interfaces/{row[0]}/revoke").status_code == 303
    again = admin.post(f"/settings/interfaces/{row[0]}/renewal")
    assert again.status_code == 422 and "失效" in again.get_data(as_text=True)
