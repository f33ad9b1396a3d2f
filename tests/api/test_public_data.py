"""The API's public part: disclosures and draws with their files, problem documents, the OpenAPI document."""

from __future__ import annotations

import pytest

from onedoor.disclosure import service
from onedoor.kernel.db import new_id
from tests.fixtures.city import City


@pytest.fixture(scope="module")
def draw_id(city: City) -> str:
    with city.acting("scjg.discloser"):
        made = service.publish(
            "draw",
            new_id(),
            "示市监抽〔2026〕1号",
            {"doors": 3, "objects": [{"code": "91990100008771776W"}], "reserve": []},
            files=[("proof.json", "application/json", b"{}")],
        )
        service.publish(
            "result", new_id(), "检查结果", {}, entity_code="91990100008771776W", entity_name="示例甲公司"
        )
        return str(made.id)


def test_a_draw_comes_with_its_files(city: City, draw_id: str) -> None:
    client = city.client()
    assert [one["title"] for one in client.get("/api/v1/draws/").get_json()["items"]] == [
        "示市监抽〔2026〕1号"
    ]
    one = client.get(f"/api/v1/draws/{draw_id}").get_json()
    assert one["files"][0]["name"] == "proof.json"
    assert one["content"] == {"doors": 3, "objects": [{"code": "91990100008771776W"}], "reserve": []}
    # Tens of thousands may have been drawn in each: the list has what a list shows.
    for path in ("draws/?size=1", "disclosures/?kind=draw"):
        listed = client.get(f"/api/v1/{path}").get_json()["items"]
        assert [(each["content"], each["bureau"]) for each in listed] == [({"doors": 3}, one["bureau"])]
    # A change after the draw publishes another version: the draw's own id, which its page has, finds that one as well.
    own = client.get("/api/v1/draws/").get_json()["items"][0]["draw_id"]
    assert own == one["draw_id"] != draw_id
    assert client.get(f"/api/v1/draws/{own}").get_json() == one
    file = client.get(f"/api/v1/draws/{own}/files/proof.json")
    assert file.data == b"{}"
    file = client.get(f"/api/v1/draws/{draw_id}/files/proof.json")
    assert file.data == b"{}" and file.headers["Content-Disposition"].startswith("attachment")


def test_results_are_found_by_name_and_code(city: City, draw_id: str) -> None:
    found = city.client().get("/api/v1/disclosures/?kind=result&q=示例甲").get_json()["items"]
    assert [one["entity_code"] for one in found] == ["91990100008771776W"]


def test_a_list_goes_on_after_a_key(city: City, draw_id: str) -> None:
    client = city.client()
    first = client.get("/api/v1/disclosures/?size=1").get_json()
    second = client.get(f"/api/v1/disclosures/?size=1&after={first['next']}").get_json()
    assert first["items"][0]["id"] != second["items"][0]["id"] and second["next"] is None


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/draws/00000000-0000-0000-0000-000000000000", 404),
        ("/api/v1/disclosures/?kind=nothing", 422),
        ("/api/v1/disclosures/?size=x", 422),
    ],
)
def test_errors_are_problem_documents(city: City, path: str, status: int) -> None:
    answer = city.client().get(path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status and answer.get_json()["detail"]


def test_the_document_names_every_path(city: City) -> None:
    paths = city.client().get("/api/v1/openapi.json").get_json()["paths"]
    assert {"/api/v1/draws/", "/api/v1/disclosures/"} <= set(paths)
    assert city.client().get("/api/").status_code == 200


def test_a_copy_is_kept_with_corrections_and_withdrawals(city: City, draw_id: str) -> None:
    """Everything once, then what is new, what a later version replaced, what was withdrawn with its reason, and of what
    law ended no more than its number."""
    client, place = city.client(), "/api/v1/disclosures/changes"
    seen, after = [], ""
    while True:
        page = client.get(f"{place}?size=1&after={after}").get_json()
        seen += page["items"]
        after = page["next"]
        if not page["more"]:
            break
    assert {one["what"] for one in seen} == {"public"} and draw_id in {one["id"] for one in seen}
    assert all(one["disclosure"]["id"] == one["id"] for one in seen)
    subjects = [new_id() for _ in range(3)]
    with city.acting("scjg.discloser"):
        first = [
            str(service.publish("result", subject, "结果", {}, entity_name="示例甲公司").id)
            for subject in subjects
        ]
        service.publish("result", subjects[0], "结果", {"mended": True})
        service.withdraw("result", subjects[1], "登记有误")
        service.withdraw("result", subjects[2], "某公司已修复", "repaired")
    page = client.get(f"{place}?after={after}").get_json()
    found = {one["id"]: one for one in page["items"]}
    told = [(found[one]["what"], found[one]["reason"], found[one]["disclosure"]) for one in first]
    assert told == [("replaced", None, None), ("withdrawn", "登记有误", None), ("ended", None, None)]
    newest = next(
        one for one in page["items"] if one["what"] == "public" and one["subject_id"] == str(subjects[0])
    )
    assert newest["version"] == 2 and newest["disclosure"]["content"] == {"mended": True}
    assert client.get(f"{place}?after=nonsense").status_code == 422


def test_a_list_narrows_by_bureau_and_period(city: City, draw_id: str) -> None:
    client, place = city.client(), "/api/v1/disclosures/"
    (one, *_rest) = client.get(f"{place}?size=1").get_json()["items"]
    day = one["since"][:10]
    assert (
        client.get(f"{place}?bureau={one['bureau']}&until=2999-01-01&since=2000-01-01").get_json()["count"]
        >= 2
    )
    assert client.get(f"{place}?bureau=没有这个单位").get_json() == {"items": [], "count": 0, "next": None}
    assert client.get(f"{place}?until=2000-01-01").get_json()["count"] == 0, day
