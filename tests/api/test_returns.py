"""A return over the interface: begun, filled in, filed by a job, sent back by its recipient, corrected (R-S1, R-S2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from onedoor.kernel.clock import today
from tenants.rules import Permission as P
from tests.api.test_registry_loads import token
from tests.fixtures.city import City

BASE = "/api/v1/returns"
FACTS = {
    "document": "示政办发〔2026〕1号",
    "disclosure": "政府网站",
    "contact": "王五",
    "phone": "0471-1234567",
}
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def tokens(city: City) -> dict[str, dict[str, str]]:
    return {
        "writer": token(city, "SCJG", P.BUREAU_READ, P.FILING_SEND),
        "reader": token(city, "SCJG", P.BUREAU_READ),
        "other": token(city, "YJGL", P.BUREAU_READ, P.FILING_SEND),
    }


@pytest.fixture(scope="module")
def call(city: City, tokens: dict[str, dict[str, str]]) -> Call:
    writer = tokens["writer"]

    def asked(method: str, path: str, status: int, headers: dict[str, str] = writer, **body: Any) -> Any:
        answer = getattr(city.client(), method)(f"{BASE}{path}", headers=headers, json=body or None)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json(silent=True)

    return asked


def begun(call: Call) -> dict[str, Any]:
    made: dict[str, Any] = call("post", "/", 201, kind="F4", year=today().year - 1, part="Q4")
    return made


def test_from_begin_to_correction(call: Call, run_jobs: Callable[[], int]) -> None:
    """What is missing is said, the figures come of themselves, a filed one is changed by a correction alone."""
    made = begun(call)
    path = f"/{made['id']}"
    assert begun(call)["id"] == made["id"], "begun once"
    refused = call("post", f"{path}/filings", 422)
    assert "填写" in refused["detail"] or refused["errors"]
    saved = call("put", path, 200, facts=FACTS, recipients="市政府办公室")
    assert saved["facts"] == FACTS and saved["sections"]
    assert call("post", f"{path}/filings", 202)["state"] == "waiting"
    run_jobs()
    filed = call("get", path, 200)
    assert filed["filed_at"] and filed["state"] != "draft"
    call("put", path, 409, facts=FACTS)
    call("delete", path, 409)
    again = call("post", f"{path}/corrections", 201, reason="漏了联系电话")
    assert again["version"] == 2 and again["reason"] == "漏了联系电话" and again["facts"] == FACTS
    call("delete", f"/{again['id']}", 204)
    call("get", f"/{again['id']}", 404)


def test_bad_input_is_a_sentence_and_nothing_is_kept(call: Call) -> None:
    year = today().year - 1
    call("post", "/", 422, kind="F99", year=year, part="Q4")
    call("post", "/", 422, kind="F4", year=year, part="H1")
    call("post", "/", 422, kind="F4", year=year, part="Q4", level="place")
    made = call("post", "/", 201, kind="F7", year=year, part="H2")
    call("put", f"/{made['id']}", 422, facts={"unknown": "x"})
    call("put", f"/{made['id']}", 422, facts=FACTS, cutoff="2200-01-01T00:00:00Z")
    call("post", f"/{made['id']}/corrections", 422, reason="")
    call("put", f"/{uuid4()}", 404, facts=FACTS)


def test_another_bureau_and_a_reader_change_nothing(call: Call, tokens: dict[str, dict[str, str]]) -> None:
    made = begun(call)
    reader, other = tokens["reader"], tokens["other"]
    call("put", f"/{made['id']}", 403, headers=reader, facts=FACTS)
    for method, rest in (("put", ""), ("delete", ""), ("post", "/filings"), ("post", "/corrections")):
        body = {"facts": FACTS} if method == "put" else {"reason": "x"} if "corr" in rest else {}
        call(method, f"/{made['id']}{rest}", 404, headers=other, **body)
