"""The document of the interface: everything described, an example for every operation, and a contract that is written down."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask

from onedoor.edge.contract import versions
from onedoor.edge.contract.meanings import meanings, parameters
from onedoor.edge.contract.versions import METHODS, Ending
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.fixtures.city import City


@pytest.fixture(scope="module")
def document(city: City) -> dict[str, Any]:
    found: dict[str, Any] = city.client().get("/api/v1/openapi.json").get_json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def contents(operation: dict[str, Any]) -> list[dict[str, Any]]:
    good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    parts = [operation.get("requestBody", {}), *good]
    return [one for part in parts for one in part.get("content", {}).values() if "schema" in one]


def test_every_parameter_and_property_is_described(document: dict[str, Any]) -> None:
    bare = sorted({one["name"] for one in parameters(document) if not one.get("description")})
    bare += sorted(
        f"{name}.{key}"
        for name, schema in document["components"]["schemas"].items()
        for key, one in schema.get("properties", {}).items()
        if not one.get("description")
    )
    assert bare == [], "add them to platform/onedoor/edge/contract/meanings.tsv"
    assert all(operation.get("summary") for _name, operation in operations(document))


def test_every_day_and_amount_says_its_unit(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        for key, one in schema.get("properties", {}).items():
            if one.get("format") in ("date", "date-time"):
                assert "YYYY-MM-DD" in one["description"] or "UTC" in one["description"], f"{name}.{key}"
    schemas = document["components"]["schemas"]
    assert "10,000 yuan" in schemas["Penalty"]["properties"]["fine"]["description"]
    assert "1/10,000" in schemas["RateIn"]["properties"]["bp"]["description"]


def test_meanings_stand_once_and_in_both_languages() -> None:
    for name, meaning in meanings().items():
        assert meaning.zh and meaning.en and not meaning.zh.isascii(), name


def test_every_operation_has_an_example_that_fits(document: dict[str, Any]) -> None:
    shapes: dict[str, Any] = {}
    examples: dict[str, Any] = {}
    for name, operation in operations(document):
        parts = [(name, content) for content in contents(operation)]
        parts += [(f"{name} {one['name']}", one) for one in operation.get("parameters", [])]
        for number, (where, part) in enumerate(parts):
            shapes[f"{where} {number}"], examples[f"{where} {number}"] = part["schema"], part["example"]
    whole = {"components": document["components"], "type": "object", "properties": shapes}
    validator = jsonschema_rs.Draft202012Validator(whole)
    wrong = [f"{list(one.instance_path)}: {one.message[:200]}" for one in validator.iter_errors(examples)]
    assert wrong == [] and len(examples) > 400


def test_every_list_is_paged_in_one_way(document: dict[str, Any]) -> None:
    """What is asked for in parts takes `size` and `after` and says `next`, and how many there are, or whether there are more."""
    schemas, odd, lists = document["components"]["schemas"], [], 0
    for name, operation in operations(document):
        asked = {one["name"] for one in operation.get("parameters", [])}
        if not name.startswith("GET ") or "after" not in asked:
            continue
        lists += 1
        shown = operation["responses"]["200"]["content"]["application/json"]["schema"]
        told = set(schemas[shown["$ref"].rpartition("/")[2]]["properties"])
        # The history of one entity is read to its beginning: nothing counts it before.
        counts = {"count", "more"} & told or name.startswith("GET /api/v1/histories/")
        if "size" not in asked or not {"items", "next"} <= told or not counts:
            odd.append(name)
    assert odd == [] and lists > 50


def test_every_write_takes_a_key_under_which_it_happens_once(document: dict[str, Any]) -> None:
    writes = [(name, one) for name, one in operations(document) if not name.startswith("GET ")]
    keyless = [
        name
        for name, one in writes
        if "Idempotency-Key" not in {each["name"] for each in one.get("parameters", [])}
    ]
    assert keyless == [] and len(writes) > 100


def test_no_address_is_answered_with_another_one(city: City, document: dict[str, Any]) -> None:
    """With a slash at its end or without: never a redirect, whoever asks."""
    client, nowhere = city.client(), "018f0000-0000-7000-8000-000000000000"
    for path in document["paths"]:
        bare = re.sub(r"\{\w+\}", nowhere, path).rstrip("/")
        for address in (bare, f"{bare}/"):
            answer = client.get(address)
            assert not 300 <= answer.status_code < 400 and answer.mimetype != "text/html", (
                address,
                answer.status_code,
            )


def test_a_cursor_that_is_none_is_refused_by_every_list(city: City, document: dict[str, Any]) -> None:
    lists = 0
    for supervisor in (False, True):
        headers = _everything(city, supervisor=supervisor)
        for name, operation in operations(document):
            path = name.removeprefix("GET ")
            if not name.startswith("GET ") or "{" in path:
                continue
            if "after" not in {one["name"] for one in operation.get("parameters", [])}:
                continue
            if city.client().get(path, headers=headers).status_code != 200:
                continue
            lists += 1
            broken = city.client().get(path, headers=headers, query_string={"after": "nothing"})
            assert broken.status_code == 422, (name, broken.status_code, broken.get_data(as_text=True)[:300])
    assert lists > 40


def _everything(city: City, *, supervisor: bool) -> dict[str, str]:
    letters = "SFJ" if supervisor else "SCJG"
    may = [
        one
        for one in Permission
        if supervisor or one not in (Permission.OVERSIGHT, Permission.OVERSIGHT_ANSWER)
    ]
    return token(city, letters, *(one for one in may if one is not Permission.PLATFORM_MANAGE))


def test_it_says_where_it_is_served_and_which_version_it_is(document: dict[str, Any]) -> None:
    assert document["info"]["version"] == versions.version()
    assert document["servers"][0]["url"].startswith("http")
    assert "Sunset" in document["info"]["description"]
    assert set(document["webhooks"]) == {"events"}


def test_a_change_of_the_contract_stands_in_the_change_log(document: dict[str, Any]) -> None:
    kept, now = versions.kept_contract(), versions.contract(document)
    changed = versions.differences(now, kept)
    assert changed == [], (
        "name these under the newest version in platform/onedoor/edge/contract/changes.md, then run"
    )
    sections = versions.sections(versions.change_log())
    assert {one["since"] for one in kept.values()} <= set(sections)
    first = list(sections)[-1]
    unnamed = [
        name
        for name, one in kept.items()
        if one["since"] != first and not versions.is_named(name, sections[one["since"]])
    ]
    assert unnamed == []


def test_the_contract_knows_a_change_from_a_word(document: dict[str, Any]) -> None:
    path, method = "/api/v1/plans/", "get"
    before = versions.contract(document)
    operation = document["paths"][path][method]
    other = {**document, "paths": {**document["paths"], path: {method: {**operation, "summary": "另一句"}}}}
    assert versions.contract(other)[f"GET {path}"] == before[f"GET {path}"]
    fewer = {**operation, "parameters": operation["parameters"][1:]}
    other["paths"] = {**document["paths"], path: {method: fewer}}
    assert versions.contract(other)[f"GET {path}"] != before[f"GET {path}"]
    assert not versions.is_named("GET /api/v1/plans/", "- `POST /api/v1/plans/` `/api/v1/draws/…`")
    assert versions.is_named("GET /api/v1/plans/", "- `/api/v1/plans/…`")


def test_what_is_to_end_says_so(city: City, app: Flask) -> None:
    assert "Sunset" not in city.client().get("/api/v1/draws/").headers
    versions.ENDINGS["draws.draws"] = Ending(date(2027, 1, 1), date(2028, 1, 3))
    try:
        answer = city.client().get("/api/v1/draws/")
    finally:
        del versions.ENDINGS["draws.draws"]
    assert answer.headers["Sunset"] == "Mon, 03 Jan 2028 00:00:00 GMT"
    assert answer.headers["Deprecation"] == "@1798761600"


def test_the_page_is_searched_in_both_languages_and_shows_examples(city: City) -> None:
    client = city.client()
    start = client.get("/api/").get_data(as_text=True)
    assert "/api/v1/visits" in start and "webhook-signature" in start
    for words in ("抽查任务", "campaigns", "certificate", "执法证"):
        found = client.get("/api/", query_string={"q": words}).get_data(as_text=True)
        assert "没有找到" not in found and "<details open>" in found, words
    assert "没有找到" in client.get("/api/?q=zzzz").get_data(as_text=True)
    room = client.get("/api/?room=visits").get_data(as_text=True)
    assert "POST /api/v1/visits/" in room and "按计划办理" in room, "with examples"
    english = client.get("/api/?room=visits&lang=en").get_data(as_text=True)
    assert "id of the visit" in english
    assert versions.version() in client.get("/api/changes").get_data(as_text=True)
