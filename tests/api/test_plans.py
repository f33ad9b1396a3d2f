"""Plans, filings and caps over the interface: from the draft to the answer, as the pages do (R-P1 to R-P6, R-T1, R-T5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from onedoor.kernel.clock import today
from onedoor.plans import service
from tenants.rules import Permission
from tests.api.test_registry_loads import token
from tests.fixtures.city import City
from tests.fixtures.plans import REVIEWER, YEAR, list_items

PLACE = "/api/v1/plans/"
P = Permission


@pytest.fixture(scope="module")
def items(city: City) -> dict[str, UUID]:
    return list_items(city)


@pytest.fixture(scope="module")
def planner(city: City) -> dict[str, str]:
    return token(city, "SCJG", P.BUREAU_READ, P.PLAN_DRAFT, P.FILING_SEND)


@pytest.fixture(scope="module")
def deciding(city: City) -> dict[str, str]:
    return token(city, "SCJG", P.BUREAU_READ, P.PLAN_REVIEW, P.PLAN_APPROVE)


@pytest.fixture(scope="module")
def justice(city: City) -> dict[str, str]:
    return token(city, "SFJ", P.BUREAU_READ, P.OVERSIGHT_ANSWER)


def ask(city: City, verb: str, path: str, headers: dict[str, str], /, **body: Any) -> Any:
    return city.client().open(path, method=verb, headers=headers, json=body if verb != "GET" else None)


def line(item: UUID, **more: Any) -> dict[str, Any]:
    return {
        "name": "餐饮抽查", "items": [str(item)], "stratify": "none", "rates": {"*": {"bp": 300}}, "method": "实地检查",
        "starts_on": date(YEAR, 3, 1).isoformat(), "ends_on": date(YEAR, 6, 30).isoformat(), "person_responsible": "赵一", **more,
    }  # fmt: skip


def test_a_plan_goes_from_draft_to_its_answer(
    city: City,
    items: dict[str, UUID],
    planner: dict[str, str],
    deciding: dict[str, str],
    justice: dict[str, str],
) -> None:
    made = ask(city, "POST", PLACE, planner, year=YEAR, kind="yearly")
    assert made.status_code == 201, made.get_data(as_text=True)
    plan = f"{PLACE}{made.get_json()['id']}"
    added = ask(city, "POST", f"{plan}/lines", planner, **line(items["SCJG"]))
    assert added.status_code == 201, added.get_data(as_text=True)
    (row,) = added.get_json()["lines"]
    assert row["rates"] == {"*": {"bp": 300}} and row["items"][0]["item_number"].startswith("SCJG")
    changed = ask(
        city, "PUT", f"{PLACE}lines/{row['id']}", planner, **line(items["SCJG"], name="餐饮服务抽查")
    )
    assert changed.get_json()["lines"][0]["name"] == "餐饮服务抽查"
    renamed = ask(city, "PUT", plan, planner, title="年度抽查计划")
    assert renamed.get_json()["title"] == "年度抽查计划"
    assert ask(city, "POST", f"{plan}/publication", planner).status_code == 409
    assert ask(city, "POST", f"{plan}/submission", planner).get_json()["state"] == "submitted"
    assert ask(city, "POST", f"{plan}/submission", planner).get_json()["state"] == "submitted", (
        "twice is once"
    )
    returned = ask(city, "POST", f"{plan}/decision", deciding, decision="return")
    assert returned.status_code == 422, returned.get_data(as_text=True)


def test_what_a_person_submitted_is_decided_published_filed_and_answered(
    city: City,
    items: dict[str, UUID],
    planner: dict[str, str],
    deciding: dict[str, str],
    justice: dict[str, str],
) -> None:
    """R-T5: a system decides on what a person handed in."""
    with city.acting("scjg.planner"):
        plan_id = service.draft(YEAR, "supplement", reason="机构改革").id
        service.add_line(plan_id, items=[items["SCJG"]], rates={"*": {"bp": 300}}, name="增补", method="实地检查", person_responsible="赵一", starts_on=date(YEAR, 3, 1), ends_on=date(YEAR, 4, 1))  # fmt: skip
        service.submit(plan_id)
    plan = f"{PLACE}{plan_id}"
    assert ask(city, "POST", f"{plan}/decision", planner, decision="accept").status_code == 403
    with city.acting("scjg.reviewer"):
        service.review(plan_id, True, "", REVIEWER)
    answer = ask(city, "POST", f"{plan}/decision", deciding, decision="accept")
    assert answer.status_code == 200 and answer.get_json()["state"] == "approved", answer.get_data(
        as_text=True
    )
    assert ask(city, "POST", f"{plan}/decision", deciding, decision="accept").status_code == 409
    assert ask(city, "POST", f"{plan}/publication", planner).get_json()["state"] == "published"
    filed = ask(city, "POST", f"{plan}/filings", planner)
    assert filed.status_code == 201, filed.get_data(as_text=True)
    assert ask(city, "POST", f"{plan}/filings", planner).status_code == 409
    received = ask(city, "GET", "/api/v1/filings/?box=received&kind=plan&state=sent", justice).get_json()[
        "items"
    ]
    (mine,) = [one for one in received if one["subject_id"] == str(plan_id)]
    answered = ask(
        city, "POST", f"/api/v1/filings/{mine['id']}/answer", justice, decision="return", reason="缺依据"
    )
    assert (answered.get_json()["state"], answered.get_json()["reason"]) == ("returned", "缺依据")
    assert (
        ask(city, "POST", f"/api/v1/filings/{mine['id']}/answer", justice, decision="accept").status_code
        == 409
    )
    again = ask(city, "POST", f"{plan}/versions", planner, change_note="补依据")
    assert (again.status_code, again.get_json()["version"], again.get_json()["state"]) == (201, 2, "draft")
    listed = ask(city, "GET", f"{PLACE}?kind=supplement&year={YEAR}", planner).get_json()["items"]
    assert [one["version"] for one in listed if one["series_id"] == str(plan_id)] == [2]
    published = ask(city, "GET", f"{PLACE}?scope=published", justice).get_json()["items"]
    assert str(plan_id) in {one["id"] for one in published}


def test_bad_lines_are_refused_beside_their_fields(
    city: City, items: dict[str, UUID], planner: dict[str, str]
) -> None:
    made = ask(city, "POST", PLACE, planner, year=YEAR, kind="special")
    assert made.status_code == 422 and made.get_json()["errors"][0]["field"] == "reason"
    plan = f"{PLACE}{ask(city, 'POST', PLACE, planner, year=YEAR, kind='joint').get_json()['id']}"
    ends = ask(city, "POST", f"{plan}/lines", planner, **line(items["SCJG"], ends_on=f"{YEAR}-01-01"))
    assert ends.status_code == 422 and ends.get_json()["errors"][0]["field"] == "ends_on"
    rates = ask(city, "POST", f"{plan}/lines", planner, **line(items["SCJG"], rates={"*": {"bp": 20000}}))
    assert rates.status_code == 422, rates.get_data(as_text=True)
    unknown = ask(city, "POST", f"{plan}/lines", planner, **line(items["SCJG"], unknown=1))
    assert unknown.status_code == 422 and unknown.get_json()["errors"][0]["field"] == "unknown"


def test_caps_are_set_and_read(city: City, planner: dict[str, str]) -> None:
    given = {"year": YEAR, "entity_kind": "91", "visits": 2, "basis": "示政办发〔2026〕1号"}
    assert ask(city, "PUT", f"{PLACE}caps", planner, **given).status_code == 200
    assert ask(city, "GET", f"{PLACE}caps?year={YEAR}", planner).get_json()["items"] == [
        {**given, "industry": "", "since": max(today(), date(YEAR, 1, 1)).isoformat(), "state": "submitted"}
    ]
    assert ask(city, "PUT", f"{PLACE}caps", planner, **{**given, "visits": -1}).status_code == 422


def test_another_bureaus_draft_is_not_there(city: City, planner: dict[str, str]) -> None:
    """R-T1: neither to read nor to write."""
    plan = f"{PLACE}{ask(city, 'POST', PLACE, planner, year=YEAR, kind='yearly').get_json()['id']}"
    other = token(city, "XFJY", P.BUREAU_READ, P.PLAN_DRAFT, P.FILING_SEND)
    assert ask(city, "GET", plan, other).status_code == 404
    for method, path, body in (("PUT", plan, {"title": "别人的"}), ("POST", f"{plan}/submission", {}), ("POST", f"{plan}/lines", {})):  # fmt: skip
        assert ask(city, method, path, other, **body).status_code == 404
